import { describe, expect, it } from "vitest";
import type { Graph } from "../../src/graph/graph.ts";
import { decodeJsonText } from "../../src/graph/json-text.ts";
import { linked } from "../../src/graph/links.ts";
import { load } from "../../src/graph/load.ts";
import { at, blocks, items, known, number, text, type Value } from "../../src/graph/value.ts";
import type { Json } from "../support/rules.ts";

/** What the expressions of these tests take from. */
const AROUND = {
  variable: {
    name: { default: "shop" },
    zones: { default: ["a", "c"] },
    ports: { default: { http: 80, https: 443 } },
    on: { default: true },
    open: {},
    secret: { default: "x", sensitive: true },
    nothing: { default: null },
  },
  locals: {
    name: "${var.name}-app",
    deep: { list: [{ id: "one" }, { id: "two" }] },
    vpc: "${aws_vpc.a.id}",
    ids: { vpc: "${local.vpc}" },
    round: "${local.trip}",
    trip: "x${local.round}",
    self: "${local.self}",
  },
  data: { aws_vpc: { found: {} } },
  resource: {
    aws_vpc: {
      a: { cidr_block: "10.0.0.0/16" },
      b: { cidr_block: "10.1.0.0/16" },
      many: { count: 2, cidr_block: "10.${count.index}.0.0/16" },
      each: { for_each: { x: "10.8.0.0/16", y: "10.9.0.0/16" }, cidr_block: "${each.value}" },
      any: { count: "${var.open}" },
    },
    aws_subnet: { s: { vpc_id: "${aws_vpc.a.id}" } },
  },
};

/** A graph with a resource beside those, and what it has as `value`. */
async function evaluate(value: unknown, more: object = {}): Promise<Value | undefined> {
  return (await graphWith({ aws_probe: { p: { value, ...more } } })).ofType("aws_probe")[0]?.get("value");
}

function graphWith(resource: object): Promise<Graph> {
  return load({ ...AROUND, resource: { ...AROUND.resource, ...resource } }, "test.json");
}

const addressesOf = (graph: Graph, type: string) => graph.ofType(type).map(({ address }) => address);

describe("a value that can be known", () => {
  it.each<[string, unknown, Json]>([
    ["a text", "x", "x"],
    ["a variable with a default", "${var.name}", "shop"],
    ["a local that takes a variable", "${local.name}", "shop-app"],
    ["an attribute in a local", "${local.deep.list[1].id}", "two"],
    ["an element of a variable", "${var.zones[0]}", "a"],
    ["an attribute by a key", '${var.ports["https"]}', 443],
    ["a text with expressions in it", "a-${var.name}-${var.ports.http}", "a-shop-80"],
    ["a template in a template", '${"${var.name}!"}', "shop!"],
    ["a conditional with a known condition", '${var.on ? "yes" : "no"}', "yes"],
    ["the other side of it", '${var.name == "x" ? "yes" : "no"}', "no"],
    ["arithmetic", "${1 + 2 * 3}", 7],
    ["what is escaped", "$${var.name}", "${var.name}"],
    ["a directive that is escaped", "%%{ if x }", "%{ if x }"],
    ["a brace in a text of an expression", '${"}"}', "}"],
    ["what is escaped in a text of an expression", '${var.on ? "say \\"hi\\"\\n" : ""}', 'say "hi"\n'],
    ["a splat", "${local.deep.list[*].id}", ["one", "two"]],
    ["a for expression", "${[for one in local.deep.list : one.id]}", ["one", "two"]],
    ["element, which begins anew at the end", "${element(var.zones, 3)}", "c"],
    ["merge and lookup", '${lookup(merge(var.ports, { ssh = 22 }), "ssh", 0)}', 22],
    ["concat and join", '${join(",", concat(var.zones, ["d"]))}', "a,c,d"],
    ["format", '${format("%s-%d", var.name, 2)}', "shop-2"],
    ["length", "${length(var.zones)}", 2],
    ["cidrsubnet", '${cidrsubnet("10.0.0.0/16", 8, 3)}', "10.0.3.0/24"],
    ["jsondecode", '${jsondecode("{\\"a\\": 1}").a}', 1],
    ["coalesce", '${coalesce("", var.name)}', "shop"],
    ["an attribute of another resource", "${aws_vpc.a.cidr_block}", "10.0.0.0/16"],
    ["an attribute of an instance by count", "${aws_vpc.many[1].cidr_block}", "10.1.0.0/16"],
    ["an attribute of an instance by for_each", '${aws_vpc.each["y"].cidr_block}', "10.9.0.0/16"],
    ["a list of them", ["${var.name}", 1, true, null], ["shop", 1, true, null]],
  ])("is %s", async (_, written, expected) => {
    expect(known(await evaluate(written))).toEqual(expected);
  });
});

