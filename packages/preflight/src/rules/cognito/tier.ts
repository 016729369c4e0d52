import type { Graph, Resource } from "../../graph/graph.ts";
import { block, blocks, isEmpty, isWritten, number, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { quoted, textsOf } from "../shared/attributes.ts";
import { clients, settingOf } from "./client.ts";
import { poolOf } from "./parts.ts";
import { pools } from "./pool.ts";

const PLANS = "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-sign-in-feature-plans.html";

/** Something that a pool uses, and the attribute that asks for it. */
interface Use {
  readonly at: Resource;
  readonly what: string;
  readonly attribute: string;
}

export const TIER_RULES: readonly Rule[] = [
  defineRule({
    id: "COG-056",
    severity: "error",
    title: "A pool's tier has the features that it uses",
    reference: PLANS,
    problems: {
      essentials: {
        when: "apply",
        prevents:
          "FeatureUnavailableInTierException: The following features need to be disabled for the LITE pricing tier configured: …",
        cause:
          "Passwordless login, e-mail codes, password history, custom access tokens and managed login begin with the tier ESSENTIALS.",
      },
      plus: {
        when: "apply",
        prevents:
          "FeatureUnavailableInTierException: The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection",
        cause: "Threat protection is in the tier PLUS only; a new pool is in ESSENTIALS where nothing is written.",
      },
    },
    *check(graph) {
      for (const pool of pools(graph).filter(({ isPlanned }) => isPlanned)) {
        // A pool that is there keeps what it had before there were tiers.
        if (pool.isMade || pool.writes("user_pool_tier")) yield* tierProblems(graph, pool);
      }
    },
  }),
  {
    id: "COG-057",
    severity: "error",
    title: "A risk configuration is of a pool with threat protection",
    when: "apply",
    prevents: "UserPoolAddOnNotEnabledException: Advanced security features are not enabled for this user pool",
    cause: "Threat protection is off until user_pool_add_ons switches it on.",
    reference:
      "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetRiskConfiguration.html",
    *check(graph) {
      for (const risk of graph.ofType("aws_cognito_risk_configuration").filter(({ isPlanned }) => isPlanned)) {
        const pool = poolOf(risk);
        if (!pool || modeOf(pool) !== "OFF") continue;
        yield {
          at: risk,
          message: `is for ${pool.address}, whose advanced_security_mode is OFF.`,
          fix: 'Add user_pool_add_ons { advanced_security_mode = "ENFORCED" } and user_pool_tier = "PLUS" to the pool.',
          attribute: "user_pool_id",
        };
      }
    },
  },
];

function* tierProblems(graph: Graph, pool: Resource): Generator<KindOfProblem<"essentials" | "plus">> {
  const tier = pool.get("user_pool_tier");
  const written = text(tier) || undefined;
  if (written === "LITE") {
    for (const use of essentialsOf(graph, pool)) yield tierProblem("essentials", pool, written, use);
  }
  if (written === "PLUS" || (written === undefined && !isEmpty(tier))) return;
  for (const use of plusOf(graph, pool)) yield tierProblem("plus", pool, written, use);
}

function tierProblem(
  kind: "essentials" | "plus",
  pool: Resource,
  tier: string | undefined,
  { at, what, attribute }: Use,
): KindOfProblem<"essentials" | "plus"> {
  const wanted = kind === "plus" ? "PLUS" : "ESSENTIALS";
  const has = tier === undefined ? "no user_pool_tier" : `user_pool_tier = "${tier}"`;
  return {
    kind,
    at,
    message: `has ${what}, and ${at === pool ? "" : `${pool.address} has `}${has}.`,
    fix: `Set user_pool_tier to "${wanted}"${at === pool ? "" : ` on ${pool.address}`}, or take ${attribute} out.`,
    attribute,
    // A pool that has been there before the tiers keeps what it had.
    ...(tier === undefined && pool.change?.actions.includes("create") !== true && { severity: "warning" as const }),
  };
}

/** `OFF` where nothing is written. */
function modeOf(pool: Resource): string | undefined {
  const { blocks: written, complete } = blocks(pool.get("user_pool_add_ons"));
  const mode = written[0]?.advanced_security_mode;
  return complete ? (isEmpty(mode) ? "OFF" : text(mode)) : undefined;
}

function* plusOf(graph: Graph, pool: Resource): Generator<Use> {
  const mode = modeOf(pool);
  if (mode === "AUDIT" || mode === "ENFORCED")
    yield { at: pool, what: `advanced_security_mode = "${mode}"`, attribute: "user_pool_add_ons" };
  for (const delivery of graph.ofType("aws_cognito_log_delivery_configuration")) {
    if (poolOf(delivery) !== pool) continue;
    const sources = blocks(delivery.get("log_configurations")).blocks.map(({ event_source }) => text(event_source));
    if (sources.includes("userAuthEvents"))
      yield { at: delivery, what: 'event_source = "userAuthEvents"', attribute: "log_configurations" };
  }
}

function* essentialsOf(graph: Graph, pool: Resource): Generator<Use> {
  yield* settingsOfEssentials(pool);
  for (const domain of graph.ofType("aws_cognito_user_pool_domain")) {
    if (poolOf(domain) === pool && number(domain.get("managed_login_version")) === 2)
      yield { at: domain, what: "managed_login_version = 2", attribute: "managed_login_version" };
  }
  for (const client of clients(graph)) {
    const flows = poolOf(client) === pool ? textsOf(settingOf(graph, client, "explicit_auth_flows")).texts : [];
    if (flows.includes("ALLOW_USER_AUTH"))
      yield { at: client, what: '"ALLOW_USER_AUTH" in explicit_auth_flows', attribute: "explicit_auth_flows" };
  }
}

function* settingsOfEssentials(pool: Resource): Generator<Use> {
  const history = number(block(pool.get("password_policy"))?.password_history_size) ?? 0;
  if (history > 0) yield { at: pool, what: `password_history_size = ${history}`, attribute: "password_policy" };
  const factors = textsOf(block(pool.get("sign_in_policy"))?.allowed_first_auth_factors).texts.filter(
    (factor) => factor !== "PASSWORD",
  );
  if (factors.length > 0)
    yield { at: pool, what: `${quoted(factors)} in allowed_first_auth_factors`, attribute: "sign_in_policy" };
  for (const attribute of ["email_mfa_configuration", "web_authn_configuration"])
    if (isWritten(pool.get(attribute))) yield { at: pool, what: attribute, attribute };
  const trigger = block(block(pool.get("lambda_config"))?.pre_token_generation_config);
  const version = text(trigger?.lambda_version);
  if (version !== undefined && version !== "V1_0")
    yield { at: pool, what: `pre_token_generation_config with ${version}`, attribute: "lambda_config" };
}
