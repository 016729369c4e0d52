import { describe, expect, it } from "vitest";
import { type Box, htmlOf, type Layout, layoutOf, linesOf, mermaidOf, svgOf } from "../src/index.ts";
import { backwards, mapOfStack, stackWith } from "./stack.ts";

const names = (count: number) => Array.from({ length: count }, (_, index) => `s${index}`);

const BUCKETS = { aws_s3_bucket: { files: { bucket: "files" } }, aws_sqs_queue: { jobs: { name: "jobs" } } };
const ENDPOINTS = {
  aws_vpc_endpoint: Object.fromEntries(
    ["ecr.api", "ecr.dkr", "logs"].map((service) => [
      service.replace(".", "_"),
      {
        vpc_id: "${aws_vpc.main.id}",
        service_name: `com.amazonaws.ap-northeast-1.${service}`,
        vpc_endpoint_type: "Interface",
        private_dns_enabled: true,
        subnet_ids: ["${aws_subnet.private_a.id}"],
        security_group_ids: ["${aws_security_group.app.id}"],
      },
    ]),
  ),
};
const OTHER_VPC = {
  aws_vpc: { other: { cidr_block: "10.1.0.0/16" } },
  aws_subnet: {
    other: { vpc_id: "${aws_vpc.other.id}", cidr_block: "10.1.0.0/24", availability_zone: "ap-northeast-1d" },
  },
  aws_instance: { other: { subnet_id: "${aws_subnet.other.id}" } },
};

const STACKS: readonly (readonly [string, object])[] = [
  ["one service", stackWith(names(1))],
  ["nine services", stackWith(names(9))],
  ["200 services", stackWith(names(200))],
  ["endpoints and services of AWS", stackWith(names(2), { ...BUCKETS, ...ENDPOINTS })],
  ["two networks", stackWith(names(2), OTHER_VPC)],
  ["no service", stackWith([])],
];

describe.each(STACKS)("the picture of %s", (_, stack) => {
  it("has a card for each thing, and none over another or outside", async () => {
    const map = await mapOfStack(stack);
    const layout = layoutOf(map);
    expect([...layout.cards.keys()].sort()).toEqual(map.things.map(({ id }) => id).sort());
    expect(overlaps(layout)).toEqual([]);
    const outside = [...layout.cards].filter(
      ([, { x, y, w, h }]) => x < 0 || y < 0 || x + w > layout.width || y + h > layout.height,
    );
    expect(outside).toEqual([]);
  });

  it("has each line from its one card to its other", async () => {
    const map = await mapOfStack(stack);
    const layout = layoutOf(map);
    const lines = linesOf(map, layout);
    expect(lines.map(({ wire }) => wire)).toEqual(map.wires);
    for (const { wire, points } of lines) {
      expect(isAtBorder(layout.cards.get(wire.from), points[0]), `begin of ${wire.from} → ${wire.to}`).toBe(true);
      expect(isAtBorder(layout.cards.get(wire.to), points.at(-1)), `end of ${wire.from} → ${wire.to}`).toBe(true);
    }
  });

  it("is the same, whatever the order of the resources", async () => {
    const [map, other] = [await mapOfStack(stack), await mapOfStack(backwards(stack))];
    expect([...layoutOf(other).cards].sort(byName)).toEqual([...layoutOf(map).cards].sort(byName));
  });
});

