import { describe, expect, it } from "vitest";
import { linked } from "../../src/graph/links.ts";
import { load } from "../../src/graph/load.ts";
import { known, type Value } from "../../src/graph/value.ts";

/** What an expression of Terraform comes to, beside two subnets and a group that is not made. */
async function valueOfExpression(expression: string): Promise<Value | undefined> {
  const graph = await load(
    {
      locals: { settings: { a: { port: 80 }, b: { port: 443, path: "/" } }, nothing: null },
      resource: {
        aws_subnet: { s: { count: 2 }, by_name: { for_each: { y: "1", x: "2" } } },
        aws_security_group: { none: { count: 0 }, one: { count: 1 } },
        aws_lb: { main: { name: `\${${expression}}` } },
      },
    },
    "test.tf.json",
  );
  return graph.find("aws_lb.main")?.get("name");
}

describe("an expression is followed", () => {
  it.each<[string, unknown]>([
    ["{ for k, v in local.settings : k => v.port if v.port != 80 }", { b: 443 }],
    ["{ for k, v in local.settings : v.port => k... }", { 80: ["a"], 443: ["b"] }],
    ["[for k in keys(local.settings) : k]", ["a", "b"]],
    ['[for v in local.settings : lookup(v, "path", "none")]', ["none", "/"]],
    ['try(local.settings.a.path, "none")', "none"],
    ['try(local.settings.b.path, "none")', "/"],
    ["try(local.nothing.path, local.settings.c, 3)", 3],
    ["can(local.settings.a.path)", false],
    ['flatten(concat([try(aws_security_group.none[0].id, [])], ["sg-1"]))', ["sg-1"]],
    ["one(aws_security_group.none[*].id)", null],
    ["length(aws_subnet.s)", 2],
    ["coalescelist([], [1])", [1]],
    ['contains(["a", "b"], "b") || var.unknown', true],
    ["aws_subnet.s[0].id != null && local.nothing == null", true],
    ['merge(null, { a = 1 }, { é = "ü" })', { a: 1, é: "ü" }],
    ["max(1, length([for s in aws_subnet.s : s]))", 2],
    ['zipmap(["a"], [1])', { a: 1 }],
    ['trimsuffix(replace("a.b.", "a", "c"), ".")', "c.b"],
    ['"%{ if local.settings.a.port == 80 }yes%{ else }no%{ endif }"', "yes"],
    ['join(",", [for i in range(1, 3) : "n${i}"])', "n1,n2"],
  ])("%s", async (expression, expected) => {
    expect(known(await valueOfExpression(expression))).toEqual(expected);
  });

  it.each<[string, readonly string[]]>([
    ["try(aws_security_group.one[0].id, aws_security_group.none[0].id)", ["aws_security_group.one[0]"]],
    [
      'compact(concat(aws_security_group.none[*]["id"], aws_security_group.one[*]["id"]))',
      ["aws_security_group.one[0]"],
    ],
    ["values(aws_subnet.by_name)[0].id", ['aws_subnet.by_name["x"]']],
    ['{ for k, s in aws_subnet.by_name : k => s.id }["y"]', ['aws_subnet.by_name["y"]']],
    ["merge({ a = aws_subnet.s[0].id }, { a = aws_subnet.s[1].id }).a", ["aws_subnet.s[1]"]],
    ["coalesce(null, aws_subnet.s[1].id)", ["aws_subnet.s[1]"]],
    [
      "{ for zone in data.aws_availability_zones.all.names : zone => { id = try(aws_subnet.none[zone].id, aws_security_group.one[0].id) } }[var.zone].id",
      ["aws_security_group.one[0]"],
    ],
    ["[for zone in var.zones : aws_subnet.s[1].id if zone != var.zone][0]", ["aws_subnet.s[1]"]],
    ["local.nothing != null ? aws_subnet.s[0].id : aws_subnet.s[1].id", ["aws_subnet.s[1]"]],
  ])("to what it refers to: %s", async (expression, addresses) => {
    const link = linked(await valueOfExpression(expression), "aws_subnet", "aws_security_group");
    expect(link).toMatchObject({ certain: true });
    expect(link.resources.map(({ address }) => address)).toEqual(addresses);
  });
});

it("a text with directives is followed, whatever is in it", async () => {
  const text =
    '%{ if var.on ~}\n{"a": "${local.name}", "b": [%{ for n in ["x", "y"] }"${n}",%{ endfor }"z"]}\n%{ endif }';
  const graph = await load(
    { locals: { name: "app" }, variable: { on: { default: true } }, resource: { aws_lb: { main: { name: text } } } },
    "test.tf.json",
  );
  expect(JSON.parse(String(known(graph.find("aws_lb.main")?.get("name"))))).toEqual({ a: "app", b: ["x", "y", "z"] });
});
