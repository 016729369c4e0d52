import { tmpdir } from "node:os";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { TerraformStack, Testing } from "cdktf";
import { describe, expect, it } from "vitest";
import type { CacheProps } from "../../modules/cache/index.ts";
import type { DatabaseProps } from "../../modules/database/index.ts";
import type { TaskProps } from "../../modules/ecs/service.ts";
import type { FirewallProps } from "../../modules/firewall/index.ts";
import type { LbProps } from "../../modules/lb/index.ts";
import type { NetworkProps } from "../../modules/network/index.ts";

const stack = new TerraformStack(Testing.app({ outdir: tmpdir() }), "types");
const vpc = new Vpc(stack, "vpc", { cidrBlock: "10.0.0.0/16" });
const subnet = new Subnet(stack, "subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
const group = new SecurityGroup(stack, "group", { name: "group", vpcId: vpc.id });

// The type check of `npm test` fails when one of these lines begins to compile: no preflight is needed for them.
describe("a mistake between modules does not compile", () => {
  it.each<[string, unknown]>([
    // @ts-expect-error a block where the VPC itself belongs
    ["a CIDR block for a VPC", { vpc: "10.0.0.0/16" } satisfies Partial<FirewallProps>],
    // @ts-expect-error an id where the VPC itself belongs
    ["the id of a VPC", { vpc: vpc.id } satisfies Partial<LbProps>],
    // @ts-expect-error a subnet is no VPC
    ["a subnet for a VPC", { vpc: subnet } satisfies Partial<FirewallProps>],
    // @ts-expect-error a load balancer stands in two zones
    ["one subnet for a load balancer", { subnets: [subnet] } satisfies Partial<LbProps>],
    // @ts-expect-error a subnet group covers two zones
    ["one subnet for a database", { subnets: [subnet] } satisfies Partial<DatabaseProps>],
    // @ts-expect-error ids where the subnets themselves belong
    ["ids of subnets", { subnets: [subnet.id, subnet.id] } satisfies Partial<DatabaseProps>],
    // @ts-expect-error a name where the security group itself belongs
    ["the name of a security group", { securityGroup: "database" } satisfies Partial<DatabaseProps>],
    // @ts-expect-error the same of a cache
    ["the id of a security group", { securityGroup: group.id } satisfies Partial<CacheProps>],
    // @ts-expect-error a VPC is no security group
    ["a VPC for a security group", { securityGroup: vpc } satisfies Partial<LbProps>],
    // @ts-expect-error a NAT gateway takes IPv4 only
    ["an IPv6 destination for NAT", { natRouteDestination: "::/0" } satisfies Partial<NetworkProps>],
    // @ts-expect-error one zone is too few
    ["a network in one zone", { zones: ["ap-northeast-1a"] } satisfies Partial<NetworkProps>],
    // @ts-expect-error Fargate has no such pair
    ["4 GiB for a quarter of a vCPU", { size: { cpu: 256, memory: 4096 } } satisfies Partial<TaskProps>],
    // @ts-expect-error no task of Fargate's has 300 CPU units
    ["300 CPU units", { size: { cpu: 300, memory: 512 } } satisfies Partial<TaskProps>],
    // @ts-expect-error an ARN where the role, and the policy that must be there before, belong
    ["the ARN of a role", { executionRole: "arn:aws:iam::123456789012:role/x" } satisfies Partial<TaskProps>],
  ])("%s", (_, props) => {
    expect(props).toBeDefined();
  });

  it("a task without an execution role", () => {
    // @ts-expect-error Fargate pulls no image of ECR without one
    const task: TaskProps = {
      family: "x",
      containers: [],
      size: { cpu: 256, memory: 512 },
      architecture: "ARM64",
      taskRole: {} as TaskProps["taskRole"],
    };
    expect(task).not.toHaveProperty("executionRole");
  });

  it("and what is right does", () => {
    const right: [Partial<LbProps>, Partial<DatabaseProps>, Partial<NetworkProps>, Partial<TaskProps>] = [
      { vpc, subnets: [subnet, subnet], securityGroup: group },
      { subnets: [subnet, subnet], securityGroup: group },
      { natRouteDestination: "0.0.0.0/0", zones: ["ap-northeast-1a", "ap-northeast-1c"] },
      { size: { cpu: 256, memory: 512 } },
    ];
    expect(right).toHaveLength(4);
  });
});
