import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { put, temporaryDirectory } from "../../../preflight/tests/support/temporary.ts";
import { change, planWith, reviewOf } from "../support/review.ts";

const SOURCE = `
resource "aws_lb_target_group" "x" {
  target_type = "instance"
  port        = 3000
  protocol    = "HTTP"
}
resource "aws_ecs_service" "x" {
  launch_type = "FARGATE"
  dynamic "load_balancer" {
    for_each = [aws_lb_target_group.x]
    content {
      target_group_arn = load_balancer.value.arn
      container_name   = "app"
      container_port   = 3000
    }
  }
}
`;

/** A service registers with a target group by a dynamic block, of which the plan has no reference. */
function plan(): Json {
  const resources = ["aws_lb_target_group", "aws_ecs_service"].map((type) => ({
    mode: "managed",
    type,
    name: "x",
    expressions: {},
  }));
  const targets = { target_type: "instance", port: 3000, protocol: "HTTP" };
  const service = { launch_type: "FARGATE", load_balancer: [{ container_name: "app", container_port: 3000 }] };
  const unknown = { id: true, load_balancer: [{ target_group_arn: true }] };
  return planWith(
    [
      change("aws_lb_target_group.x", null, targets, { change: { after_unknown: { id: true, arn: true } } }),
      change("aws_ecs_service.x", null, service, { change: { after_unknown: unknown } }),
    ],
    { configuration: { root_module: { resources } } },
  );
}

/** LB-002: tasks register by their address, and not by their instance's. */
function isAboutTargets({ message }: { readonly message: string }): boolean {
  return message.includes("(LB-002)");
}

describe("what preflight can't judge", () => {
  it("is noted, with the value that is not known and what helps", async () => {
    const { notes, blocked } = await reviewOf(plan());
    expect(notes).toContain(
      "1 of 1 services could not be judged for the target groups that they register with: aws_ecs_service.x.load_balancer.target_group_arn comes from a dynamic block, whose references a plan does not contain. Pass the plan's source directory, which has these references: --source DIR.",
    );
    expect(blocked.filter(isAboutTargets)).toEqual([]);
  });

  it("is judged with the source", async () => {
    const source = temporaryDirectory();
    put(join(source, "main.tf"), SOURCE);
    const { notes, blocked } = await reviewOf(plan(), { source });
    expect(notes.filter((note) => note.includes("load_balancer"))).toEqual([]);
    expect(blocked.filter(isAboutTargets)).toHaveLength(1);
  });
});
