import { describe, expect, it } from "vitest";
import { describeRule, editContainers, editStatements, findingsOf, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const forward = { type: "forward", target_group_arn: "${aws_lb_target_group.nginx.arn}" };
const notFound = { type: "fixed-response", fixed_response: { content_type: "text/plain", status_code: "404" } };

/** A listener rule for some paths. */
const pathRule = (priority: unknown, action: object = forward, more: object = {}) => ({
  listener_arn: "${aws_lb_listener.https.arn}",
  priority,
  condition: { path_pattern: { values: ["/*"] } },
  action,
  ...more,
});

describeRule("LB-001", {
  "a load balancer in one subnet": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
    },
    good: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
      resource.aws_lb.main.load_balancer_type = "network";
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "two subnets of one zone": {
    bad: ({ resource }) => {
      resource.aws_subnet.public_c.availability_zone = "ap-northeast-1a";
    },
    good: ({ resource }) => {
      delete resource.aws_subnet.public_c.availability_zone; // AWS chooses it
    },
    says: "aws_lb.main has 2 subnets, all in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "three subnets of two zones": {
    bad: ({ resource }) => {
      resource.aws_subnet.third = { ...resource.aws_subnet.public_a, cidr_block: "10.0.2.0/24" };
      resource.aws_lb.main.subnets.push("${aws_subnet.third.id}");
    },
    good: ({ resource }) => {
      resource.aws_subnet.third = {
        ...resource.aws_subnet.public_a,
        cidr_block: "10.0.2.0/24",
        availability_zone: "ap-northeast-1d",
      };
      resource.aws_lb.main.subnets.push("${aws_subnet.third.id}");
    },
    says: "aws_lb.main has 3 subnets in 2 zones: two of them share a zone. Name one subnet of each zone.",
  },
  "one subnet, unless it is on an Outpost": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
      resource.aws_lb.main.customer_owned_ipv4_pool = "";
    },
    good: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
      resource.aws_subnet.public_a.outpost_arn = "arn:aws:outposts:ap-northeast-1:123456789012:outpost/op-1";
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "one subnet, unless its addresses are the customer's own": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
    },
    good: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
      resource.aws_lb.main.customer_owned_ipv4_pool = "ipv4pool-coip-0123";
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "one subnet in a mapping": {
    bad: ({ resource }) => {
      delete resource.aws_lb.main.subnets;
      resource.aws_lb.main.subnet_mapping = [{ subnet_id: "${aws_subnet.public_a.id}" }];
    },
    good: ({ resource }) => {
      delete resource.aws_lb.main.subnets;
      resource.aws_lb.main.subnet_mapping = [
        { subnet_id: "${aws_subnet.public_a.id}" },
        { subnet_id: "${aws_subnet.public_c.id}" },
      ];
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "the only instance of count": {
    bad: ({ resource }) => {
      resource.aws_subnet.public_a.count = 1;
      resource.aws_lb.main.subnets = "${aws_subnet.public_a[*].id}";
    },
    good: (stack) => {
      stack.variable.zones = {};
      Object.assign(stack.resource.aws_subnet.public_a, {
        count: "${length(var.zones)}",
        availability_zone: "${var.zones[count.index]}",
      });
      stack.resource.aws_lb.main.subnets = "${aws_subnet.public_a[*].id}";
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "no subnet at all": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets = [];
    },
    good: ({ data, resource }) => {
      data.aws_subnets = { public: {} };
      resource.aws_lb.main.subnets = "${data.aws_subnets.public.ids}";
    },
    says: "aws_lb.main has no subnet. Name subnets of at least two zones.",
  },
});

describeRule("LB-002", {
  "targets that are instances": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.target_type = "instance";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.target_type = "instance";
      for (const service of Object.values<Json>(resource.aws_ecs_service)) service.launch_type = "EC2";
      for (const task of Object.values<Json>(resource.aws_ecs_task_definition)) task.network_mode = "bridge";
    },
    says: 'aws_lb_target_group.nginx has target_type = "instance", and aws_ecs_service.nginx registers its tasks there. Set target_type to "ip".',
  },
  "targets whose type is not written": {
    bad: ({ resource }) => {
      delete resource.aws_lb_target_group.nginx.target_type;
    },
    good: (stack) => {
      stack.variable.kind = {};
      stack.resource.aws_lb_target_group.nginx.target_type = "${var.kind}";
    },
    says: 'aws_lb_target_group.nginx has target_type = "instance", and aws_ecs_service.nginx registers its tasks there. Set target_type to "ip".',
  },
  "instances with network interfaces of the tasks' own": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.target_type = "instance";
      resource.aws_ecs_service.nginx.launch_type = "EC2"; // the network mode is still awsvpc
    },
    says: 'aws_lb_target_group.nginx has target_type = "instance", and aws_ecs_service.nginx registers its tasks there. Set target_type to "ip".',
  },
});

