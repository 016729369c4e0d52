import { unknownAction } from "@operation-app/preflight/iam";
import * as z from "zod";
import { text } from "./values.ts";

/** Whoever has these gives rights to others, or to itself. */
const RESERVED_SERVICES = ["iam", "organizations", "account"];

/** What is filled in from the environment. */
const PLACEHOLDERS = ["app", "region", "account"];

const resource = text(
  /^(\*|arn:aws:[a-z0-9-]+:([a-z0-9-]+|\{region\})?:(\d{12}|\{account\}|aws)?:[^\s$]+)$/,
  'is not the ARN of a resource. Write one such as "arn:aws:sqs:{region}:{account}:{app}-orders", or "*" if the service has no resource types.',
).refine(
  (arn) => [...arn.matchAll(/\{([^}]*)\}/g)].every(([, name = ""]) => PLACEHOLDERS.includes(name)),
  `has an unknown placeholder in braces. Write ${PLACEHOLDERS.map((name) => `{${name}}`).join(", ")}, or the text itself.`,
);

const ACTION = /^[A-Z][A-Za-z0-9]+$/;

const fields = z.strictObject({
  /** Prefix that IAM knows the service by: "ses", "sqs", "bedrock". */
  service: text(/^[a-z][a-z0-9-]+$/, 'is not the prefix of a service. Write one such as "ses".').refine(
    (service) => !RESERVED_SERVICES.includes(service),
    `could grant permissions, which the app's role must not do. ${RESERVED_SERVICES.join(", ")} are not allowed.`,
  ),
  /** Names of actions as IAM knows them, without wildcards. */
  actions: z
    .array(
      text(
        ACTION,
        'is not the name of an action. Write full names such as "SendEmail", without the service and without *.',
      ),
    )
    .min(1, 'is empty. Write one such as ["SendEmail"].'),
  /**
   * ARNs of what they are allowed on, in which `{app}`, `{region}` and `{account}` stand for those of the environment; "*" where the
   * service knows no resources.
   */
  resources: z.array(resource).min(1, 'is empty. Write the ARN of a resource, or "*".'),
});

/** A right of the app's code to use a service of AWS. */
export const permission = fields.superRefine(({ service, actions }, context) => {
  if (unknownService(service)) {
    const { nearest } = unknownAction(`${service}:Any`) ?? {};
    const message = `is not an IAM service prefix.${nearest ? ` Do you mean "${nearest}"?` : ""}`;
    context.addIssue({ code: "custom", path: ["service"], message });
    return;
  }
  for (const [index, action] of actions.entries()) {
    if (!ACTION.test(action)) continue; // is said already
    const wrong = unknownAction(`${service}:${action}`);
    if (wrong === undefined) continue;
    const likely = wrong.nearest ? ` Do you mean "${wrong.nearest.split(":")[1]}"?` : "";
    const message = `is not an IAM action of ${service}.${likely}`;
    context.addIssue({ code: "custom", path: ["actions", index], message });
  }
});

function unknownService(service: string): boolean {
  return unknownAction(`${service}:Any`)?.what === "service";
}
