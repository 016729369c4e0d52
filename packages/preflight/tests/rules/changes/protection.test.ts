import { describeRule } from "../../support/rules.ts";
import { change, keep, plan, REPLACED } from "./plans.ts";

describeRule(
  "CHG-004",
  {
    "a database that is deleted": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").before.deletion_protection = false;
      },
      says: "aws_db_instance.main is deleted, and has deletion_protection = true. Switch deletion_protection off in an apply before this one, or keep the resource.",
    },
    "a database that Terraform forgets": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_db_instance.main").actions = ["forget"];
      },
      says: "aws_db_instance.main is deleted, and has deletion_protection = true. Switch deletion_protection off in an apply before this one, or keep the resource.",
    },
  },
  plan({ address: "aws_db_instance.main", actions: ["delete"], before: { deletion_protection: true } }),
);

describeRule(
  "CHG-004",
  {
    "a load balancer that is replaced": {
      bad: keep,
      good: (stack) => {
        change(stack, "aws_lb.main").actions = ["update"];
      },
      says: "aws_lb.main is replaced because of internal, and has enable_deletion_protection = true. Switch enable_deletion_protection off in an apply before this one, or keep the resource.",
    },
  },
  plan({
    address: "aws_lb.main",
    actions: REPLACED,
    before: { enable_deletion_protection: true, internal: false },
    after: { enable_deletion_protection: false, internal: true },
    replacePaths: [["internal"]],
  }),
);
