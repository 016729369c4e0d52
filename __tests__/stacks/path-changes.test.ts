import { DEFAULT_POLICY, parsePlan, pathChanges, review, textReview } from "@operation-app/plan-review";
import { load } from "@operation-app/preflight";
import { describe, expect, it } from "vitest";
import production from "../../environments/production.ts";
import type { EnvironmentInput } from "../../environments/schema/index.ts";
import { planBetween } from "../support/planned.ts";
import { synthesizeText } from "../support/synthesize.ts";

const IMAGES = { nginx: "0.1.0", app: "0.1.0" };

function stackOf(more: Partial<EnvironmentInput> = {}) {
  return JSON.parse(synthesizeText({ ...production, images: IMAGES, ...more }));
}

/** The stack after somebody has changed its rules by hand. */
function changed(change: (resource: Record<string, Record<string, Record<string, unknown>>>) => void) {
  const stack = stackOf();
  change(stack.resource);
  return stack;
}

async function changesBetween(before: unknown, after: unknown): Promise<string[]> {
  const plan = parsePlan(JSON.stringify(planBetween(before, after)), "plan.json");
  const { changes } = await pathChanges(plan, await load(plan, "plan.json"));
  return changes.map(({ from, to, becomes }) => `${becomes}: ${from} → ${to}`);
}

describe("the paths that a plan opens or closes", () => {
  it("are none where it changes nothing", async () => {
    expect(await changesBetween(stackOf(), stackOf())).toEqual([]);
  });

  it("name the service that the internet will reach", async () => {
    const after = changed((resource) => {
      const [service] = Object.values(resource.aws_ecs_service ?? {}).filter(({ name }) =>
        String(name).endsWith("-app"),
      );
      const [, publicSubnet = ""] =
        /"(\$\{aws_subnet\.[a-z_]*public[a-z_]*\.id\})"/.exec(JSON.stringify(resource)) ?? [];
      const network = service?.network_configuration as Record<string, unknown>;
      Object.assign(network, { subnets: [publicSubnet], assign_public_ip: true });
      Object.assign(resource.aws_vpc_security_group_ingress_rule ?? {}, {
        opened: {
          security_group_id: "${aws_security_group.firewall_app.id}",
          cidr_ipv4: "0.0.0.0/0",
          ip_protocol: "tcp",
          from_port: 3000,
          to_port: 3000,
        },
      });
    });
    expect(await changesBetween(stackOf(), after)).toContain("opens: internet → aws_ecs_service.ecs_app_service:3000");
  });

  it("name a store that a service loses, and nothing else", async () => {
    const after = changed((resource) => {
      delete resource.aws_vpc_security_group_ingress_rule?.firewall_cache_from_app;
    });
    expect(await changesBetween(stackOf(), after)).toEqual([
      "closes: aws_ecs_service.ecs_app_service → aws_elasticache_replication_group.cache_redis:6379",
    ]);
  });

  it("name what a service can't call any more without its NAT gateway", async () => {
    const without = stackOf({ network: { ...production.network, nat: "none" } });
    const found = await changesBetween(stackOf(), without);
    expect(found).toContain("closes: aws_ecs_service.ecs_app_service → cognito-idp");
    expect(found).toContain("closes: aws_ecs_service.ecs_app_service → internet");
    expect(found.filter((line) => /logs|s3|ecr/.test(line))).toEqual([]);
  });

  it("are for a first plan those that the internet takes", async () => {
    expect(await changesBetween({ resource: {} }, stackOf())).toEqual([
      "opens: internet → aws_lb.lb_alb:443",
      "opens: internet → aws_lb.lb_alb:80",
    ]);
  });

  it("are compared between things that a changed rule is about, among many that it is not about", async () => {
    const [before, after] = [manyServices(150, "10.0.0.0/24"), manyServices(150, "10.0.0.0/24", ["s7"])];
    expect(await changesBetween(before, after)).toContain("closes: aws_ecs_service.s3 → aws_ecs_service.s7:3000");
  });

  it("are not compared pair by pair where too many are touched, and the review says so", async () => {
    const names = Array.from({ length: 120 }, (_, index) => `s${index}`);
    const plan = planBetween(manyServices(120, "10.0.0.0/24"), manyServices(120, "10.0.0.0/24", names));
    const text = JSON.stringify(plan);
    const parsed = parsePlan(text, "plan.json");
    expect(await pathChanges(parsed, await load(parsed, "plan.json"))).toEqual({ changes: [], isWhole: false });
    const { notes } = await review(parsed, "plan.json", { policy: DEFAULT_POLICY, today: "2026-01-01" });
    expect(notes).toContainEqual(expect.stringContaining("it touches too many of them"));
  });

  it("stand in the review", async () => {
    const after = changed((resource) => {
      delete resource.aws_vpc_security_group_ingress_rule?.firewall_cache_from_app;
    });
    const plan = parsePlan(JSON.stringify(planBetween(stackOf(), after)), "plan.json");
    const printed = textReview(await review(plan, "plan.json", { policy: DEFAULT_POLICY, today: "2026-01-01" }));
    expect(printed).toContain(
      "Paths in the network (1)\n  closes: aws_ecs_service.ecs_app_service → aws_elasticache_replication_group.cache_redis:6379",
    );
  });
});

/** Services that each have a group of their own, which lets the others in but for those that are closed. */
function manyServices(count: number, block: string, closed: readonly string[] = []) {
  const all = <T>(of: (name: string) => T) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, of(`s${index}`)]));
  return {
    resource: {
      aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
      aws_subnet: { main: { vpc_id: "${aws_vpc.main.id}", cidr_block: block } },
      aws_security_group: all((name) => ({
        vpc_id: "${aws_vpc.main.id}",
        ingress: [rule(3000, closed.includes(name) ? "10.9.0.0/16" : block)],
        egress: [rule(3000, "0.0.0.0/0")],
      })),
      aws_ecs_service: all((name) => ({
        name,
        network_configuration: [
          { subnets: ["${aws_subnet.main.id}"], security_groups: [`\${aws_security_group.${name}.id}`] },
        ],
      })),
    },
  };
}

function rule(port: number, block: string) {
  return { protocol: "tcp", from_port: port, to_port: port, cidr_blocks: [block] };
}
