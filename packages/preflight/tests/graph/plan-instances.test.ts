import { describe, expect, it } from "vitest";
import { linked } from "../../src/graph/links.ts";
import { blocks, items, known, text } from "../../src/graph/value.ts";
import { attributeOf, leads, made, membersOf, readPlan, written } from "./planned.ts";

describe("instances of a plan", () => {
  const counted = [made("aws_vpc.v[0]"), made("aws_vpc.v[1]")];
  const keyed = [made('aws_vpc.v["x"]'), made('aws_vpc.v["y"]')];

  it("narrow count.index down to the instance of the same place", async () => {
    const graph = await readPlan(
      [...counted, made("aws_subnet.s[0]", { vpc_id: true }), made("aws_subnet.s[1]", { vpc_id: true })],
      { resources: [written("aws_vpc.v"), written("aws_subnet.s", { vpc_id: ["aws_vpc.v", "count.index"] })] },
    );
    expect(leads(graph, "aws_subnet.s[0]", "vpc_id", "aws_vpc")).toEqual({ to: ["aws_vpc.v[0]"], certain: true });
    expect(leads(graph, "aws_subnet.s[1]", "vpc_id", "aws_vpc")).toEqual({ to: ["aws_vpc.v[1]"], certain: true });
  });

  it("are uncertain where there are fewer of the others: no plan tells how they are picked", async () => {
    const graph = await readPlan([...counted, made("aws_subnet.s[2]", { vpc_id: true })], {
      resources: [written("aws_vpc.v"), written("aws_subnet.s", { vpc_id: ["aws_vpc.v", "count.index"] })],
    });
    expect(leads(graph, "aws_subnet.s[2]", "vpc_id", "aws_vpc").certain).toBe(false);
  });

  it("are picked by their place among several that are named", async () => {
    const graph = await readPlan([made("aws_vpc.a"), made("aws_vpc.b"), made("aws_subnet.s[1]", { vpc_id: true })], {
      resources: [
        written("aws_vpc.a"),
        written("aws_vpc.b"),
        written("aws_subnet.s", {
          vpc_id: ["aws_vpc.a.id", "aws_vpc.a", "aws_vpc.b.id", "aws_vpc.b", "count.index"],
        }),
      ],
    });
    expect(leads(graph, "aws_subnet.s[1]", "vpc_id", "aws_vpc")).toEqual({ to: ["aws_vpc.b"], certain: true });
  });

  it("narrow each.key down to the instance of the same key", async () => {
    const graph = await readPlan([...keyed, made('aws_subnet.s["y"]', { vpc_id: true })], {
      resources: [written("aws_vpc.v"), written("aws_subnet.s", { vpc_id: ["aws_vpc.v", "each.key"] })],
    });
    expect(leads(graph, 'aws_subnet.s["y"]', "vpc_id", "aws_vpc")).toEqual({ to: ['aws_vpc.v["y"]'], certain: true });
  });

  it("are uncertain where each.key names none of them", async () => {
    const graph = await readPlan([...keyed, made('aws_subnet.s["z"]', { vpc_id: true })], {
      resources: [written("aws_vpc.v"), written("aws_subnet.s", { vpc_id: ["aws_vpc.v", "each.key"] })],
    });
    expect(leads(graph, 'aws_subnet.s["z"]', "vpc_id", "aws_vpc").certain).toBe(false);
  });

  it("are uncertain where each.value may be any of them", async () => {
    const graph = await readPlan([...keyed, made('aws_subnet.s["1"]', { vpc_id: true })], {
      resources: [
        written("aws_vpc.v"),
        written("aws_subnet.s", { vpc_id: ["each.value"] }, { for_each_expression: { references: ["aws_vpc.v"] } }),
      ],
    });
    expect(leads(graph, 'aws_subnet.s["1"]', "vpc_id", "aws_vpc").certain).toBe(false);
  });

  it.each([
    ["aws_vpc.v[1].id", counted, "aws_vpc.v[1]"],
    ['aws_vpc.v["x"].id', keyed, 'aws_vpc.v["x"]'],
  ])("are meant by a key that is written out: %s", async (name, instances, expected) => {
    const graph = await readPlan([...instances, made("aws_subnet.s", { vpc_id: true })], {
      resources: [
        written("aws_vpc.v"),
        written("aws_subnet.s", { vpc_id: [name, name.replace(".id", ""), "aws_vpc.v"] }),
      ],
    });
    expect(leads(graph, "aws_subnet.s", "vpc_id", "aws_vpc")).toEqual({ to: [expected], certain: true });
  });

  it("are all meant by a splat of count", async () => {
    const graph = await readPlan([...counted, made("aws_probe.p", { value: true })], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v"] })],
    });
    expect(membersOf(attributeOf(graph, "aws_probe.p", "value"))).toEqual({
      to: ["aws_vpc.v[0]", "aws_vpc.v[1]"],
      complete: true,
    });
  });

  it("are perhaps not all meant where a condition may pick some by their keys", async () => {
    const graph = await readPlan([...keyed, made("aws_probe.p", { value: true })], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v"] })],
    });
    expect(membersOf(attributeOf(graph, "aws_probe.p", "value")).complete).toBe(false);
  });

  it("fill in a list with nulls for what is not known yet, when there are as many", async () => {
    const probe = {
      address: "aws_probe.p",
      values: { value: [null, null] },
      unknown: { value: [true, true] },
    };
    const graph = await readPlan([...counted, probe], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v"] })],
    });
    expect(membersOf(attributeOf(graph, "aws_probe.p", "value"))).toEqual({
      to: ["aws_vpc.v[0]", "aws_vpc.v[1]"],
      complete: true,
    });
  });

  it("stand beside what is known in such a list", async () => {
    const probe = { address: "aws_probe.p", values: { value: ["sg-1", null] }, unknown: { value: [false, true] } };
    const graph = await readPlan([made("aws_vpc.v"), probe], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v.id", "aws_vpc.v"] })],
    });
    const found = items(attributeOf(graph, "aws_probe.p", "value")).items;
    expect(found.map((item) => text(item))).toEqual(["sg-1", undefined]);
    expect(linked(found[1] ?? null, "aws_vpc").resources.map(({ address }) => address)).toEqual(["aws_vpc.v"]);
  });

  it("are not counted on where there are more of them than the list has", async () => {
    const probe = { address: "aws_probe.p", values: { value: [null] }, unknown: { value: [true] } };
    const graph = await readPlan([...counted, probe], {
      resources: [written("aws_vpc.v"), written("aws_probe.p", { value: ["aws_vpc.v"] })],
    });
    const [first] = items(attributeOf(graph, "aws_probe.p", "value")).items;
    expect(linked(first ?? null, "aws_vpc").certain).toBe(false);
  });
});

