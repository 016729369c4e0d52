import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { attributeOf, leads, made, readPlan, written } from "./planned.ts";

describe("modules of a plan", () => {
  const vpc = {
    resources: [written("aws_vpc.v")],
    outputs: { id: { expression: { references: ["aws_vpc.v.id", "aws_vpc.v"] } } },
  };
  const subnet = { resources: [written("aws_subnet.s", { vpc_id: ["var.vpc"] })], variables: { vpc: {} } };
  const subnets = (reference: string[], more: object = {}) => ({
    module: subnet,
    expressions: { vpc: { references: reference } },
    ...more,
  });
  const leadsOf = (graph: Graph, address: string) => leads(graph, address, "vpc_id", "aws_vpc");

  it("are given what the caller writes", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("module.m.aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_vpc.a")],
      module_calls: { m: subnets(["aws_vpc.a.id", "aws_vpc.a"]) },
    });
    expect(leadsOf(graph, "module.m.aws_subnet.s")).toEqual({ to: ["aws_vpc.a"], certain: true });
  });

  describe.each([
    ["that is null unless it is given", { default: null }, {}, true],
    ["that is given a constant", {}, { vpc: { constant_value: null } }, true],
    ["that is given a variable of the root", {}, { vpc: { references: ["var.vpc"] } }, true],
    ["that is given what is not known yet", {}, { vpc: { references: ["aws_vpc.a.id", "aws_vpc.a"] } }, false],
    ["that is given a local", {}, { vpc: { references: ["local.vpc"] } }, false],
    ["that is given an output", {}, { vpc: { references: ["module.other.vpc", "module.other"] } }, false],
    ["that is given what nothing tells of", {}, { vpc: {} }, false],
  ])("with an argument by a variable %s", (_, declared, given, isUnwritten) => {
    it(isUnwritten ? "have nothing where the provider fills it in" : "leave it open", async () => {
      const graph = await readPlan([made("aws_vpc.a"), made("module.m.aws_subnet.s", { vpc_id: true })], {
        resources: [written("aws_vpc.a")],
        variables: { vpc: {} },
        module_calls: { m: { module: { ...subnet, variables: { vpc: declared } }, expressions: given } },
      });
      const value = attributeOf(graph, "module.m.aws_subnet.s", "vpc_id");
      expect(value === undefined).toBe(isUnwritten);
    });
  });

  it("give what their outputs say", async () => {
    const graph = await readPlan([made("module.m.aws_vpc.v"), made("aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_subnet.s", { vpc_id: ["module.m.id", "module.m"] })],
      module_calls: { m: { module: vpc } },
    });
    expect(leadsOf(graph, "aws_subnet.s")).toEqual({ to: ["module.m.aws_vpc.v"], certain: true });
  });

  it("hand on from one to another", async () => {
    const graph = await readPlan([made("module.v.aws_vpc.v"), made("module.s.aws_subnet.s", { vpc_id: true })], {
      module_calls: { v: { module: vpc }, s: subnets(["module.v.id", "module.v"]) },
    });
    expect(leadsOf(graph, "module.s.aws_subnet.s")).toEqual({ to: ["module.v.aws_vpc.v"], certain: true });
  });

  it("hand on through modules in modules", async () => {
    const outer = {
      module_calls: { inner: { module: vpc } },
      outputs: { id: { expression: { references: ["module.inner.id", "module.inner"] } } },
    };
    const graph = await readPlan(
      [made("module.outer.module.inner.aws_vpc.v"), made("module.s.aws_subnet.s", { vpc_id: true })],
      { module_calls: { outer: { module: outer }, s: subnets(["module.outer.id", "module.outer"]) } },
    );
    expect(leadsOf(graph, "module.s.aws_subnet.s")).toEqual({
      to: ["module.outer.module.inner.aws_vpc.v"],
      certain: true,
    });
  });

  it("with for_each are given what belongs to their key", async () => {
    const graph = await readPlan(
      [
        made('aws_vpc.v["x"]'),
        made('aws_vpc.v["y"]'),
        made('module.s["x"].aws_subnet.s', { vpc_id: true }),
        made('module.s["y"].aws_subnet.s', { vpc_id: true }),
      ],
      { resources: [written("aws_vpc.v")], module_calls: { s: subnets(["aws_vpc.v", "each.key"]) } },
    );
    expect(leadsOf(graph, 'module.s["x"].aws_subnet.s')).toEqual({ to: ['aws_vpc.v["x"]'], certain: true });
    expect(leadsOf(graph, 'module.s["y"].aws_subnet.s')).toEqual({ to: ['aws_vpc.v["y"]'], certain: true });
  });

  it.each([
    ["module.v[1].id", ["module.v[1].aws_vpc.v"], true],
    ["module.v[0].id", ["module.v[0].aws_vpc.v"], true],
  ])("with count give the output of the one that is named: %s", async (name, to, certain) => {
    const graph = await readPlan(
      [made("module.v[0].aws_vpc.v"), made("module.v[1].aws_vpc.v"), made("aws_subnet.s", { vpc_id: true })],
      {
        resources: [written("aws_subnet.s", { vpc_id: [name, name.replace(".id", ""), "module.v"] })],
        module_calls: { v: { module: vpc } },
      },
    );
    expect(leadsOf(graph, "aws_subnet.s")).toEqual({ to, certain });
  });

  it("leave open what a local of theirs is made of", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("aws_vpc.b"), made("aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_vpc.a"), written("aws_vpc.b"), written("aws_subnet.s", { vpc_id: ["local.vpc"] })],
    });
    expect(leadsOf(graph, "aws_subnet.s")).toEqual({ to: ["aws_vpc.a", "aws_vpc.b"], certain: false });
  });

  it("leave one thing only where a local of theirs can lead to nothing else", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_vpc.a"), written("aws_subnet.s", { vpc_id: ["local.vpc"] })],
    });
    expect(leadsOf(graph, "aws_subnet.s").to).toEqual(["aws_vpc.a"]);
  });

  it("wait as a whole for what their call depends on", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("module.m.aws_vpc.v")], {
      resources: [written("aws_vpc.a")],
      module_calls: { m: { module: vpc, depends_on: ["aws_vpc.a"] } },
    });
    const [later, earlier] = [graph.find("module.m.aws_vpc.v"), graph.find("aws_vpc.a")];
    expect(later && earlier && graph.isOrdered(later, earlier)).toBe(true);
  });

  it("make others wait for what their outputs depend on", async () => {
    const waiting = {
      resources: [written("aws_vpc.v"), written("aws_route.r")],
      outputs: { id: { expression: { references: ["aws_vpc.v.id", "aws_vpc.v"] }, depends_on: ["aws_route.r"] } },
    };
    const graph = await readPlan(
      [made("module.m.aws_vpc.v"), made("module.m.aws_route.r"), made("aws_subnet.s", { vpc_id: true })],
      {
        resources: [written("aws_subnet.s", { vpc_id: ["module.m.id", "module.m"] })],
        module_calls: { m: { module: waiting } },
      },
    );
    const [later, earlier] = [graph.find("aws_subnet.s"), graph.find("module.m.aws_route.r")];
    expect(later && earlier && graph.isOrdered(later, earlier)).toBe(true);
    expect(leadsOf(graph, "aws_subnet.s")).toEqual({ to: ["module.m.aws_vpc.v"], certain: true });
  });

  it.each<[string, object]>([
    ["a variable that no call sets", { m: { module: subnet } }],
    [
      "outputs that lead to each other",
      {
        m: subnets(["module.a.id", "module.a"]),
        a: {
          module: { outputs: { id: { expression: { references: ["var.id"] } } } },
          expressions: { id: { references: ["module.b.id"] } },
        },
        b: {
          module: { outputs: { id: { expression: { references: ["var.id"] } } } },
          expressions: { id: { references: ["module.a.id"] } },
        },
      },
    ],
    [
      "an output that leads to itself",
      {
        m: subnets(["module.a.id", "module.a"]),
        a: { module: { module_calls: {}, outputs: { id: { expression: { references: ["module.a.id"] } } } } },
      },
    ],
    ["a variable that leads to itself", { m: subnets(["var.vpc"]) }],
  ])("leave open what can't be known: %s", async (_, module_calls) => {
    const graph = await readPlan([made("aws_vpc.a"), made("module.m.aws_subnet.s", { vpc_id: true })], {
      resources: [written("aws_vpc.a")],
      module_calls,
    });
    expect(leadsOf(graph, "module.m.aws_subnet.s").certain).toBe(false);
  });
});
