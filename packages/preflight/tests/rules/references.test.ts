import { expect, it } from "vitest";
import { describeRule, findingsOf } from "../support/rules.ts";

describeRule("REF-001", {
  "a resource that is mistyped": {
    bad: ({ resource }) => {
      resource.aws_lb.main.security_groups = ["${aws_security_group.abl.id}"];
    },
    good: ({ resource }) => {
      resource.aws_lb.main.security_groups = ["$${aws_security_group.abl.id}"]; // a text
    },
    says: "aws_lb.main refers to aws_security_group.abl, which is not in the configuration. Correct the name, or add what it refers to.",
  },
  "a variable that is not declared": {
    bad: ({ resource }) => {
      resource.aws_lb.main.name = "${var.name}";
    },
    good: (stack) => {
      stack.variable.name = {};
      stack.resource.aws_lb.main.name = "${var.name}";
    },
    says: "aws_lb.main refers to var.name, which is not in the configuration. Correct the name, or add what it refers to.",
  },
  "a local that is not written": {
    bad: ({ resource }) => {
      resource.aws_lb.main.name = "${local.name}-alb";
    },
    good: (stack) => {
      stack.locals = [{ first: "shop" }, { name: "${local.first}" }];
      stack.resource.aws_lb.main.name = "${local.name}-alb";
    },
    says: "aws_lb.main refers to local.name, which is not in the configuration. Correct the name, or add what it refers to.",
  },
  "a data source that is not there": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets = "${data.aws_subnets.public.ids}";
    },
    good: ({ data, resource }) => {
      data.aws_subnets = { public: {} };
      resource.aws_lb.main.subnets = "${data.aws_subnets.public.ids}";
    },
    says: "aws_lb.main refers to data.aws_subnets.public, which is not in the configuration. Correct the name, or add what it refers to.",
  },
  "a name in depends_on": {
    bad: ({ resource }) => {
      resource.aws_lb.main.depends_on = ["aws_internet_gateway.gone", "aws_s3_bucket_policy.logs"];
    },
    good: (stack) => {
      stack.module = { network: { source: "./network" } };
      stack.resource.aws_lb.main.depends_on.push("module.network");
    },
    says: "aws_lb.main refers to aws_internet_gateway.gone, which is not in the configuration. Correct the name, or add what it refers to.",
  },
  "a name in JSON": {
    bad: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy = '{"Statement": [{"Resource": "${aws_sqs_queue.none.arn}"}]}';
    },
    good: ({ resource }) => {
      resource.aws_iam_role_policy.app.policy =
        '{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "arn:aws_sqs_queue.none.arn"}]}';
    },
    says: "aws_iam_role_policy.app refers to aws_sqs_queue.none, which is not in the configuration. Correct the name, or add what it refers to.",
  },
  "a name in count": {
    bad: ({ resource }) => {
      resource.aws_eip.nat.count = "${length(aws_subnet.none)}";
    },
    good: ({ resource }) => {
      resource.aws_eip.nat.count = "${length([aws_subnet.public_a])}";
    },
    says: "aws_eip.nat refers to aws_subnet.none, which is not in the configuration. Correct the name, or add what it refers to.",
  },
  "a name beside those that a for expression and a dynamic block give": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets = "${[for one in aws_subnet.none : one.id]}";
    },
    good: ({ resource }) => {
      resource.aws_lb.main.subnets = "${[for one in [aws_subnet.public_a, aws_subnet.public_c] : one.id]}";
      resource.aws_security_group.app.dynamic = {
        ingress: {
          for_each: [80],
          iterator: "port",
          content: { from_port: "${port.value}", to_port: "${port.value}", protocol: "tcp", cidr_blocks: [] },
        },
      };
    },
    says: "aws_lb.main refers to aws_subnet.none, which is not in the configuration. Correct the name, or add what it refers to.",
  },
  "a name beside Terraform's own": {
    bad: ({ resource }) => {
      resource.aws_lb.main.tags = { where: "${aws_region.here}" };
    },
    good: ({ resource }) => {
      resource.aws_lb.main.tags = {
        where: "${terraform.workspace}",
        path: "${path.module}/${path.root}",
        list: '${join("", [for key, value in { a = 1 } : key])}',
      };
      resource.aws_eip.nat.for_each = { a: {} };
      resource.aws_eip.nat.tags = { key: "${each.key}", value: "${each.value}" };
    },
    says: "aws_lb.main refers to aws_region.here, which is not in the configuration. Correct the name, or add what it refers to.",
  },
});

describeRule("REF-002", {
  "two resources that refer to each other": {
    bad: ({ resource }) => {
      resource.aws_eip.nat.tags = { nat: "${aws_nat_gateway.main.id}" };
    },
    good: ({ resource }) => {
      resource.aws_nat_gateway.main.tags = { address: "${aws_eip.nat.public_ip}" };
    },
    says: "aws_eip.nat refers to itself through aws_nat_gateway.main. Remove one of these references, or move it to a separate resource.",
  },
  "a resource that refers to itself": {
    bad: ({ resource }) => {
      resource.aws_lb.main.tags = { name: "${aws_lb.main.dns_name}" };
    },
    good: ({ resource }) => {
      resource.aws_lb.main.tags = { name: "aws_lb.main.dns_name" };
    },
    says: "aws_lb.main refers to itself. Remove one of these references, or move it to a separate resource.",
  },
  "a circle through depends_on": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.depends_on = ["aws_ecs_service.nginx"];
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.depends_on = ["aws_ecs_cluster.main"];
    },
    says: "aws_lb_target_group.nginx refers to itself through aws_ecs_service.nginx. Remove one of these references, or move it to a separate resource.",
  },
  "a circle through locals": {
    bad: (stack) => {
      stack.locals = { gateway: "${aws_nat_gateway.main.id}" };
      stack.resource.aws_eip.nat.tags = { nat: "${local.gateway}" };
    },
    good: (stack) => {
      stack.locals = { gateway: "${aws_nat_gateway.main.id}" };
      stack.resource.aws_ecs_cluster.main.tags = { nat: "${local.gateway}" };
    },
    says: "aws_eip.nat refers to itself through aws_nat_gateway.main. Remove one of these references, or move it to a separate resource.",
  },
});

it("NET-009 and REF-002 do not both tell of one circle", async () => {
  const rule = (name: string) => ({
    from_port: 80,
    to_port: 80,
    protocol: "tcp",
    security_groups: [`\${aws_security_group.${name}.id}`],
  });
  const found = await findingsOf({
    resource: { aws_security_group: { a: { name: "a", ingress: rule("b") }, b: { name: "b", ingress: rule("a") } } },
  });
  expect(found.map(({ id }) => id).filter((id) => id === "NET-009" || id === "REF-002")).toEqual(["NET-009"]);
});
