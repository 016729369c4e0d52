import { text } from "../graph/value.ts";
import type { Rule } from "../rule.ts";
import { attributeRule, like } from "./shared/attribute-rule.ts";

const PARAMETER = "aws_ssm_parameter";

/** Bytes of a value, by tier. */
const LARGEST: Readonly<Record<string, number>> = { Standard: 4096, Advanced: 8192 };

export const PARAMETER_RULES: readonly Rule[] = [
  attributeRule({
    id: "SSM-001",
    severity: "error",
    title: "Parameter Store accepts the name and the value of a parameter",
    when: "apply",
    prevents: 'ValidationException: Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    cause: "Names that begin with aws or ssm are AWS's own.",
    reference: "https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html",
    checks: [
      {
        types: [PARAMETER],
        attribute: "name",
        takes: like(/^(?!\/?(?:aws|ssm))/i, "a name that begins otherwise, such as /shop/production/key"),
        bad: { name: "/aws/shop/key", type: "String", value: "x" },
        good: { name: "/shop/aws/key", type: "String", value: "x" },
      },
      {
        types: [PARAMETER],
        attribute: "name",
        takes: like(/^[a-zA-Z0-9_./-]+$/, "letters, digits and _ . - with / between the levels"),
        prevents:
          "ValidationException: Parameter name must be a fully qualified name, and may have letters, digits and the symbols _.-/ only",
        cause: "A name is made of levels between slashes.",
        bad: { name: "/shop/my key", type: "String", value: "x" },
        good: { name: "/shop/my-key", type: "String", value: "x" },
      },
      {
        types: [PARAMETER],
        attribute: "value",
        takes: (_, value, { tier }) => {
          const wanted = text(tier) ?? "Standard";
          const [size, most] = [Buffer.byteLength(text(value) ?? ""), LARGEST[wanted]];
          if (most === undefined || size <= most) return undefined;
          const fix = size <= 8192 ? 'Set tier to "Advanced".' : "Keep it elsewhere, such as in S3.";
          return { message: `has a value of ${size} bytes, and the tier ${wanted} takes ${most}.`, fix };
        },
        prevents:
          "ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.",
        cause: "A standard parameter holds 4 KB, an advanced one 8 KB.",
        bad: { name: "/shop/long", type: "String", value: "x".repeat(4097) },
        good: { name: "/shop/long", type: "String", tier: "Advanced", value: "x".repeat(4097) },
      },
    ],
  }),
];
