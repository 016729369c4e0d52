import { describe, expect, it } from "vitest";
import { type Changes, synthesize } from "../support/synthesize.ts";

const stored = (storage: Changes["storage"] = {}, changes: Changes = {}) => synthesize({ ...changes, storage });
const BUCKET = "${aws_s3_bucket.storage_bucket.id}";

describe("the bucket of users' files", () => {
  it("is not there unless it is asked for, and Rails hears nothing of it", () => {
    const stack = synthesize();
    expect(stack.addresses().filter((address) => address.includes("storage"))).toEqual([]);
    expect(JSON.stringify(stack.container("app", "app"))).not.toContain("STORAGE");
  });

  it("is private, encrypted, and answers over TLS only", () => {
    const stack = stored();
    expect(stack.resource("aws_s3_bucket_public_access_block.storage_public_access_block")).toMatchObject({
      bucket: BUCKET,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(stack.resource("aws_s3_bucket_ownership_controls.storage_ownership").rule.object_ownership).toBe(
      "BucketOwnerEnforced",
    );
    const [rule] = stack.resource("aws_s3_bucket_server_side_encryption_configuration.storage_encryption").rule;
    expect(rule.apply_server_side_encryption_by_default.sse_algorithm).toBe("AES256");
    expect(stack.statements("aws_s3_bucket_policy.storage_policy")).toEqual([
      expect.objectContaining({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
    ]);
  });

  it("takes uploads from browsers on the app's own pages, and those that are named", () => {
    const origins = (stack: ReturnType<typeof synthesize>) => {
      const [rule] = stack.resource("aws_s3_bucket_cors_configuration.storage_cors").cors_rule;
      expect(rule).toMatchObject({
        allowed_methods: ["PUT"],
        allowed_headers: ["Content-Type", "Content-MD5", "Content-Disposition"],
      });
      return rule.allowed_origins;
    };
    expect(origins(stored())).toEqual(["https://operation-app.example.com"]);
    expect(origins(stored({ uploadOrigins: ["https://admin.example.com"] }))).toEqual([
      "https://operation-app.example.com",
      "https://admin.example.com",
    ]);
    expect(origins(stored({}, { domain: undefined }))).toEqual(["http://${aws_lb.lb_alb.dns_name}"]);
  });

  it("keeps what was deleted only where that is asked for, and parts of uploads never", () => {
    const kept = (storage: Changes["storage"]) => {
      const stack = stored(storage);
      const { status } = stack.resource("aws_s3_bucket_versioning.storage_versioning").versioning_configuration;
      const { rule } = stack.resource("aws_s3_bucket_lifecycle_configuration.storage_expiry");
      expect(rule[0].abort_incomplete_multipart_upload).toEqual([{ days_after_initiation: 7 }]);
      return [status, rule[1].noncurrent_version_expiration[0].noncurrent_days];
    };
    expect(kept({})).toEqual(["Suspended", 1]);
    expect(kept({ keepDeletedDays: 30 })).toEqual(["Enabled", 30]);
  });

  it("is never deleted with what is in it where the environment is protected", () => {
    const bucket = (protection: boolean) => stored({}, { protection }).resource("aws_s3_bucket.storage_bucket");
    expect(bucket(true)).toMatchObject({ force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(bucket(false).force_destroy).toBe(true);
    expect(bucket(false).lifecycle).toBeUndefined();
  });
});

describe("CloudFront in front of it", () => {
  const DISTRIBUTION = "aws_cloudfront_distribution.storage_cdn_distribution";

  it("is there where it is asked for, and tells Rails its name", () => {
    const host = (stack: ReturnType<typeof synthesize>) =>
      stack.container("app", "app").environment.find(({ name }: { name: string }) => name === "STORAGE_CDN_HOST");
    expect(stored().addresses()).not.toContain(DISTRIBUTION);
    expect(host(stored())).toBeUndefined();
    expect(host(stored({ cdn: {} })).value).toBe(`\${${DISTRIBUTION}.domain_name}`);
  });

  it("asks the app for files alone, over HTTPS and without cookies, and keeps no answer for longer than is said", () => {
    const { origin, default_cache_behavior: behavior } = stored({ cdn: { keepHours: 2 } }).resource(DISTRIBUTION);
    expect(origin).toEqual([
      expect.objectContaining({
        domain_name: "operation-app.example.com",
        origin_path: "/rails/active_storage",
        custom_origin_config: expect.objectContaining({ origin_protocol_policy: "https-only" }),
      }),
    ]);
    expect(behavior).toMatchObject({
      allowed_methods: ["GET", "HEAD"],
      viewer_protocol_policy: "redirect-to-https",
      forwarded_values: { cookies: { forward: "none" }, query_string_cache_keys: ["disposition"] },
      min_ttl: 0,
      default_ttl: 0,
      max_ttl: 7200,
    });
  });

  it("gets past the load balancer's login where the path of files is public", () => {
    const pathRules = [{ paths: ["/rails/active_storage/*"], to: "nginx" as const, public: true }];
    const stack = stored({ cdn: {} }, { lb: { authenticateCognito: true, pathRules } });
    expect(stack.addresses()).toContain(DISTRIBUTION);
  });
});

describe("the app", () => {
  it("gets the bucket's name and region in every container of its image", () => {
    const stack = stored({}, { ecs: { schedules: { nightly: { when: "rate(1 day)", command: ["true"] } } } });
    for (const name of ["app", "migrate", "nightly"]) {
      const { environment } = stack.container(name, name);
      expect(environment).toContainEqual({ name: "STORAGE_BUCKET", value: "${aws_s3_bucket.storage_bucket.bucket}" });
      expect(environment).toContainEqual({ name: "STORAGE_REGION", value: "ap-northeast-1" });
    }
  });

  it("may list, read, write and delete in this bucket, and nothing else of S3", () => {
    const statements = stored().statements("aws_iam_role_policy.ecs_app_role_policy");
    expect(statements.filter(({ Action }) => JSON.stringify(Action).includes("s3:"))).toEqual([
      { Effect: "Allow", Action: ["s3:ListBucket"], Resource: ["${aws_s3_bucket.storage_bucket.arn}"] },
      {
        Effect: "Allow",
        Action: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
        Resource: ["${aws_s3_bucket.storage_bucket.arn}/*"],
      },
    ]);
  });
});
