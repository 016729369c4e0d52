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