describe("a small change", () => {
  it.each([
    ["another kind of thing in AWS", stackWith(names(3), BUCKETS)],
    ["an alarm's topic", stackWith(names(3), { aws_sns_topic: { alarms: { name: "alarms" } } })],
    [
      "a rule of a security group",
      stackWith(names(3), { aws_security_group: { spare: { vpc_id: "${aws_vpc.main.id}" } } }),
    ],
  ])("moves nothing in the network: %s", async (_, changed) => {
    const [before, after] = [layoutOf(await mapOfStack(stackWith(names(3)))), layoutOf(await mapOfStack(changed))];
    const moved = [...before.cards].filter(
      ([id, box]) => /^aws_/.test(id) && JSON.stringify(after.cards.get(id)) !== JSON.stringify(box),
    );
    expect(moved).toEqual([]);
  });

  it("moves nothing up or down where it is one more in a row", async () => {
    const [before, after] = [await pictureOf(2), await pictureOf(3)];
    const moved = [...before.cards].filter(([id, { y }]) => after.cards.get(id)?.y !== y).map(([id]) => id);
    expect(moved).toEqual([]);
  });

  it("counts numbers in names as numbers", async () => {
    const { cards } = await pictureOf(12);
    const inRow = [...cards]
      .filter(([id]) => id.startsWith("aws_ecs_service."))
      .sort(([, a], [, b]) => a.y - b.y || a.x - b.x);
    expect(inRow.map(([id]) => id)).toEqual(names(12).map((name) => `aws_ecs_service.${name}`));
  });
});

describe("names", () => {
  it("that are too long keep their end, by which they differ", async () => {
    const services = names(12).map((name) => `a_very_long_name_of_an_application_${name}`);
    const svg = svgOf(await mapOfStack(stackWith(services)), "en");
    const titles = [...svg.matchAll(/class="title">([^<]*)</g)]
      .map(([, title]) => title)
      .filter((title) => title?.includes("…"));
    expect(titles).toHaveLength(12);
    expect(new Set(titles).size).toBe(12);
  });

  it("of what has no name of its own are its tag", async () => {
    const tagged = { aws_nat_gateway: { main: { subnet_id: "${aws_subnet.public_a.id}", tags: { Name: "way-out" } } } };
    const map = await mapOfStack(stackWith(names(1), tagged));
    expect(map.things.find(({ id }) => id === "aws_nat_gateway.main")?.title).toBe("way-out");
  });
});

