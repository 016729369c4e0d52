import { describeRule, editStatements, type Json } from "../../support/rules.ts";

const writtenBy =
  (Service: string, more: Json = {}) =>
  (stack: Json) => {
    editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
      statement.Principal = { Service };
    });
    Object.assign(stack.resource.aws_lb.main, more);
  };

/** The bucket's policy as a policy document data source. */
function documentPolicy(stack: Json, resource: string): void {
  stack.data.aws_iam_policy_document = {
    logs: {
      statement: {
        actions: ["s3:PutObject"],
        resources: [resource],
        principals: { type: "Service", identifiers: ["logdelivery.elasticloadbalancing.amazonaws.com"] },
      },
    },
  };
  stack.resource.aws_s3_bucket_policy.logs.policy = "${data.aws_iam_policy_document.logs.json}";
}

describeRule("LB-004", {
  "a policy for the logs of network load balancers": {
    bad: writtenBy("delivery.logs.amazonaws.com"),
    good: writtenBy("logdelivery.elasticloadbalancing.amazonaws.com"),
    says: "aws_lb.main writes its logs to aws_s3_bucket.logs, whose policy aws_s3_bucket_policy.logs does not allow it to put objects. Allow s3:PutObject on <bucket>/AWSLogs/<account>/* to logdelivery.elasticloadbalancing.amazonaws.com.",
  },
  "a bucket without a policy": {
    bad: ({ resource }) => {
      delete resource.aws_s3_bucket_policy;
    },
    good: ({ resource }) => {
      delete resource.aws_s3_bucket_policy;
      resource.aws_lb.main.access_logs.enabled = false;
    },
    says: "aws_lb.main writes its logs to aws_s3_bucket.logs, which has no bucket policy. Add an aws_s3_bucket_policy that allows logdelivery.elasticloadbalancing.amazonaws.com to put objects.",
  },
  "a policy for another prefix": {
    bad: ({ resource }) => {
      resource.aws_lb.main.access_logs.prefix = "alb";
    },
    good: (stack) => {
      stack.resource.aws_lb.main.access_logs.prefix = "alb";
      editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
        statement.Resource = "${aws_s3_bucket.logs.arn}/alb/AWSLogs/${data.aws_caller_identity.me.account_id}/*";
      });
    },
    says: "aws_lb.main writes its logs to aws_s3_bucket.logs, whose policy aws_s3_bucket_policy.logs does not allow it to put objects. Allow s3:PutObject on <bucket>/AWSLogs/<account>/* to logdelivery.elasticloadbalancing.amazonaws.com.",
  },
  "a policy for a bucket of another name": {
    bad: (stack) =>
      editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
        statement.Resource = "arn:aws:s3:::blog-alb-logs-123456789012/AWSLogs/123456789012/*";
      }),
    good: (stack) =>
      editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
        statement.Resource = "arn:aws:s3:::shop-alb-logs-*/AWSLogs/*";
      }),
    says: "aws_lb.main writes its logs to aws_s3_bucket.logs, whose policy aws_s3_bucket_policy.logs does not allow it to put objects. Allow s3:PutObject on <bucket>/AWSLogs/<account>/* to logdelivery.elasticloadbalancing.amazonaws.com.",
  },
  "a policy that names another principal": {
    bad: (stack) =>
      editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
        statement.Principal = { Service: "ec2.amazonaws.com" };
      }),
    good: (stack) =>
      editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
        statement.Principal = { AWS: "arn:aws:iam::582318560864:root" }; // load balancers of ap-northeast-1
      }),
    says: "aws_lb.main writes its logs to aws_s3_bucket.logs, whose policy aws_s3_bucket_policy.logs does not allow it to put objects. Allow s3:PutObject on <bucket>/AWSLogs/<account>/* to logdelivery.elasticloadbalancing.amazonaws.com.",
  },
  "the account of another region's load balancers": {
    bad: (stack) =>
      editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
        statement.Principal = { AWS: "arn:aws:iam::127311923021:root" };
      }),
    good: (stack) => {
      stack.data.aws_elb_service_account = { main: {} };
      editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
        statement.Principal = { AWS: "${data.aws_elb_service_account.main.arn}" };
      });
    },
    says: "aws_lb.main writes its logs to aws_s3_bucket.logs, whose policy aws_s3_bucket_policy.logs does not allow it to put objects. Allow s3:PutObject on <bucket>/AWSLogs/<account>/* to logdelivery.elasticloadbalancing.amazonaws.com.",
  },
  "a policy for another action": {
    bad: (stack) =>
      editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
        statement.Action = "s3:GetObject";
      }),
    good: (stack) =>
      editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
        Object.assign(statement, { Action: "s3:Put*", Resource: "arn:aws:s3:::shop-alb-logs-*/*" });
      }),
    says: "aws_lb.main writes its logs to aws_s3_bucket.logs, whose policy aws_s3_bucket_policy.logs does not allow it to put objects. Allow s3:PutObject on <bucket>/AWSLogs/<account>/* to logdelivery.elasticloadbalancing.amazonaws.com.",
  },
  "a load balancer that may come before the policy": {
    bad: ({ resource }) => {
      resource.aws_lb.main.depends_on = ["aws_internet_gateway.main"];
    },
    good: ({ resource }) => {
      resource.aws_lb.main.depends_on = ["aws_internet_gateway.main"];
      resource.aws_lb.main.access_logs.bucket = "${aws_s3_bucket_policy.logs.bucket}"; // waits for it by name
    },
    says: 'aws_lb.main writes its logs to aws_s3_bucket.logs, and does not wait for aws_s3_bucket_policy.logs. Add depends_on = ["aws_s3_bucket_policy.logs"] to the load balancer.',
  },
  "a bucket that is encrypted with KMS": {
    bad: ({ resource }) => {
      resource.aws_s3_bucket_server_side_encryption_configuration = {
        logs: {
          bucket: "${aws_s3_bucket.logs.id}",
          rule: { apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms" } },
        },
      };
    },
    good: ({ resource }) => {
      resource.aws_s3_bucket_server_side_encryption_configuration = {
        logs: {
          bucket: "${aws_s3_bucket.logs.id}",
          rule: { apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } },
        },
      };
    },
    says: 'aws_lb.main writes its logs to aws_s3_bucket.logs, which is encrypted with KMS. Set sse_algorithm to "AES256".',
  },
  "a policy document for another bucket": {
    bad: (stack) => {
      stack.resource.aws_s3_bucket.logs.bucket = "shop-logs";
      documentPolicy(stack, "arn:aws:s3:::another/AWSLogs/*");
    },
    good: (stack) => {
      documentPolicy(stack, "${aws_s3_bucket.logs.arn}/*");
    },
    says: "aws_lb.main writes its logs to aws_s3_bucket.logs, whose policy aws_s3_bucket_policy.logs does not allow it to put objects. Allow s3:PutObject on <bucket>/AWSLogs/<account>/* to logdelivery.elasticloadbalancing.amazonaws.com.",
  },
});