describe("what can't be known", () => {
  it.each<[string, unknown]>([
    ["a variable without a default", "${var.open}"],
    ["a variable whose default is null", "${var.nothing}"],
    ["a sensitive variable", "${var.secret}"],
    ["a variable that is not declared", "${var.none}"],
    ["a local that is not written", "${local.none}"],
    ["a local with the name of something in JavaScript", "${local.constructor}"],
    ["a local that leads to itself", "${local.self}"],
    ["locals that lead to each other", "${local.round}"],
    ["a conditional with an unknown condition", '${var.open ? "a" : "b"}'],
    ["a text with something unknown in it", "a-${var.open}"],
    ["an id that AWS makes up", "${aws_vpc.a.id}"],
    ["an attribute of something looked up", "${data.aws_vpc.found.cidr_block}"],
    ["a resource that is not there", "${aws_vpc.none.cidr_block}"],
    ["a function that is not known", '${file("x")}'],
    ["a function whose result changes", "${timestamp()}"],
    ["an expression that does not end", "${var.name"],
    ["an expression that is none", "${1 +}"],
    ["an element beyond the list", "${var.zones[9]}"],
    ["a remainder of a division by zero", "${1 % 0}"],
  ])("is %s", async (_, written) => {
    expect(known(await evaluate(written))).toBeUndefined();
  });
});

describe("a reference", () => {
  it.each<[string, unknown, string[]]>([
    ["to an attribute", "${aws_vpc.a.id}", ["aws_vpc.a"]],
    ["to something looked up", "${data.aws_vpc.found.id}", ["data.aws_vpc.found"]],
    ["through a local", "${local.vpc}", ["aws_vpc.a"]],
    ["through an object of a local that names another", "${local.ids.vpc}", ["aws_vpc.a"]],
    ["through an attribute of another resource", "${aws_subnet.s.vpc_id}", ["aws_vpc.a"]],
    ["in a conditional with a known condition", "${var.on ? aws_vpc.b.id : aws_vpc.a.id}", ["aws_vpc.b"]],
    ["to an instance by count", "${aws_vpc.many[1].id}", ["aws_vpc.many[1]"]],
    ["to an instance by for_each", '${aws_vpc.each["x"].id}', ['aws_vpc.each["x"]']],
    ["to all instances", "${aws_vpc.many[*].id}", ["aws_vpc.many[0]", "aws_vpc.many[1]"]],
    ["by element", "${element(aws_vpc.many[*].id, 3)}", ["aws_vpc.many[1]"]],
    ["in a for expression", "${[for vpc in aws_vpc.many : vpc.id]}", ["aws_vpc.many[0]", "aws_vpc.many[1]"]],
    ["in a conversion", "${tolist(aws_vpc.many[*].id)[0]}", ["aws_vpc.many[0]"]],
    ["in a list", ["${aws_vpc.a.id}", "${aws_vpc.b.id}"], ["aws_vpc.a", "aws_vpc.b"]],
    ["in lists that are put together", "${concat([aws_vpc.a.id], [aws_vpc.b.id])}", ["aws_vpc.a", "aws_vpc.b"]],
    ["to nothing", null, []],
  ])("leads to what it means: %s", async (_, written, expected) => {
    const { resources, certain } = linked(await evaluate(written), "aws_vpc", "data.aws_vpc");
    expect(resources.map(({ address }) => address)).toEqual(expected);
    expect(certain).toBe(true);
  });

  it.each<[string, unknown, string[]]>([
    ["in a conditional", "${var.open ? aws_vpc.a.id : aws_vpc.b.id}", ["aws_vpc.a", "aws_vpc.b"]],
    ["in a function that is not known", "${sort(aws_vpc.many[*].id)}", ["aws_vpc.many[0]", "aws_vpc.many[1]"]],
    [
      "to an element at a place that can't be known",
      "${aws_vpc.many[var.open].id}",
      ["aws_vpc.many[0]", "aws_vpc.many[1]"],
    ],
    ["to a variable", "${var.open}", []],
    ["beside a variable", ["${aws_vpc.a.id}", "${var.open}"], ["aws_vpc.a"]],
  ])("is uncertain: %s", async (_, written, expected) => {
    const { resources, certain } = linked(await evaluate(written), "aws_vpc");
    expect(resources.map(({ address }) => address)).toEqual(expected);
    expect(certain).toBe(false);
  });

  it("tells a name that is written out", async () => {
    expect(linked(await evaluate("vpc-1"), "aws_vpc")).toMatchObject({
      resources: [],
      certain: true,
      literal: "vpc-1",
    });
  });

  it("tells the attribute", async () => {
    expect(linked(await evaluate("${aws_vpc.a.arn}"), "aws_vpc").attribute).toBe("arn");
  });

  it("makes Terraform wait, as depends_on does, through however many resources", async () => {
    const graph = await graphWith({
      aws_a: { a: {} },
      aws_b: { b: { value: { deep: ["x-${aws_a.a.id}"] } } },
      aws_c: { c: { depends_on: ["aws_b.b"] } },
      aws_d: { d: { depends_on: ["${aws_vpc.many[0]}"] } },
    });
    const find = (address: string) => graph.find(address) as NonNullable<ReturnType<Graph["find"]>>;
    expect(graph.isOrdered(find("aws_c.c"), find("aws_a.a"))).toBe(true);
    expect(graph.isOrdered(find("aws_a.a"), find("aws_c.c"))).toBe(false);
    expect(graph.isOrdered(find("aws_d.d"), find("aws_vpc.many[0]"))).toBe(true);
  });
});

