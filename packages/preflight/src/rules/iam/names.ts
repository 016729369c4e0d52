import type { Rule } from "../../rule.ts";
import { attributeRule, between, like } from "../shared/attribute-rule.ts";

/** Most characters of a name. Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html and its neighbours */
const LENGTHS: readonly (readonly [types: readonly string[], most: number])[] = [
  [["aws_iam_role", "aws_iam_user"], 64],
  [["aws_iam_policy", "aws_iam_group", "aws_iam_instance_profile"], 128],
  [["aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"], 128],
];

export const IAM_NAME_RULES: readonly Rule[] = [
  attributeRule({
    id: "IAM-025",
    severity: "error",
    title: "IAM accepts names, paths and durations",
    when: "plan",
    prevents: "invalid value for name (must match [\\w+=,.@-])",
    cause: "A name has letters, digits and _+=,.@- only, and a maximum length of its kind.",
    reference: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html",
    checks: [
      ...LENGTHS.map(([types, most]) => ({
        types,
        of: "all" as const,
        attribute: "name",
        takes: like(new RegExp(`^[\\w+=,.@-]{1,${most}}$`), `up to ${most} letters, digits and characters of _+=,.@-`),
        bad: { name: "shop app" },
        good: { name: "shop-app" },
      })),
      {
        types: ["aws_iam_role", "aws_iam_user", "aws_iam_policy", "aws_iam_group", "aws_iam_instance_profile"],
        attribute: "path",
        takes: like(/^\/(?:[\x21-\x7e]*\/)?$/, "a path that begins and ends with /"),
        when: "apply",
        prevents:
          "ValidationError: The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.",
        cause: "A path begins and ends with a slash.",
        bad: { path: "/service" },
        good: { path: "/service/" },
      },
      {
        types: ["aws_iam_role"],
        attribute: "max_session_duration",
        takes: between(3_600, 43_200),
        prevents: "expected max_session_duration to be in the range (3600 - 43200), got …",
        cause: "A session lasts one to twelve hours.",
        bad: { max_session_duration: 900 },
        good: { max_session_duration: 3_600 },
      },
    ],
  }),
];