describeRule("LB-003", {
  "a service that may come before the listener": {
    bad: ({ resource }) => {
      resource.aws_ecs_service.nginx.depends_on = ["aws_lb.main"];
    },
    good: ({ resource }) => {
      resource.aws_ecs_service.nginx.depends_on = ["aws_route53_record.alias"];
      resource.aws_route53_record.alias.depends_on = ["aws_lb_listener.https"];
    },
    says: 'aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, and does not wait for the listener that forwards to it. Add depends_on = ["aws_lb_listener.https"] to the service.',
  },
  "targets that no listener leads to": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = notFound;
    },
    good: (stack) => {
      stack.variable.targets = {};
      stack.resource.aws_lb_listener.https.default_action = {
        type: "forward",
        target_group_arn: "${var.targets}", // perhaps these
      };
    },
    says: "aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, to which no listener forwards. Add a listener or a listener rule that forwards to the target group.",
  },
  "a service that waits for the listener, where a rule leads to its targets": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = notFound;
      resource.aws_lb_listener_rule = { all: pathRule(10) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = notFound;
      resource.aws_lb_listener_rule = { all: pathRule(10) };
      resource.aws_ecs_service.nginx.depends_on.push("aws_lb_listener_rule.all");
    },
    says: 'aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, and does not wait for the listener that forwards to it. Add depends_on = ["aws_lb_listener_rule.all"] to the service.',
  },
  "a weighted forward that the service does not wait for": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = {
        type: "forward",
        forward: { target_group: [{ arn: "${aws_lb_target_group.nginx.arn}", weight: 1 }] },
      };
      delete resource.aws_ecs_service.nginx.depends_on;
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.https.default_action = {
        type: "forward",
        forward: { target_group: [{ arn: "${aws_lb_target_group.nginx.arn}", weight: 1 }] },
      };
    },
    says: 'aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, and does not wait for the listener that forwards to it. Add depends_on = ["aws_lb_listener.https"] to the service.',
  },
  "a service, unless it waits by a chain of references": {
    bad: ({ resource }) => {
      delete resource.aws_ecs_service.nginx.depends_on;
    },
    good: ({ resource }) => {
      delete resource.aws_ecs_service.nginx.depends_on;
      resource.aws_ssm_parameter = { listener: { name: "l", type: "String", value: "${aws_lb_listener.https.arn}" } };
      resource.aws_ecs_service.nginx.tags = { listener: "${aws_ssm_parameter.listener.value}" };
    },
    says: 'aws_ecs_service.nginx registers its tasks with aws_lb_target_group.nginx, and does not wait for the listener that forwards to it. Add depends_on = ["aws_lb_listener.https"] to the service.',
  },
});

const writtenBy =
  (Service: string, more: Json = {}) =>
  (stack: Json) => {
    editStatements(stack, "aws_s3_bucket_policy", "logs", ([statement]) => {
      statement.Principal = { Service };
    });
    Object.assign(stack.resource.aws_lb.main, more);
  };

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

describeRule("LB-005", {
  "targets in another VPC than the load balancer": {
    bad: ({ resource }) => {
      resource.aws_vpc.other = { cidr_block: "10.1.0.0/16" };
      resource.aws_lb_target_group.nginx.vpc_id = "${aws_vpc.other.id}";
    },
    good: ({ data, resource }) => {
      data.aws_vpc = { main: { id: "${aws_vpc.main.id}" } };
      resource.aws_lb_target_group.nginx.vpc_id = "${data.aws_vpc.main.id}"; // perhaps the same
    },
    says: "aws_lb_target_group.nginx is in aws_vpc.other, and aws_lb.main, which forwards to it, in aws_vpc.main. Put both into one VPC.",
  },
});

describeRule("LB-006", {
  "a matcher that takes redirects": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200,301";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200,204";
    },
    says: 'aws_lb_target_group.nginx accepts 200,301 as healthy. Set the matcher to "200", and have the app answer the path without a redirect.',
  },
  "a range that reaches over them": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200-399";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200-299";
    },
    says: 'aws_lb_target_group.nginx accepts 200-399 as healthy. Set the matcher to "200", and have the app answer the path without a redirect.',
  },
});

