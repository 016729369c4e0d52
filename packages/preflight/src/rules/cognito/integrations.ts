import { grouped } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked, linkedResource } from "../../graph/links.ts";
import { block, blocks, isEmpty, isWritten, text, type Value } from "../../graph/value.ts";
import { trustedServices } from "../../iam/trust.ts";
import type { Problem, Rule } from "../../rule.ts";
import { callableBy } from "../shared/functions.ts";
import { pools } from "./pool.ts";

/** Functions that a pool calls, by the trigger's attribute. */
function triggersOf(pool: Resource): { readonly trigger: string; readonly arn: Value }[] {
  return blocks(pool.get("lambda_config")).blocks.flatMap((config) =>
    Object.entries(config).flatMap(([trigger, value]) => {
      if (trigger === "kms_key_id" || isEmpty(value)) return [];
      const nested = block(value)?.lambda_arn;
      return [{ trigger, arn: nested ?? value }];
    }),
  );
}

/** What a pool uses beside itself: SES, SNS and functions. */
export const INTEGRATION_RULES: readonly Rule[] = [
  {
    id: "COG-010",
    severity: "error",
    title: "A pool that sends e-mail from a custom address has an SES identity",
    when: "apply",
    prevents: "InvalidParameterException: Cannot configure From email address for default email configuration",
    cause: "Cognito sends from a verified identity of SES, or from its own no-reply address.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html",
    *check(graph) {
      for (const pool of pools(graph)) {
        const email = block(pool.get("email_configuration"));
        if (!email || !isEmpty(email.source_arn)) continue;
        const account = isEmpty(email.email_sending_account) ? "COGNITO_DEFAULT" : text(email.email_sending_account);
        const isDeveloper = account === "DEVELOPER";
        if (!isDeveloper && !(account === "COGNITO_DEFAULT" && isWritten(email.from_email_address))) continue;
        yield {
          at: pool,
          message: `has ${isDeveloper ? 'email_sending_account = "DEVELOPER"' : "a from_email_address"} and no source_arn.`,
          fix: "Set email_configuration.source_arn to the ARN of the verified SES identity.",
          attribute: "email_configuration",
        };
      }
    },
  },
  {
    id: "COG-011",
    severity: "error",
    title: "The role that a pool sends SMS with trusts Cognito",
    when: "apply",
    prevents:
      "InvalidSmsRoleTrustRelationshipException: Role does not have a trust relationship allowing Cognito to assume the role",
    cause: "Cognito assumes the role of sms_configuration to publish with SNS.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-sms.html",
    *check(graph) {
      for (const pool of pools(graph)) {
        const role = linked(block(pool.get("sms_configuration"))?.sns_caller_arn, "aws_iam_role");
        const [resource] = role.resources;
        if (!role.certain || role.resources.length !== 1 || !resource) continue;
        const { services, complete } = trustedServices(graph, resource);
        if (!complete || services.some((who) => who === "cognito-idp.amazonaws.com" || who === "*")) continue;
        yield {
          at: resource,
          message: `sends the SMS of ${pool.address} and does not trust cognito-idp.amazonaws.com.`,
          fix: 'Name the service "cognito-idp.amazonaws.com" as Principal in assume_role_policy.',
          attribute: "assume_role_policy",
        };
      }
    },
  },
  {
    id: "COG-012",
    severity: "error",
    title: "A pool is allowed to call its functions",
    when: "runtime",
    prevents: "UnexpectedLambdaException: PreSignUp invocation failed due to error AccessDeniedException.",
    cause: "Unlike the console, Terraform does not add the permission for Cognito to call a function.",
    reference:
      "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-identity-pools-working-with-aws-lambda-triggers.html",
    check: uncallableTriggers,
  },
];

function* uncallableTriggers(graph: Graph): Generator<Problem> {
  if (pools(graph).every((pool) => isEmpty(pool.get("lambda_config")))) return;
  const isCallable = callableBy(graph, "cognito-idp.amazonaws.com");
  for (const pool of pools(graph)) {
    const uncallable = ({ arn }: { readonly arn: Value }) => {
      const called = linkedResource(arn, "aws_lambda_function");
      return called && !isCallable(called) ? [called] : [];
    };
    for (const [called, triggers] of grouped(triggersOf(pool), uncallable)) {
      yield {
        at: pool,
        message: `calls ${called.address} (${triggers.map(({ trigger }) => trigger).join(", ")}), which has no aws_lambda_permission for cognito-idp.amazonaws.com.`,
        fix: 'Add an aws_lambda_permission with action "lambda:InvokeFunction", principal "cognito-idp.amazonaws.com" and the pool\'s ARN as source_arn.',
        attribute: "lambda_config",
      };
    }
  }
}
