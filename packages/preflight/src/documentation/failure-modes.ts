/** A way in which this stack fails when it is first deployed, and what stops it. */
export interface FailureMode {
  readonly area: string;
  /** What one would see: the real message, shortened, or the symptom. */
  readonly failure: string;
  /** A type of this project does not let it be written. */
  readonly type?: string;
  /** The schema of environments refuses it. */
  readonly schema?: string;
  /** Rules of preflight that find it, in any configuration. */
  readonly rules?: readonly string[];
  /** What of it can't be known before apply, and why. */
  readonly unknowable?: string;
}

/** From messages that people have really met, in the order in which a stack meets them. */
export const FAILURE_MODES: readonly FailureMode[] = [
  {
    area: "Network",
    failure: "ResourceInitializationError, CannotPullContainerError … i/o timeout: no way to ecr.api, ecr.dkr or S3",
    schema: '`interfaceEndpoints: "none"` without NAT',
    rules: ["NET-101", "NET-102"],
  },
  {
    area: "Network",
    failure: "the same, though the endpoints are there: their group, or the task's, does not let 443 through",
    rules: ["NET-101", "NET-103", "NET-104"],
  },
  {
    area: "Network",
    failure: "unable to retrieve secrets from ssm / from asm",
    rules: ["NET-104", "IAM-004", "IAM-005"],
  },
  { area: "Network", failure: "failed to validate logger args … connection issue", rules: ["NET-103"] },
  {
    area: "Network",
    failure: "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames",
    type: "the Network construct sets both; they are no props",
    rules: ["NET-003"],
  },
  {
    area: "Network",
    failure: "An interface that is part of a NAT gateway cannot be the next hop for an IPv6 destination",
    type: "`natRouteDestination: Ipv4Cidr`",
    schema: "`natRouteDestination`",
    rules: ["NET-001"],
  },
  { area: "Network", failure: "Network vpc-… has no Internet gateway attached", rules: ["NET-004", "NET-005"] },
  {
    area: "Network",
    failure: "InvalidVpcId.Malformed",
    type: "constructs take a `Vpc`, a `Subnet`, a `SecurityGroup`, never a text",
    rules: ["NET-002"],
  },
  {
    area: "Network",
    failure: "InvalidSubnet.Conflict, InvalidSubnet.Range, a VPC outside of /16 to /28",
    schema: "`network.cidr`, `network.subnets`",
    rules: ["NET-006", "NET-007", "NET-008"],
  },
  {
    area: "Network",
    failure: "Error: Cycle, of security groups",
    type: "the Firewall construct writes rules apart from groups",
    rules: ["NET-009"],
  },
  {
    area: "Network",
    failure: "nothing answers: a group without an egress rule",
    rules: ["NET-106", "NET-107", "NET-110", "NET-112", "NET-113"],
  },
  {
    area: "Load balancer",
    failure: "At least two subnets in two different Availability Zones must be specified",
    type: "`subnets: TwoOrMore<Subnet>`, `zones: TwoOrMore<string>`",
    schema: "`network.zones`",
    rules: ["LB-001"],
  },
  {
    area: "Load balancer",
    failure: "A certificate must be specified for HTTPS listeners; CertificateNotFound; UnsupportedCertificate",
    schema: "`domain.certificateArn` of another region",
    rules: ["DNS-011", "DNS-012", "DNS-013", "DNS-014"],
    unknowable:
      "Whether a certificate that is named by its ARN exists and is valid: it is in the account, not in the configuration.",
  },
  {
    area: "Load balancer",
    failure: "target group … does not have an associated load balancer",
    type: "`EcsProps.listeners` has no default",
    rules: ["LB-003"],
  },
  {
    area: "Load balancer",
    failure: "target type instance, which is incompatible with the awsvpc network mode",
    type: "the Lb construct sets `ip`; it is no prop",
    rules: ["LB-002"],
  },
  {
    area: "Load balancer",
    failure: "is unhealthy in (target-group …)",
    rules: ["NET-110", "LB-009", "LB-013", "LB-014", "ECS-042", "ECS-052"],
    unknowable: "What the app answers on the path: it is in the image.",
  },
  { area: "Load balancer", failure: "Access Denied for bucket", rules: ["LB-004"] },
  {
    area: "Load balancer",
    failure: "HTTP 561 or 500 at the log-in; the user pool client must have a client secret",
    schema: "`lb.authenticateCognito` without domain or `domainPrefix`",
    rules: ["NET-112", "COG-030", "COG-031", "COG-032", "COG-033", "COG-034", "COG-036"],
  },
  {
    area: "ECR and ECS",
    failure: "Fargate requires task definition to have execution role ARN to support ECR images",
    type: "`TaskProps.executionRole` has no default",
    rules: ["ECS-001"],
  },
  {
    area: "ECR and ECS",
    failure: "403 Forbidden on pull; AccessDeniedException … logs:CreateLogStream",
    type: "the execution role is made of repositories, log groups and secrets themselves",
    rules: ["IAM-002", "IAM-003"],
    unknowable: "Service control policies and permissions boundaries of the account.",
  },
  { area: "ECR and ECS", failure: "ECS was unable to assume the role", rules: ["IAM-001"] },
  {
    area: "ECR and ECS",
    failure: "No Fargate configuration exists for given values",
    type: "`FargateSize`",
    schema: "`size`",
    rules: ["ECS-004"],
  },
  {
    area: "ECR and ECS",
    failure: "the specified log group does not exist",
    type: "a container takes a `CloudwatchLogGroup`",
    rules: ["ECS-023"],
    unknowable: "Whether a group that is named by a text alone is made elsewhere: then it is only a warning.",
  },
  {
    area: "ECR and ECS",
    failure: "image tag … already exists … repository is immutable",
    schema: "`images`: never `latest`",
    rules: ["ECS-027", "ECS-028"],
    unknowable: "Whether a version was pushed before: the registry knows.",
  },
  {
    area: "ECR and ECS",
    failure: "repository … not found, tag not found",
    type: "an image is a repository and a version; without a version its service stands at zero tasks",
    unknowable: "Whether the tag was pushed: the registry knows.",
  },
  {
    area: "ECR and ECS",
    failure: "does not contain descriptor matching platform 'linux/amd64'",
    unknowable: "For which platform an image was built: it is in the image's manifest.",
  },
  {
    area: "ECR and ECS",
    failure: "toomanyrequests",
    type: "a container's image comes from an `EcrRepository`",
    rules: ["ECS-029"],
  },
  {
    area: "ECR and ECS",
    failure: "execute command was not enabled … agent isn't running",
    rules: ["NET-105", "IAM-006", "ECS-055", "ECS-056"],
  },
  {
    area: "ECR and ECS",
    failure: "apply succeeds though the circuit breaker rolled back",
    unknowable: "Whether new tasks will stay up. It has to be looked at after the deployment.",
  },
  {
    area: "ECR and ECS",
    failure: 'host not found in upstream "app"',
    rules: ["ECS-071", "ECS-072"],
    unknowable: "Names that are written in the image, such as in nginx's own configuration.",
  },
  {
    area: "ECR and ECS",
    failure: "Missing `secret_key_base`; Blocked host; 301 on the health check",
    rules: ["ECS-073", "LB-006"],
    unknowable:
      "Settings of Rails in the image: `config.hosts`, `config.force_ssl`. [rails.md](../../../docs/rails.md) says what they must be.",
  },
  {
    area: "Cognito",
    failure: "the pool, its client or its domain must be replaced: every user would be lost",
    rules: ["COG-041", "COG-040"],
    unknowable: "From a configuration alone: it takes the plan, which knows what is there.",
  },
  {
    area: "Cognito",
    failure: "cannot modify or remove schema items",
    rules: ["COG-043"],
    unknowable: "From a configuration alone, as above.",
  },
  {
    area: "Cognito",
    failure:
      "can't turn off MFA and configure an MFA together; Software Token MFA has not been enabled by the userPool",
    rules: ["COG-001", "COG-002"],
  },
  {
    area: "Cognito",
    failure: "It has a domain configured that should be deleted first",
    type: "the Cognito construct hands the pool itself to its domain, so Terraform destroys the domain first",
    rules: ["COG-042"],
    unknowable: "Where domain and pool are in two configurations.",
  },
  {
    area: "Data",
    failure: "DBSubnetGroupDoesNotCoverEnoughAZs",
    type: "`subnets: TwoOrMore<Subnet>`",
    schema: "`network.zones`",
    rules: ["DB-001"],
  },
  {
    area: "Data",
    failure: "MasterUserPassword is not a valid password",
    type: "RDS makes the password up; it is no prop",
    rules: ["DB-002", "DB-003"],
  },
  {
    area: "Data",
    failure: "final_snapshot_identifier is required when skip_final_snapshot is false",
    type: "the Database construct sets both from `protection`",
    rules: ["DB-006"],
  },
  {
    area: "Data",
    failure: "transit_encryption_enabled … forces replacement",
    rules: ["STATE-003"],
    unknowable: "From a configuration alone: it takes the plan.",
  },
  {
    area: "State",
    failure: "destroy and create of everything, because addresses changed",
    rules: ["STATE-005", "STATE-003", "COG-041"],
    unknowable:
      "From a configuration alone: it takes the plan. `__tests__/stacks/addresses.txt` guards this project's own.",
  },
  {
    area: "State",
    failure: "Error acquiring the state lock … PreconditionFailed",
    rules: ["STATE-001"],
    unknowable: "Whether another Terraform run holds the lock at that moment, or a lock was left behind.",
  },
];