describeRule("LB-007", {
  "two rules with one priority": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { first: pathRule(10), second: pathRule("10") };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { first: pathRule(10), second: pathRule(20), third: pathRule(undefined) };
    },
    says: "aws_lb_listener_rule.second has priority = 10, like aws_lb_listener_rule.first of the same listener. Give each rule a different priority.",
  },
  "two rules with one priority, unless they belong to two listeners": {
    bad: ({ resource }) => {
      resource.aws_alb_listener_rule = { first: pathRule(10) };
      resource.aws_lb_listener_rule = { second: pathRule(10) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.other = { ...resource.aws_lb_listener.https, port: 8443 };
      resource.aws_lb_listener_rule = {
        first: pathRule(10),
        second: pathRule(10, forward, { listener_arn: "${aws_lb_listener.other.arn}" }),
      };
    },
    says: "aws_alb_listener_rule.first has priority = 10, like aws_lb_listener_rule.second of the same listener. Give each rule a different priority.",
  },
  "instances with one priority": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { each: pathRule(10, forward, { count: 2 }) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { each: pathRule("${10 + count.index}", forward, { count: 2 }) };
    },
    says: "aws_lb_listener_rule.each[1] has priority = 10, like aws_lb_listener_rule.each[0] of the same listener. Give each rule a different priority.",
  },
});

describeRule("LB-008", {
  "two listeners on one port": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.twice = { ...resource.aws_lb_listener.https, port: "443", alpn_policy: "None" };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.twice = { ...resource.aws_lb_listener.https, port: 8443 };
    },
    says: "aws_lb_listener.twice listens on port 443 of aws_lb.main, like aws_lb_listener.https. Keep one of the two listeners.",
  },
  "two listeners on one port, unless of two load balancers": {
    bad: ({ resource }) => {
      resource.aws_alb_listener = { twice: { ...resource.aws_lb_listener.https, protocol: "HTTP" } };
    },
    good: ({ resource }) => {
      resource.aws_lb.other = { ...resource.aws_lb.main, name: "other" };
      resource.aws_lb_listener.twice = { ...resource.aws_lb_listener.https, load_balancer_arn: "${aws_lb.other.arn}" };
    },
    says: "aws_alb_listener.twice listens on port 443 of aws_lb.main, like aws_lb_listener.https. Keep one of the two listeners.",
  },
});

describe("LB-008", () => {
  it("only warns of two listeners that are one, since they differ in their tags only", async () => {
    const stack = workingStack();
    const { https } = stack.resource.aws_lb_listener;
    stack.resource.aws_lb_listener.twice = { ...https, tags: { team: "shop" } };
    const found = await findingsOf(stack);
    expect(found.map(({ id, severity, message }) => `${severity} ${id} ${message}`)).toEqual([
      "warning LB-008 listens on port 443 of aws_lb.main, like aws_lb_listener.https, with the same settings.",
    ]);
  });
});

describeRule("LB-009", {
  "a health check on a port of no container": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = 80;
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = "8080";
    },
    says: 'aws_lb_target_group.nginx checks the health of tasks of aws_ecs_service.nginx on port 80, and their containers listen on 8080. Set the port of the health check to "traffic-port", or to a port of the containers.',
  },
  "a health check on a port, unless another container has it": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = 9000;
    },
    good: (stack) => {
      stack.resource.aws_lb_target_group.nginx.health_check.port = 9000;
      editContainers(stack, "nginx", (containers) =>
        containers.push({ name: "health", image: containers[0].image, portMappings: [{ containerPort: 9000 }] }),
      );
    },
    says: 'aws_lb_target_group.nginx checks the health of tasks of aws_ecs_service.nginx on port 9000, and their containers listen on 8080. Set the port of the health check to "traffic-port", or to a port of the containers.',
  },
});

it("only warns of a port that a container without a list of ports may answer on", async () => {
  const severityWith = async (sidecar: object) => {
    const stack = workingStack();
    stack.resource.aws_lb_target_group.nginx.health_check.port = 9901;
    editContainers(stack, "nginx", (containers) =>
      containers.push({ name: "envoy", image: containers[0].image, ...sidecar }),
    );
    return (await findingsOf(stack)).find(({ id }) => id === "LB-009")?.severity;
  };
  expect(await severityWith({ portMappings: [{ containerPort: 9000 }] })).toBe("error");
  expect(await severityWith({ portMappings: [] })).toBe("warning");
});

