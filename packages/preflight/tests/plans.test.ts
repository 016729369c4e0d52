import { describe, expect, it } from "vitest";
import { planOfStack } from "./support/plan.ts";
import { findingsOf, type Json } from "./support/rules.ts";
import { workingStack } from "./support/working-stack.ts";

type Change = (stack: Json) => void;

/** Errors of a stack with a change, by rule and address. */
async function errorsOf(read: (stack: Json) => Json, change: Change): Promise<string[]> {
  const stack = workingStack();
  change(stack);
  const findings = await findingsOf(read(stack));
  return findings.filter(({ severity }) => severity === "error").map(({ id, address }) => `${id} ${address}`);
}

const withoutNat: Change = ({ resource }) => {
  delete resource.aws_route.nat;
};

/** Mistakes that a first plan tells as well as the configuration, though no id is known in it. */
const MISTAKES: Readonly<Record<string, [string, Change]>> = {
  "a missing endpoint": [
    "NET-101 aws_ecs_service.nginx",
    (stack) => {
      withoutNat(stack);
      delete stack.resource.aws_vpc_endpoint.ecr_dkr;
    },
  ],
  "an endpoint whose group lets nothing in": [
    "NET-101 aws_ecs_service.nginx",
    ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.endpoints_from_nginx;
    },
  ],
  "a gateway endpoint in the wrong route table": [
    "NET-101 aws_ecs_service.nginx",
    (stack) => {
      withoutNat(stack);
      stack.resource.aws_vpc_endpoint.s3.route_table_ids = ["${aws_route_table.public.id}"];
    },
  ],
  "a NAT gateway in a private subnet": [
    "NET-101 aws_ecs_service.app",
    ({ resource }) => {
      for (const name of ["ecr_api", "ecr_dkr"]) delete resource.aws_vpc_endpoint[name];
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.private_a.id}";
    },
  ],
  "a database that lets nothing in": [
    "NET-106 aws_ecs_service.app",
    ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
    },
  ],
  "a load balancer that can't reach its targets": [
    "NET-110 aws_lb.main",
    ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_nginx;
    },
  ],
  "a load balancer in private subnets": [
    "NET-111 aws_lb.main",
    ({ resource }) => {
      resource.aws_lb.main.subnets = ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"];
    },
  ],
  "a subnet outside of its VPC": [
    "NET-007 aws_subnet.private_a",
    ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.9.0.0/24";
    },
  ],
  "a VPC without an internet gateway": [
    "NET-004 aws_nat_gateway.main",
    ({ resource }) => {
      delete resource.aws_internet_gateway;
      delete resource.aws_nat_gateway.main.depends_on;
      delete resource.aws_lb.main.depends_on;
      delete resource.aws_route.internet;
    },
  ],
  "targets that are instances": [
    "LB-002 aws_lb_target_group.nginx",
    ({ resource }) => {
      delete resource.aws_lb_target_group.nginx.target_type;
    },
  ],
  "a service that may come before its listener": [
    "LB-003 aws_ecs_service.nginx",
    ({ resource }) => {
      resource.aws_ecs_service.nginx.depends_on = ["aws_ecs_service.app"];
    },
  ],
  "a load balancer in one zone": [
    "LB-001 aws_lb.main",
    ({ resource }) => {
      resource.aws_subnet.public_c.availability_zone = "ap-northeast-1a";
    },
  ],
  "a role that trusts another service": [
    "IAM-001 aws_iam_role.app",
    ({ resource }) => {
      resource.aws_iam_role.app.assume_role_policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
      });
    },
  ],
};

describe.each(Object.entries(MISTAKES))("%s", (_, [expected, change]) => {
  it.each<[string, (stack: Json) => Json]>([
    ["a configuration", (stack) => stack],
    ["its first plan", planOfStack],
  ])("is found in %s", async (_, read) => {
    expect(await errorsOf(read, change)).toContain(expected);
  });
});

/** What is known from a configuration only: a plan does not know a text that holds a new id. */
describe("a policy that a plan does not know", () => {
  const narrow: Change = ({ resource }) => {
    resource.aws_iam_role_policy.app_execution.policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "ecr:*", Resource: "${aws_ecr_repository.nginx.arn}" }],
    });
  };

  it("is judged in a configuration", async () => {
    expect(await errorsOf((stack) => stack, narrow)).toContain("IAM-002 aws_iam_role.app_execution");
  });

  it("is not guessed in a plan", async () => {
    expect(await errorsOf(planOfStack, narrow)).toEqual([]);
  });
});
