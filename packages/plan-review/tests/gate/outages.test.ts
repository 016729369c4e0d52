import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, reviewOf } from "../support/review.ts";

const GROUP = { arn: "arn:tg", health_check: [{ healthy_threshold: 2, interval: 15 }] };
const serving = (...arns: string[]) => ({
  name: "x",
  desired_count: 2,
  load_balancer: arns.map((target_group_arn) => ({ target_group_arn, container_name: "nginx" })),
});
const SEEN = 'visitors get "503 Service Temporarily Unavailable"';

async function notesOf(nginx: readonly [Json, Json], app: readonly [Json, Json], group: Json = GROUP) {
  const changes = [
    change("aws_lb_target_group.web", GROUP, group),
    change("aws_ecs_service.nginx", ...nginx),
    change("aws_ecs_service.app", ...app),
  ];
  const { notes } = await reviewOf(changes.filter((one) => one.change.before !== null || one.change.after !== null));
  return notes.filter((note) => note.includes("503"));
}

describe("a target group whose tasks all go", () => {
  it("is noted with what visitors see, and for how long, where another service takes over", async () => {
    const together = await notesOf([serving("arn:tg"), null], [serving(), serving("arn:tg")]);
    expect(together).toEqual([
      `aws_ecs_service.app serves aws_lb_target_group.web in place of aws_ecs_service.nginx, in the same apply: ${SEEN} until a new task has started (a minute or two on Fargate) and is healthy (30 s).`,
    ]);
    const separate = await notesOf([null, serving("arn:tg")], [serving("arn:tg"), serving()]);
    expect(separate).toEqual([expect.stringContaining("aws_ecs_service.nginx serves aws_lb_target_group.web")]);
  });

  it("is noted where nothing else serves it", async () => {
    expect(await notesOf([serving("arn:tg"), null], [serving(), serving()])).toEqual([
      `aws_ecs_service.nginx no longer serves aws_lb_target_group.web, and nothing else does: ${SEEN} from then on.`,
    ]);
  });

  it.each<[string, Parameters<typeof notesOf>]>([
    [
      "one that serves it stays",
      [
        [serving("arn:tg"), null],
        [serving("arn:tg"), serving("arn:tg")],
      ],
    ],
    ["the group goes too", [[serving("arn:tg"), null], [serving(), serving()], null]],
    [
      "it had no tasks",
      [
        [{ ...serving("arn:tg"), desired_count: 0 }, null],
        [serving(), serving("arn:tg")],
      ],
    ],
    [
      "the service that goes serves none",
      [
        [serving(), null],
        [serving("arn:tg"), serving("arn:tg")],
      ],
    ],
  ])("is not noted where %s", async (_, plan) => {
    expect(await notesOf(...plan)).toEqual([]);
  });
});

describe("a way out of private subnets", () => {
  const group = (version: string, refresh: object[] = [{ strategy: "Rolling" }]) => ({
    max_size: 1,
    launch_template: [{ id: "lt-1", version }],
    instance_refresh: refresh,
  });
  const notesAbout = async (changed: Json) =>
    (await reviewOf([changed])).notes.filter((note) => note.includes(changed.address));

  it("is noted where it is missing for a while", async () => {
    expect(await notesAbout(change("aws_nat_gateway.main", { id: "nat-1" }, null))).toEqual([
      expect.stringContaining("reaches nothing on the internet for a minute or two"),
    ]);
    expect(await notesAbout(change("aws_autoscaling_group.nat", group("1"), group("2")))).toEqual([
      expect.stringContaining("replaces its only instance after the apply"),
    ]);
  });

  it("is not noted where the instance stays", async () => {
    expect(await notesAbout(change("aws_autoscaling_group.nat", group("1"), group("1")))).toEqual([]);
    expect(await notesAbout(change("aws_autoscaling_group.nat", group("1", []), group("2", [])))).toEqual([]);
  });
});

describe("what others know, and leads nowhere after the plan", () => {
  const record = (more: object = {}) => ({
    name: "app.example.com",
    fqdn: "app.example.com",
    type: "A",
    zone_id: "Z",
    ...more,
  });
  const notes = async (...changes: Json[]) => (await reviewOf(changes)).notes;

  it("is noted for a record, an address, a distribution and a service", async () => {
    expect(await notes(change("aws_route53_record.a", record(), null))).toEqual([
      "aws_route53_record.a is deleted, and no other A record has its name: app.example.com leads nowhere from then on.",
    ]);
    expect(await notes(change("aws_eip.a", { public_ip: "203.0.113.5" }, null))).toEqual([
      expect.stringContaining("aws_eip.a gives 203.0.113.5 back to AWS"),
    ]);
    expect(await notes(change("aws_cloudfront_distribution.a", { enabled: true }, { enabled: false }))).toEqual([
      "aws_cloudfront_distribution.a is switched off: what it serves can't be reached by it from then on.",
    ]);
    expect(await notes(change("aws_ecs_service.a", { desired_count: 2 }, { desired_count: 0 }))).toEqual([
      "aws_ecs_service.a runs 2 tasks, and none from then on.",
    ]);
  });

  it.each([
    ["A", "CNAME"],
    ["CNAME", "A"],
    ["CNAME", "AAAA"],
  ])("is not noted for a record of type %s where one of type %s takes its place", async (type, other) => {
    const gone = change("aws_route53_record.a", record({ type }), null);
    const come = change("aws_route53_record.b", null, record({ type: other }));
    expect(await notes(gone, come)).not.toContainEqual(expect.stringContaining("leads nowhere"));
    expect(await notes(gone)).toContainEqual(expect.stringContaining("leads nowhere"));
  });

  it("is not noted for a record that another one takes the place of, or that proves something", async () => {
    expect(
      await notes(change("aws_route53_record.a", record(), null), change("aws_route53_record.b", null, record())),
    ).toEqual([]);
    expect(await notes(change("aws_route53_record.a", record({ type: "TXT" }), null))).toEqual([]);
    expect(await notes(change("aws_route53_record.a", record(), record({ ttl: 60 })))).toEqual([]);
  });
});
