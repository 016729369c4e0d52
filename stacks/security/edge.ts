import {
  type Control,
  each,
  type Json,
  option,
  passes,
  referring,
  type StackJson,
  statements,
  waived,
} from "./control.ts";

const WITH_DOMAIN = { given: "domain", note: "Where the environment has a `domain`." } as const;
const PROTECTED = { given: "protection", note: "With `protection`, the default." } as const;

const isHttps = (listener: Json) => listener.protocol === "HTTPS";
const redirects = (listener: Json) => listener.default_action?.[0]?.redirect?.protocol === "HTTPS";

/** What a bucket has of a type that configures buckets. */
const ofBucket = (stack: StackJson, type: string, bucket: Json): Json | undefined =>
  Object.entries(stack.resource.aws_s3_bucket ?? {})
    .filter(([, other]) => other === bucket)
    .flatMap(([name]) => referring(stack, type, "bucket", `aws_s3_bucket.${name}`))[0];

const bucketHas = (type: string, holds: (configuration: Json) => boolean = () => true) =>
  each("aws_s3_bucket", (bucket, stack) => {
    const configuration = ofBucket(stack, type, bucket);
    return configuration !== undefined && holds(configuration);
  });

const webAcls = (stack: StackJson): Json[] => Object.values(stack.resource.aws_wafv2_web_acl ?? {});

/** There are configuration sets of SES, and each is as asked. */
const anySet = (stack: StackJson, holds: (set: Json) => boolean) => {
  const sets = Object.values(stack.resource.aws_sesv2_configuration_set ?? {});
  return sets.length > 0 && sets.every(holds);
};

/** To an address that is kept for documentation: nobody can take it over. */
const leadsNowhere = ({ records = [] }: Json) => records.length === 1 && records[0] === "192.0.2.1";

const blocks = (argument: string) => each("aws_s3_bucket_public_access_block", (block) => block[argument] === true);