describe("instances", () => {
  it.each<[string, object, string[]]>([
    ["one", {}, ["aws_probe.p"]],
    ["as many as count says", { count: 2 }, ["aws_probe.p[0]", "aws_probe.p[1]"]],
    ["as many as count says in a text", { count: "${length(var.zones)}" }, ["aws_probe.p[0]", "aws_probe.p[1]"]],
    ["none", { count: 0 }, []],
    ["none by a condition", { count: "${1 > 2 ? 1 : 0}" }, []],
    ["one a key of an object", { for_each: { a: 1, b: 2 } }, ['aws_probe.p["a"]', 'aws_probe.p["b"]']],
    ["one a key of a variable", { for_each: "${var.ports}" }, ['aws_probe.p["http"]', 'aws_probe.p["https"]']],
    ["one an element of a set", { for_each: "${toset(var.zones)}" }, ['aws_probe.p["a"]', 'aws_probe.p["c"]']],
    ["one an element of a written set", { for_each: '${toset(["x"])}' }, ['aws_probe.p["x"]']],
  ])("are %s", async (_, how, expected) => {
    expect(addressesOf(await graphWith({ aws_probe: { p: how } }), "aws_probe")).toEqual(expected);
  });

  it.each<[string, object]>([
    ["count", { count: "${var.open}" }],
    ["for_each", { for_each: "${var.open}" }],
    ["a set of ids", { for_each: "${toset(var.open)}" }],
    ["a count of thousands", { count: 100_000 }],
    ["a count below zero", { count: -1 }],
    ["a switch that is off by default", { count: '${var.name == "x" ? 1 : 0}' }],
  ])("are any number where it can't be known: %s", async (_, how) => {
    const graph = await graphWith({ aws_probe: { p: how } });
    expect(graph.ofType("aws_probe").map(({ address, many }) => [address, many])).toEqual([["aws_probe.p", true]]);
  });

  it("have values of their own", async () => {
    const graph = await graphWith({
      aws_probe: {
        each: { for_each: "${var.ports}", value: "${each.key}:${each.value}" },
        count: { count: 2, value: "${var.zones[count.index]}" },
      },
    });
    expect(graph.ofType("aws_probe").map((one) => text(one.get("value")))).toEqual(["http:80", "https:443", "a", "c"]);
  });

  it("lead to the instance of the same place", async () => {
    const graph = await graphWith({
      aws_probe: { p: { count: 2, value: "${aws_vpc.many[count.index].id}" } },
    });
    expect(
      graph
        .ofType("aws_probe")
        .map((one) => linked(one.get("value"), "aws_vpc").resources.map(({ address }) => address)),
    ).toEqual([["aws_vpc.many[0]"], ["aws_vpc.many[1]"]]);
  });

  it("that can't be counted are not all there is in a list", async () => {
    const graph = await graphWith({ aws_probe: { p: { value: "${aws_vpc.any[*].id}" } } });
    expect(items(graph.find("aws_probe.p")?.get("value")).items).toHaveLength(1);
    expect(graph.find("aws_vpc.any")?.many).toBe(true);
  });
});