describeRule("LB-010", {
  "the name of a target group": {
    bad: ({ resource }) => {
      resource.aws_lb_listener.https.default_action[1].target_group_arn = "${aws_lb_target_group.nginx.name}";
    },
    good: ({ resource }) => {
      resource.aws_lb_listener.https.default_action[1].target_group_arn = "${aws_lb_target_group.nginx.id}";
    },
    says: "aws_lb_listener.https has the name of aws_lb_target_group.nginx as target_group_arn. Pass the ARN of the aws_lb_target_group.",
  },
  "the ARN of the load balancer instead of its targets'": {
    bad: ({ resource }) => {
      resource.aws_ecs_service.nginx.load_balancer.target_group_arn = "${aws_lb.main.arn}";
    },
    good: ({ data, resource }) => {
      data.aws_lb_target_group = { nginx: { name: "shop-nginx" } };
      resource.aws_ecs_service.nginx.load_balancer.target_group_arn = "${data.aws_lb_target_group.nginx.arn}";
    },
    says: "aws_ecs_service.nginx has the arn of aws_lb.main as target_group_arn. Pass the ARN of the aws_lb_target_group.",
  },
  "the name of a role": {
    bad: ({ resource }) => {
      resource.aws_ecs_task_definition.app.task_role_arn = "shop-app";
    },
    good: ({ resource }) => {
      resource.aws_ecs_task_definition.app.task_role_arn = "arn:aws:iam::123456789012:role/shop-app";
    },
    says: 'aws_ecs_task_definition.app has "shop-app", which is no ARN, as task_role_arn. Pass the ARN of the aws_iam_role.',
  },
  "the id of a role, which is its name": {
    bad: ({ resource }) => {
      resource.aws_ecs_task_definition.app.execution_role_arn = "${aws_iam_role.app_execution.id}";
    },
    good: (stack) => {
      stack.variable.role = {};
      stack.resource.aws_ecs_task_definition.app.execution_role_arn = "${var.role}";
    },
    says: "aws_ecs_task_definition.app has the id of aws_iam_role.app_execution as execution_role_arn. Pass the ARN of the aws_iam_role.",
  },
  "the ARN of a load balancer instead of a listener's": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { listener_arn: "${aws_lb.main.arn}" }) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10) };
    },
    says: "aws_lb_listener_rule.all has the arn of aws_lb.main as listener_arn. Pass the ARN of the aws_lb_listener.",
  },
});

describeRule("LB-011", {
  "a name of 33 characters": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.name = "a".repeat(33);
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.name = "a".repeat(32);
    },
    says: 'aws_lb_target_group.nginx has name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa". Write at most 32 letters, digits and inner hyphens.',
  },
  "an underscore": {
    bad: ({ resource }) => {
      resource.aws_lb.main.name = "shop_alb";
    },
    good: ({ resource }) => {
      resource.aws_lb.main.name = "Shop-2";
    },
    says: 'aws_lb.main has name = "shop_alb". Write at most 32 letters, digits and inner hyphens.',
  },
  "a hyphen at the end": {
    bad: ({ resource }) => {
      resource.aws_lb.main.name = "shop-";
    },
    good: ({ resource }) => {
      delete resource.aws_lb.main.name;
    },
    says: 'aws_lb.main has name = "shop-". Write at most 32 letters, digits and inner hyphens.',
  },
  "what AWS calls its own": {
    bad: ({ resource }) => {
      resource.aws_lb.main.name = "internal-shop";
    },
    good: ({ resource }) => {
      resource.aws_lb.main.name = "shop-internal";
    },
    says: 'aws_lb.main has name = "internal-shop". Write a name that does not begin with "internal-".',
  },
});

/** Conditions of some values each. */
const conditions = (...counts: number[]) =>
  counts.map((count) => ({ path_pattern: { values: Array.from({ length: count }, (_, index) => `/${index}`) } }));

describeRule("LB-012", {
  "six paths": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: conditions(6) }) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: conditions(5) }) };
    },
    says: "aws_lb_listener_rule.all has 6 condition values. Split it into rules of five values or fewer.",
  },
  "six values of two conditions": {
    bad: ({ resource }) => {
      const host = { host_header: { values: ["a.example.com"] } };
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: [...conditions(5), host] }) };
    },
    good: ({ resource }) => {
      const host = { host_header: { values: ["a.example.com"] } };
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: [...conditions(4), host] }) };
    },
    says: "aws_lb_listener_rule.all has 6 condition values. Split it into rules of five values or fewer.",
  },
});