describe("Mermaid", () => {
  it("has the things in their network, and who talks to whom", async () => {
    const map = await mapOfStack(stackWith(names(1)));
    expect(
      mermaidOf(map, "en")
        .split("\n")
        .map((line) => line.trim()),
    ).toEqual(
      expect.arrayContaining([
        "flowchart TB",
        'n0["People"]',
        'n1["The internet"]',
        'subgraph v0["Your private network (VPC) · main · 10.0.0.0/16"]',
        expect.stringMatching(/^n\d+\["front<br\/>Load balancer"\]$/),
        expect.stringMatching(/^n1 -->\|HTTPS 443\| n\d+$/),
        "end",
      ]),
    );
  });

  it("draws no line to what it does not draw", async () => {
    const text = mermaidOf(await mapOfStack(stackWith(names(2), ENDPOINTS)), "en");
    const drawn = new Set([...text.matchAll(/^\s*(n\d+)\[/gm)].map(([, name]) => name));
    const ends = [...text.matchAll(/^\s*(n\d+) (?:-\.->|-->|--x)(?:\|[^|]*\|)? (n\d+)$/gm)].flatMap(([, from, to]) => [
      from,
      to,
    ]);
    expect(ends.length).toBeGreaterThan(4);
    expect(ends.filter((one) => !drawn.has(one))).toEqual([]);
  });

  it("is the same, whatever the order of the resources", async () => {
    const lines = async (stack: object) =>
      mermaidOf(await mapOfStack(stack), "en")
        .replaceAll(/n\d+/g, "n")
        .split("\n")
        .sort();
    const stack = stackWith(names(3), BUCKETS);
    expect(await lines(backwards(stack))).toEqual(await lines(stack));
  });

  it.each(["]", '"', "<b>", "#", "end"])("takes a name with %s as text", async (odd) => {
    const named = { aws_lb: { main: { name: `x${odd}y`, subnets: ["${aws_subnet.public_a.id}"] } } };
    const text = mermaidOf(await mapOfStack(stackWith(names(1), named)), "en");
    expect(text).toMatch(/^ {4}n\d+\["x[^"\][<]*y<br\/>Load balancer"\]$/m);
  });
});

const pictureOf = async (services: number): Promise<Layout> => layoutOf(await mapOfStack(stackWith(names(services))));

function byName([a]: readonly [string, Box], [b]: readonly [string, Box]): number {
  return a < b ? -1 : 1;
}

function overlaps({ cards }: Pick<Layout, "cards">): [string, string][] {
  const all = [...cards];
  return all.flatMap(([id, a], index) =>
    all
      .slice(index + 1)
      .filter(([, b]) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)
      .map(([other]): [string, string] => [id, other]),
  );
}

function isAtBorder(box: Box | undefined, point: readonly [number, number] | undefined): boolean {
  if (!box || !point) return false;
  const [x, y] = point;
  const isBeside = (x === box.x || x === box.x + box.w) && y >= box.y && y <= box.y + box.h;
  const isOver = (y === box.y || y === box.y + box.h) && x >= box.x && x <= box.x + box.w;
  return isBeside || isOver;
}

describe("a plan that touches too many connections to compare them all", () => {
  it("is said to be one, in the page and in Mermaid", async () => {
    const whole = await mapOfStack(stackWith(names(1)));
    const map = { ...whole, isPlan: true, pathChanges: { changes: [], isWhole: false } };
    for (const [text, other] of [
      [htmlOf(map), htmlOf({ ...map, pathChanges: whole.pathChanges })],
      [mermaidOf(map, "en"), mermaidOf(whole, "en")],
    ]) {
      expect(text).toContain("This plan touches too many connections to compare them all");
      expect(other).not.toContain("too many connections");
    }
  });
});

it("draws the way out of each zone that has its own", async () => {
  const stack = stackWith(names(1));
  const { resource } = stack;
  const map = await mapOfStack({
    ...stack,
    resource: {
      ...resource,
      aws_nat_gateway: {
        ...resource.aws_nat_gateway,
        other: { subnet_id: "${aws_subnet.public_c.id}", allocation_id: "eipalloc-1" },
      },
      aws_route_table: {
        ...resource.aws_route_table,
        other: {
          vpc_id: "${aws_vpc.main.id}",
          route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "${aws_nat_gateway.other.id}" }],
        },
      },
      aws_route_table_association: {
        ...resource.aws_route_table_association,
        private_c: { subnet_id: "${aws_subnet.private_c.id}", route_table_id: "${aws_route_table.other.id}" },
      },
    },
  });
  const out = map.wires.filter(({ kind }) => kind === "out").map(({ from, to }) => `${from} ${to}`);
  expect(out).toEqual(
    expect.arrayContaining(
      ["main", "other"].flatMap((nat) => [
        `aws_ecs_service.s0 aws_nat_gateway.${nat}`,
        `aws_nat_gateway.${nat} internet`,
      ]),
    ),
  );
});

it("draws a machine that forwards packets once, as the way out that it is", async () => {
  const stack = stackWith(names(1), {
    aws_network_interface: {
      way_out: { subnet_id: "${aws_subnet.public_a.id}", source_dest_check: false },
      of_a_server: { subnet_id: "${aws_subnet.private_a.id}" },
    },
    aws_launch_template: {
      nat: { network_interfaces: [{ network_interface_id: "${aws_network_interface.way_out.id}" }] },
    },
    aws_autoscaling_group: {
      nat: { availability_zones: ["ap-northeast-1a"], launch_template: [{ id: "${aws_launch_template.nat.id}" }] },
    },
    aws_instance: { server: { subnet_id: "${aws_subnet.private_a.id}" } },
  });
  const { things } = await mapOfStack(stack);
  const machines = things.filter(({ kind }) => kind === "server").map(({ id }) => id);
  expect(machines).toEqual(["aws_instance.server"]);
  const wayOut = things.find(({ id }) => id === "aws_network_interface.way_out");
  expect(wayOut?.parts.map(({ address }) => address)).toEqual(
    expect.arrayContaining(["aws_autoscaling_group.nat", "aws_launch_template.nat"]),
  );
  expect(things.map(({ id }) => id)).not.toContain("aws_network_interface.of_a_server");
});