describe("dynamic blocks", () => {
  const dynamic = (of: object, more: object = {}) => ({ aws_probe: { p: { dynamic: { rule: of }, ...more } } });
  const portsOf = async (resource: object) => {
    const { blocks: found, complete } = blocks((await graphWith(resource)).find("aws_probe.p")?.get("rule"));
    return { ports: found.map(({ port }) => number(port)), complete };
  };

  it("become a block an element", async () => {
    const resource = dynamic({ for_each: [80, 443], content: { port: "${rule.value}" } });
    expect(await portsOf(resource)).toEqual({ ports: [80, 443], complete: true });
  });

  it("take their values from a variable, under a name of their own", async () => {
    const resource = dynamic({ for_each: "${var.ports}", iterator: "one", content: [{ port: "${one.value}" }] });
    expect(await portsOf(resource)).toEqual({ ports: [80, 443], complete: true });
  });

  it("stand beside blocks that are written", async () => {
    const resource = dynamic({ for_each: [443], content: { port: "${rule.value}" } }, { rule: { port: 22 } });
    expect(await portsOf(resource)).toEqual({ ports: [22, 443], complete: true });
  });

  it("may be others where what they are made of can't be known", async () => {
    const resource = dynamic({ for_each: "${var.open}", content: { port: 1 } }, { rule: [{ port: 22 }] });
    expect(await portsOf(resource)).toEqual({ ports: [22], complete: false });
  });

  it("may be in blocks, and in each other", async () => {
    const inner = { port: { for_each: [1, 2], content: { number: "${rule.key}${port.value}" } } };
    const graph = await graphWith(dynamic({ for_each: ["x", "y"], content: { dynamic: inner } }));
    const numbers = blocks(graph.find("aws_probe.p")?.get("rule")).blocks.flatMap(({ port }) =>
      blocks(port).blocks.map((one) => text(one.number)),
    );
    expect(numbers).toEqual(["01", "02", "11", "12"]);
  });
});

describe("Terraform's JSON", () => {
  const body = { value: "x" };

  it.each<[string, Json]>([
    ["an object", { aws_probe: { p: body } }],
    ["a list of objects", [{ aws_probe: { p: body } }]],
    ["a list of objects in objects", { aws_probe: [{ p: [body] }] }],
    ["with comments", { "//": "a comment", aws_probe: { "//": { metadata: {} }, p: { ...body, "//": "why" } } }],
  ])("may write resources as %s", async (_, resource) => {
    const graph = await load({ resource }, "test.json");
    expect(graph.resources.map(({ address, values }) => [address, values])).toEqual([["aws_probe.p", body]]);
  });

  it.each<[string, Json, Json]>([
    ["an object", { region: "eu-west-1" }, undefined],
    ["a list", [{ alias: "other", region: "us-east-1" }, { region: "eu-west-1" }], undefined],
    ["a variable", [{ region: "${var.region}" }], undefined],
    ["an alias", [{ region: "us-east-1" }, { alias: "other", region: "eu-west-1" }], "aws.other"],
    ["an alias in an expression", [{ alias: "other", region: "eu-west-1" }], "${aws.other}"],
  ])("tells the region of a resource by its provider: %s", async (_, aws, provider) => {
    const root = {
      provider: { aws },
      variable: { region: { default: "eu-west-1" } },
      resource: { aws_probe: { p: { provider } } },
    };
    expect((await load(root, "test.json")).find("aws_probe.p")?.region).toBe("eu-west-1");
  });

  it("tells no region where none is written", async () => {
    const root = { provider: { aws: [{}] }, resource: { aws_probe: { p: {} } } };
    expect((await load(root, "test.json")).find("aws_probe.p")?.region).toBeUndefined();
  });

  it("tells no region where it is looked up", async () => {
    const root = {
      provider: { aws: { region: "${data.aws_region.here.name}" } },
      data: { aws_region: { here: {} } },
      resource: { aws_probe: { p: {} } },
    };
    expect((await load(root, "test.json")).find("aws_probe.p")?.region).toBeUndefined();
  });

  it("may have locals in several blocks", async () => {
    const root = {
      locals: [{ a: "1" }, { b: "${local.a}2" }],
      resource: { aws_probe: { p: { value: "${local.b}" } } },
    };
    expect(text((await load(root, "test.json")).find("aws_probe.p")?.get("value"))).toBe("12");
  });

  it("names what it ignores, and what it imports", async () => {
    const graph = await load(
      {
        import: { to: "aws_probe.p", id: "x" },
        resource: {
          aws_probe: { p: { lifecycle: [{ ignore_changes: ["value"] }] }, q: { lifecycle: { ignore_changes: "all" } } },
        },
      },
      "test.json",
    );
    expect(graph.resources.map(({ ignoredChanges }) => ignoredChanges)).toEqual([["value"], ["all"]]);
    expect(graph.imports).toEqual(["aws_probe.p"]);
  });
});