describe("blocks of a plan", () => {
  it("have the references of the block that they were written as", async () => {
    const rule = (port: number) => ({ port });
    const graph = await readPlan(
      [
        made("aws_vpc.a"),
        made("aws_vpc.b"),
        {
          address: "aws_probe.p",
          values: { rule: [rule(2), rule(1)] }, // a set: in an order of its own
          unknown: { rule: [{ vpc: true }, { vpc: true }] },
        },
      ],
      {
        resources: [
          written("aws_vpc.a"),
          written("aws_vpc.b"),
          written(
            "aws_probe.p",
            {},
            {
              expressions: {
                rule: [
                  { port: { constant_value: 1 }, vpc: { references: ["aws_vpc.a.id", "aws_vpc.a"] } },
                  { port: { constant_value: 2 }, vpc: { references: ["aws_vpc.b.id", "aws_vpc.b"] } },
                ],
              },
            },
          ),
        ],
      },
    );
    const found = blocks(attributeOf(graph, "aws_probe.p", "rule")).blocks;
    expect(found.map(({ vpc }) => linked(vpc, "aws_vpc").resources.map(({ address }) => address))).toEqual([
      ["aws_vpc.b"],
      ["aws_vpc.a"],
    ]);
  });

  it("share the references of an attribute that is written as one expression", async () => {
    const graph = await readPlan(
      [
        made("aws_internet_gateway.g"),
        {
          address: "aws_route_table.r",
          values: { route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "" }] },
          unknown: { id: true, route: [{ gateway_id: true }] },
        },
      ],
      {
        resources: [
          written("aws_internet_gateway.g"),
          written("aws_route_table.r", { route: ["aws_internet_gateway.g.id", "aws_internet_gateway.g"] }),
        ],
      },
    );
    const [route] = blocks(attributeOf(graph, "aws_route_table.r", "route")).blocks;
    expect(linked(route?.gateway_id, "aws_internet_gateway").resources.map(({ address }) => address)).toEqual([
      "aws_internet_gateway.g",
    ]);
    expect(known(route?.cidr_block)).toBe("0.0.0.0/0");
  });
});