describeRule("LB-013", {
  "a timeout as long as the interval": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx.health_check, { interval: 10, timeout: 10 });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx.health_check, { interval: 10, timeout: 9 });
    },
    says: "aws_lb_target_group.nginx has a health check with timeout = 10 and interval = 10. Set timeout to less than interval.",
  },
  "a timeout as long as the interval, unless it is for a connection": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx, { protocol: "TCP" });
      resource.aws_lb_target_group.nginx.health_check = { protocol: "HTTP", interval: 10, timeout: 10 };
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx, { protocol: "TCP" });
      resource.aws_lb_target_group.nginx.health_check = { protocol: "TCP", interval: 10, timeout: 10 };
    },
    says: "aws_lb_target_group.nginx has a health check with timeout = 10 and interval = 10. Set timeout to less than interval.",
  },
  "a timeout longer than the interval that AWS takes": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.timeout = "30";
    },
    good: (stack) => {
      stack.variable.interval = {};
      Object.assign(stack.resource.aws_lb_target_group.nginx.health_check, {
        interval: "${var.interval}",
        timeout: 30,
      });
    },
    says: "aws_lb_target_group.nginx has a health check with timeout = 30 and interval = 30. Set timeout to less than interval.",
  },
});

describeRule("LB-014", {
  "TLS on the port of plain HTTP": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.protocol = "HTTPS";
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx.health_check, { protocol: "HTTPS", port: 8443 });
    },
    says: "aws_lb_target_group.nginx receives traffic over HTTP, and health checks over HTTPS on the same port. Set the protocol of the health check to HTTP.",
  },
  "plain HTTP on the port of TLS": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.protocol = "HTTPS";
      Object.assign(resource.aws_lb_target_group.nginx.health_check, { protocol: "HTTP", port: "traffic-port" });
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.protocol = "HTTPS";
      resource.aws_lb_target_group.nginx.health_check.protocol = "HTTPS";
    },
    says: "aws_lb_target_group.nginx receives traffic over HTTPS, and health checks over HTTP on the same port. Set the protocol of the health check to HTTPS.",
  },
});

describeRule("LB-015", {
  "targets by address without a VPC": {
    bad: ({ resource }) => {
      delete resource.aws_lb_target_group.nginx.vpc_id;
    },
    good: ({ resource }) => {
      delete resource.aws_lb_target_group.nginx.vpc_id;
      resource.aws_lb_target_group.nginx.target_type = "lambda";
    },
    says: 'aws_lb_target_group.nginx has target_type = "ip" and no vpc_id. Set vpc_id to the VPC of the tasks.',
  },
  "a health check path without a slash": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.path = "up";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.path = "/";
    },
    says: 'aws_lb_target_group.nginx has health_check.path = "up". Write a path that begins with "/".',
  },
  "a matcher with codes above 499": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200-599";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200,499";
    },
    says: 'aws_lb_target_group.nginx has health_check.matcher = "200-599". Write codes from 200 to 499, such as "200".',
  },
  "a code of gRPC, unless the targets speak it": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "0";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "0-99";
      resource.aws_lb_target_group.nginx.protocol_version = "GRPC";
    },
    says: 'aws_lb_target_group.nginx has health_check.matcher = "0". Write codes from 200 to 499, such as "200".',
  },
});

describeRule("LB-016", {
  "targets that speak TCP": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.protocol = "TCP";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.protocol = "TCP";
      resource.aws_lb.main.load_balancer_type = "network";
    },
    says: 'aws_lb_target_group.nginx has protocol = "TCP", and belongs to the application load balancer aws_lb.main. Set the protocol to "HTTP".',
  },
});

describeRule("LB-017", {
  "a rule without a condition": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(10, forward, { condition: [] }) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = {
        all: {
          ...pathRule(10),
          dynamic: { condition: { for_each: "${var.paths}", content: { path_pattern: { values: ["/"] } } } },
        },
      };
      delete resource.aws_lb_listener_rule.all.condition;
    },
    says: "aws_lb_listener_rule.all has no condition. Add a condition, such as path_pattern.",
  },
  "a priority that is too high": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(50001) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(50000) };
    },
    says: "aws_lb_listener_rule.all has priority = 50001. Write a number from 1 to 50000.",
  },
  "a priority of 0": {
    bad: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(0) };
    },
    good: ({ resource }) => {
      resource.aws_lb_listener_rule = { all: pathRule(1) };
    },
    says: "aws_lb_listener_rule.all has priority = 0. Write a number from 1 to 50000.",
  },
});