describe("JSON in a text", () => {
  const decode = async (written: unknown) => decodeJsonText(await evaluate(written));
  const vpcAt = (value: Value | undefined, path: string) =>
    linked(at(value, path), "aws_vpc").resources.map(({ address }) => address);

  it.each<[string, string, Json]>([
    ["plain", '{"a": [1, "x"]}', { a: [1, "x"] }],
    ["with known values", '{"a": "${var.name}", "b": ${var.ports.http}}', { a: "shop", b: 80 }],
    ["by jsonencode", "${jsonencode({ a = [1, var.name], b = var.on })}", { a: [1, "shop"], b: true }],
    ["by jsonencode of a local", "${jsonencode(local.deep)}", { list: [{ id: "one" }, { id: "two" }] }],
    ["with what is escaped", '{"a": "$${x}"}', { a: "${x}" }],
  ])("is read: %s", async (_, written, expected) => {
    expect(known(await decode(written))).toEqual(expected);
  });

  it("has references where they stand, inside quotes and outside", async () => {
    const decoded = await decode('[{"in": "x-${aws_vpc.a.id}-y", "out": ${aws_vpc.b.id}, "plain": 1}]');
    expect(vpcAt(decoded, "0.in")).toEqual(["aws_vpc.a"]);
    expect(vpcAt(decoded, "0.out")).toEqual(["aws_vpc.b"]);
    expect(known(at(decoded, "0.plain"))).toBe(1);
  });

  it("has a reference alone, whatever another text has beside the same one", async () => {
    const graph = await load(
      {
        ...AROUND,
        locals: { ...AROUND.locals, empty: "" },
        resource: {
          ...AROUND.resource,
          aws_probe: {
            text: { value: "${local.empty}${aws_vpc.a.id}" },
            json: { value: '{"id": "${aws_vpc.a.id}"}' },
          },
        },
      },
      "test.json",
    );
    const isCertain = (value: Value | undefined) => linked(value, "aws_vpc").certain;
    expect(isCertain(graph.find("aws_probe.text")?.get("value"))).toBe(false);
    expect(isCertain(at(decodeJsonText(graph.find("aws_probe.json")?.get("value")), "id"))).toBe(true);
  });

  it("has references where they stand in what jsonencode is given", async () => {
    const decoded = await decode('${jsonencode([{ id = aws_vpc.a.id, text = "x-${aws_vpc.b.id}", open = var.open }])}');
    expect(vpcAt(decoded, "0.id")).toEqual(["aws_vpc.a"]);
    expect(vpcAt(decoded, "0.text")).toEqual(["aws_vpc.b"]);
    expect(known(at(decoded, "0.open"))).toBeUndefined();
  });

  it.each<[string, string]>([
    ["what is no JSON", "{a: 1}"],
    ["what is cut off", '{"a": "${aws_vpc.a.id}"'],
    ["what can't be known", "${var.open}"],
    ["what may be one thing or another", '${var.open ? "{}" : "[]"}'],
  ])("is not guessed: %s", async (_, written) => {
    expect(await decode(written)).toBeUndefined();
  });
});