/** Load balancer, certificate, DNS and the buckets of logs and states. */
export const EDGE: readonly Control[] = [
  passes(
    ["CKV_AWS_2", "ELB.18"],
    "Load balancer listeners should use secure protocols to encrypt data in transit",
    each("aws_lb_listener", (listener) => isHttps(listener) || redirects(listener)),
    WITH_DOMAIN,
  ),
  passes(
    ["CKV2_AWS_20", "ELB.1"],
    "Application Load Balancer should be configured to redirect all HTTP requests to HTTPS",
    each("aws_lb_listener", (listener) => listener.port !== 80 || redirects(listener)),
    WITH_DOMAIN,
  ),
  passes(
    ["CKV_AWS_103", "CKV2_AWS_74", "ELB.17"],
    "Load balancers with listeners should use recommended security policies",
    each("aws_lb_listener", (listener) => !isHttps(listener) || /-TLS13-1-[23]-/.test(listener.ssl_policy)),
    { given: "domain", note: "TLS 1.3, and 1.2 for older clients." },
  ),
  passes(
    ["CKV_AWS_131", "ELB.4"],
    "Application Load Balancer should be configured to drop invalid HTTP headers",
    each("aws_lb", (lb) => lb.drop_invalid_header_fields === true),
  ),
  passes(
    ["CKV_AWS_91", "ELB.5"],
    "Application Load Balancer logging should be enabled",
    each("aws_lb", (lb) => lb.access_logs?.enabled === true),
  ),
  passes(
    ["CKV_AWS_150", "ELB.6"],
    "Load balancer deletion protection should be enabled",
    each("aws_lb", (lb) => lb.enable_deletion_protection === true),
    PROTECTED,
  ),
  passes(
    ["CKV_AWS_328", "ELB.12"],
    "Application Load Balancer should be configured with defensive or strictest desync mitigation mode",
    each("aws_lb", ({ desync_mitigation_mode: mode = "defensive" }) => mode === "defensive" || mode === "strictest"),
    { note: "AWS's default." },
  ),
  passes(
    ["ELB.13"],
    "Application Load Balancers should span multiple Availability Zones",
    each("aws_lb", (lb) => lb.subnets?.length > 1),
  ),
  passes(
    ["CKV_AWS_152"],
    "Ensure that Load Balancer (Network/Gateway) has cross-zone load balancing enabled",
    each("aws_lb", (lb) => lb.load_balancer_type === "application"),
    { note: "An Application Load Balancer always has it." },
  ),
  option(
    ["CKV2_AWS_28", "ELB.16"],
    "Application Load Balancers should be associated with an AWS WAF web ACL",
    { "lb.waf": "count" },
    'About 9 USD a month and 0.60 USD for each million requests. "count" stops nothing and shows what "block" would.',
    each("aws_lb", (_lb, stack) => stack.resource.aws_wafv2_web_acl_association !== undefined),
  ),
  option(
    ["CKV_AWS_192", "CKV2_AWS_76"],
    "Ensure WAF prevents message lookup in Log4j2",
    { "lb.waf": "block" },
    "By AWS's known bad inputs.",
    each(
      "aws_lb",
      (_lb, stack) =>
        stack.resource.aws_wafv2_web_acl_association !== undefined &&
        webAcls(stack).some(({ rule }) =>
          rule.some(
            ({ override_action: action, statement }: Json) =>
              action?.none !== undefined &&
              statement.managed_rule_group_statement?.name === "AWSManagedRulesKnownBadInputsRuleSet",
          ),
        ),
    ),
  ),
  option(
    ["CKV_AWS_175", "WAF.10"],
    "AWS WAF web ACLs should have at least one rule or rule group",
    { "lb.waf": "count" },
    "Four: a limit for each address, and three groups of AWS.",
    each("aws_lb", (_lb, stack) => webAcls(stack).some(({ rule }) => rule.length > 0)),
  ),
  option(
    ["CKV2_AWS_31", "WAF.11"],
    "AWS WAF web ACL logging should be enabled",
    { "lb.waf": "count", "lb.wafLogRetentionDays": 30 },
    "What its rules match: cents a month, unless somebody attacks. Cookies and Authorization headers are not in it.",
    each("aws_lb", (_lb, stack) => stack.resource.aws_wafv2_web_acl_logging_configuration !== undefined),
  ),
  option(
    ["WAF.12"],
    "AWS WAF rules should have CloudWatch metrics enabled",
    { "lb.waf": "count" },
    "All have them, and the web ACL, too.",
    each("aws_lb", (_lb, stack) =>
      webAcls(stack).some(({ rule }) =>
        rule.every((one: Json) => one.visibility_config?.cloudwatch_metrics_enabled === true),
      ),
    ),
  ),
  option(
    ["CKV_AWS_342"],
    "Ensure WAF rule has any actions",
    { "lb.waf": "count" },
    "Each rule counts or blocks; those of groups have the group's.",
    each("aws_lb", (_lb, stack) =>
      webAcls(stack).some(({ rule }) => rule.every((one: Json) => one.action ?? one.override_action)),
    ),
  ),
  option(
    ["CKV_AWS_365", "SES.3"],
    "SES configuration sets should have TLS enabled for sending emails",
    { mail: { from: "no-reply@operation-app.example.com" } },
    "A receiver without TLS gets no mail. 0.10 USD per 1,000 mails.",
    each("aws_lb", (_lb, stack) => anySet(stack, (set) => set.delivery_options?.tls_policy === "REQUIRE")),
  ),
  option(
    ["SES.2"],
    "SES configuration sets should be tagged",
    { mail: { from: "no-reply@operation-app.example.com" } },
    "With the app's name and the environment's, as all is that takes tags.",
  ),
  passes(
    ["CKV_AWS_261"],
    "Ensure HTTP HTTPS Target group defines Healthcheck",
    each("aws_lb_target_group", (group) => group.health_check?.path !== undefined),
  ),
  waived(
    ["CKV_AWS_378", "ELB.21", "ELB.22"],
    "Target groups should use encrypted transport and health check protocols",
    "TLS ends at the load balancer. The rest of the way is inside the VPC, between two security groups; nginx would need a certificate of its own, with its renewal.",
    each("aws_lb_target_group", (group) => group.protocol === "HTTPS"),
  ),
  passes(
    ["ACM.1"],
    "ACM certificates should be renewed after a specified time period",
    each("aws_acm_certificate", (certificate) => certificate.validation_method === "DNS"),
    {
      note: "Validated by DNS, so ACM renews it. One of your own (`domain.certificateArn`) is yours to renew; an alarm says when.",
    },
  ),
  passes(
    ["ACM.2"],
    "RSA certificates managed by ACM should use a key length of at least 2,048 bits",
    each("aws_acm_certificate", ({ key_algorithm: algorithm = "RSA_2048" }) => algorithm !== "RSA_1024"),
    { note: "ACM's default." },
  ),
  passes(
    ["CKV2_AWS_71"],
    "Ensure AWS ACM Certificate domain name does not include wildcards",
    each("aws_acm_certificate", ({ domain_name: name, subject_alternative_names: others = [] }) =>
      [name, ...others].every((one) => !one.includes("*")),
    ),
  ),
  passes(
    ["CKV_AWS_233"],
    "Ensure Create before destroy for ACM certificates",
    each("aws_acm_certificate", (certificate) => certificate.lifecycle?.create_before_destroy === true),
  ),
  passes(
    ["CKV_AWS_234"],
    "Verify logging preference for ACM certificates",
    each("aws_acm_certificate", ({ options }) => options?.certificate_transparency_logging_preference !== "DISABLED"),
    { note: "AWS's default. Checkov wants it written down, so it reports this one." },
  ),
  passes(
    ["CKV2_AWS_23"],
    "Route53 A Record has Attached Resource",
    each("aws_route53_record", (record) => record.type !== "A" || record.alias !== undefined || leadsNowhere(record)),
    {
      note: 'But for the one that `cognito.domain.parentRecord: "create"` makes, to 192.0.2.1, which nobody can have. Checkov reports that one.',
    },
  ),
  waived(
    ["CKV2_AWS_38"],
    "Ensure DNSSEC signing is enabled for Amazon Route 53 public hosted zones",
    "A zone is usually the organization's. DNSSEC needs a KMS key in us-east-1 (1 USD a month), and a record in the parent zone that only its owner can make; a mistake there takes the domain away.",
    each("aws_route53_zone", (_zone, stack) => stack.resource.aws_route53_hosted_zone_dnssec !== undefined),
  ),
  waived(
    ["CKV2_AWS_39", "Route53.2"],
    "Route 53 public hosted zones should log DNS queries",
    "Names that are asked for are public, and the load balancer logs who comes. The log group has to be in us-east-1, where this stack makes nothing.",
    each("aws_route53_zone", (_zone, stack) => stack.resource.aws_route53_query_log !== undefined),
  ),
  passes(["CKV_AWS_53"], "Ensure S3 bucket has block public ACLS enabled", blocks("block_public_acls")),
  passes(["CKV_AWS_54"], "Ensure S3 bucket has block public policy enabled", blocks("block_public_policy")),
  passes(["CKV_AWS_55"], "Ensure S3 bucket has ignore public ACLs enabled", blocks("ignore_public_acls")),
  passes(["CKV_AWS_56"], "Ensure S3 bucket has restrict_public_buckets enabled", blocks("restrict_public_buckets")),
  passes(
    ["CKV2_AWS_6", "S3.2", "S3.3", "S3.8", "CIS 2.1.4"],
    "S3 buckets should block public access",
    bucketHas("aws_s3_bucket_public_access_block"),
  ),
  passes(
    ["CKV2_AWS_65"],
    "Ensure access control lists for S3 buckets are disabled",
    each("aws_s3_bucket_ownership_controls", ({ rule }) => rule.object_ownership === "BucketOwnerEnforced"),
  ),
  passes(
    ["CKV_AWS_20", "CKV_AWS_57", "S3.12"],
    "ACLs should not be used to manage user access to S3 buckets",
    each(
      "aws_s3_bucket",
      (bucket, stack) => bucket.acl === undefined && stack.resource.aws_s3_bucket_acl === undefined,
    ),
  ),
  passes(
    ["CKV_AWS_19"],
    "Ensure all data stored in the S3 bucket is securely encrypted at rest",
    bucketHas("aws_s3_bucket_server_side_encryption_configuration"),
  ),
  waived(
    ["CKV_AWS_145", "S3.17"],
    "S3 general purpose buckets should be encrypted at rest with AWS KMS keys",
    "A load balancer can write its logs with S3's own keys only. For the states, a key costs 1 USD a month, and whoever may read the bucket would need it, too.",
    bucketHas("aws_s3_bucket_server_side_encryption_configuration", ({ rule }) =>
      rule[0].apply_server_side_encryption_by_default.sse_algorithm.startsWith("aws:kms"),
    ),
  ),
  passes(
    ["S3.5", "CIS 2.1.1"],
    "S3 buckets should require requests to use SSL",
    each("aws_s3_bucket_policy", ({ policy }) =>
      statements(policy).some(
        ({ Effect, Principal, Condition }) =>
          Effect === "Deny" && Principal === "*" && Condition?.Bool?.["aws:SecureTransport"] === "false",
      ),
    ),
  ),
  passes(
    ["CKV_AWS_70", "S3.6"],
    "S3 bucket policies should not allow any principal, or other AWS accounts",
    each("aws_s3_bucket_policy", ({ policy }) =>
      statements(policy).every(({ Effect, Principal }) => Effect === "Deny" || (Principal.Service && !Principal.AWS)),
    ),
    { note: "Only AWS's log delivery may write, under the account's own path." },
  ),
  passes(
    ["CKV_AWS_93"],
    "Ensure S3 bucket policy does not lockout all but root user",
    each("aws_s3_bucket_policy", ({ policy }) =>
      statements(policy).every(({ Effect, Condition }) => Effect === "Allow" || Condition !== undefined),
    ),
  ),
  passes(
    ["CKV2_AWS_61", "S3.10", "S3.13"],
    "S3 buckets should have lifecycle policies configured",
    bucketHas("aws_s3_bucket_lifecycle_configuration"),
  ),
  passes(
    ["CKV_AWS_300"],
    "Ensure S3 lifecycle configuration sets period for aborting failed uploads",
    each("aws_s3_bucket_lifecycle_configuration", ({ rule }) =>
      rule.some(
        (one: Json) =>
          one.status === "Enabled" && one.abort_incomplete_multipart_upload?.[0]?.days_after_initiation > 0,
      ),
    ),
  ),
  waived(
    ["CKV_AWS_21", "S3.14"],
    "S3 general purpose buckets should have versioning enabled",
    "The bucket of the states has it. A log is written once and never over, so versions would only keep what expires for longer.",
    bucketHas("aws_s3_bucket_versioning"),
  ),
  waived(
    ["CKV_AWS_18", "S3.9"],
    "S3 bucket server access logging should be enabled",
    "It needs another bucket, which is then without. Who reads the states is in CloudTrail, with data events on.",
    bucketHas("aws_s3_bucket_logging"),
  ),
  waived(
    ["CKV_AWS_144", "S3.7"],
    "S3 general purpose buckets should use cross-Region replication",
    "Logs are not needed to come back after a loss. A state can be imported again from what is deployed.",
    bucketHas("aws_s3_bucket_replication_configuration"),
  ),
  waived(
    ["CKV2_AWS_62", "S3.11"],
    "S3 buckets should have event notifications enabled",
    "Nothing acts on a new log or state.",
    bucketHas("aws_s3_bucket_notification"),
  ),
  waived(
    ["CKV_AWS_143", "S3.15"],
    "S3 general purpose buckets should have Object Lock enabled",
    "A locked state or log could not be deleted by anybody for its time, personal data in logs included.",
    each("aws_s3_bucket", (bucket) => bucket.object_lock_enabled === true),
  ),
  waived(
    ["S3.20", "CIS 2.1.2"],
    "S3 general purpose buckets should have MFA delete enabled",
    "Only the account's root user can switch it on, and Terraform can't. Old versions of a state are kept for 90 days, and the apply role can't delete them.",
    bucketHas("aws_s3_bucket_versioning", (versioning) => versioning.versioning_configuration.mfa_delete === "Enabled"),
  ),
];
