import { byLink } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { block, flag, isEmpty, isWritten, number, text, UNKNOWN, type Value } from "../../graph/value.ts";
import { defineRule, type Problem, type Rule } from "../../rule.ts";
import { quoted, textsOf } from "../shared/attributes.ts";

const CREATE_CLIENT =
  "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html";

export function clients(graph: Graph): readonly Resource[] {
  return graph.ofType("aws_cognito_user_pool_client");
}

/**
 * An attribute of a client. What is not written of a client that is imported, and what Terraform is told to ignore, is
 * as it is in AWS, which a configuration does not tell.
 */
export function settingOf(graph: Graph, client: Resource, attribute: string): Value | undefined {
  const value = client.get(attribute);
  if (graph.kind === "plan") return value;
  const isIgnored = client.leavesAlone(attribute);
  return isIgnored || (isEmpty(value) && graph.imports.includes(client.address)) ? UNKNOWN : value;
}

/** Whether a client has a secret; undefined where it can't be known: the provider does not read `generate_secret` back. */
export function hasSecret(graph: Graph, client: Resource): boolean | undefined {
  const generated = flag(settingOf(graph, client, "generate_secret"), false);
  if (generated !== false) return generated;
  if (client.isMade) return false;
  const secret = client.get("client_secret");
  return isWritten(secret) || (isEmpty(secret) ? false : undefined);
}

const LEGACY_FLOWS = ["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"];

const SECONDS = { seconds: 1, minutes: 60, hours: 3600, days: 86400 } as const;

/** How long tokens may be valid, in seconds. Source: `ConfigValidators` of the provider's client resource. */
const VALIDITIES = [
  { token: "access_token", unit: "hours", least: 300, most: 86400, range: "5 minutes to 1 day" },
  { token: "id_token", unit: "hours", least: 300, most: 86400, range: "5 minutes to 1 day" },
  { token: "refresh_token", unit: "days", least: 3600, most: 315360000, range: "60 minutes to 10 years" },
] as const;

/** Identity providers that Cognito has by itself. */
const OWN_PROVIDERS = new Set(["COGNITO"]);

export const CLIENT_RULES: readonly Rule[] = [
  {
    id: "COG-020",
    severity: "error",
    title: "A client's authentication flows all have the prefix ALLOW_, or none has",
    when: "apply",
    prevents:
      "InvalidParameterException at CreateUserPoolClient: values with the ALLOW_ prefix can't be used along with values without it",
    cause: "The names without prefix are the old ones, and Cognito does not accept a mixture.",
    reference: CREATE_CLIENT,
    *check(graph) {
      for (const client of clients(graph)) {
        const { texts } = textsOf(client.get("explicit_auth_flows"));
        const legacy = texts.filter((flow) => LEGACY_FLOWS.includes(flow));
        const current = texts.filter((flow) => flow.startsWith("ALLOW_"));
        if (legacy.length === 0 || current.length === 0) continue;
        yield {
          at: client,
          message: `has ${quoted(legacy)} beside ${quoted(current)} in explicit_auth_flows.`,
          fix: `Write ${quoted(legacy.map(currentName))} instead of ${quoted(legacy)}.`,
          attribute: "explicit_auth_flows",
        };
      }
    },
  },
  {
    id: "COG-021",
    severity: "warning",
    title: "A client with OAuth flows is allowed to use them",
    when: "runtime",
    prevents: "error=unauthorized_client at /oauth2/authorize, or invalid_grant at /oauth2/token",
    cause: "Cognito ignores the flows and scopes of a client without allowed_oauth_flows_user_pool_client.",
    reference: "https://github.com/boto/boto3/issues/3916",
    *check(graph) {
      for (const client of clients(graph)) {
        if (flag(settingOf(graph, client, "allowed_oauth_flows_user_pool_client"), false) !== false) continue;
        const { texts } = textsOf(settingOf(graph, client, "allowed_oauth_flows"));
        if (texts.length === 0) continue;
        yield {
          at: client,
          message: `has allowed_oauth_flows = [${quoted(texts)}] without allowed_oauth_flows_user_pool_client = true.`,
          fix: "Set allowed_oauth_flows_user_pool_client to true.",
          attribute: "allowed_oauth_flows_user_pool_client",
        };
      }
    },
  },
  {
    id: "COG-022",
    severity: "error",
    title: "A client that uses OAuth has flows and scopes",
    when: "apply",
    prevents:
      "InvalidOAuthFlowException: AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
    cause: "allowed_oauth_flows_user_pool_client requires flows and scopes.",
    reference: CREATE_CLIENT,
    *check(graph) {
      for (const client of oauthClients(graph)) {
        const missing = ["allowed_oauth_flows", "allowed_oauth_scopes"].filter((name) =>
          isEmpty(settingOf(graph, client, name)),
        );
        if (missing.length === 0) continue;
        yield {
          at: client,
          message: `has allowed_oauth_flows_user_pool_client = true and no ${missing.join(" and no ")}.`,
          fix: 'Write allowed_oauth_flows, such as ["code"], and allowed_oauth_scopes, such as ["openid"].',
          attribute: missing[0] ?? "",
        };
      }
    },
  },
  {
    id: "COG-023",
    severity: "error",
    title: "A client with the code or implicit flow has callbacks",
    when: "apply",
    prevents: "InvalidOAuthFlowException: CallbackUrls can not be empty when code flow or implicit flow is selected",
    cause: "After the login the browser is sent back to one of the callback URLs.",
    reference: CREATE_CLIENT,
    *check(graph) {
      for (const client of oauthClients(graph)) {
        const flows = textsOf(settingOf(graph, client, "allowed_oauth_flows")).texts.filter(
          (flow) => flow === "code" || flow === "implicit",
        );
        if (flows.length === 0 || !isEmpty(settingOf(graph, client, "callback_urls"))) continue;
        yield {
          at: client,
          message: `has allowed_oauth_flows = [${quoted(flows)}] and no callback_urls.`,
          fix: "Set callback_urls to the URL that users return to after the login.",
          attribute: "callback_urls",
        };
      }
    },
  },
  defineRule({
    id: "COG-024",
    severity: "error",
    title: "A client with the client_credentials flow has a secret and no other flow",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints-oauth-grants.html",
    problems: {
      flows: {
        when: "apply",
        prevents:
          "InvalidOAuthFlowException: client_credentials flow can not be selected along with code flow or implicit flow",
        cause: "With client_credentials a machine logs in, with the other flows a person.",
      },
      secret: {
        when: "apply",
        prevents:
          "InvalidOAuthFlowException: client_credentials flow can not be selected if client does not have a client secret",
        cause: "A machine identifies itself by the client's secret.",
      },
    },
    *check(graph) {
      for (const client of clients(graph)) {
        const { texts } = textsOf(settingOf(graph, client, "allowed_oauth_flows"));
        if (!texts.includes("client_credentials")) continue;
        const others = texts.filter((flow) => flow !== "client_credentials");
        if (others.length > 0) {
          yield {
            kind: "flows",
            at: client,
            message: `has ${quoted(others)} beside "client_credentials" in allowed_oauth_flows.`,
            fix: "Add a separate client for client_credentials.",
            attribute: "allowed_oauth_flows",
          };
        }
        if (hasSecret(graph, client) === false) {
          yield {
            kind: "secret",
            at: client,
            message: 'has the flow "client_credentials" and no secret.',
            fix: "Set generate_secret to true.",
            attribute: "generate_secret",
          };
        }
      }
    },
  }),
  {
    id: "COG-025",
    severity: "error",
    title: "Callbacks of a client use HTTPS",
    when: "apply",
    prevents:
      "InvalidParameterException at CreateUserPoolClient: Amazon Cognito requires HTTPS over HTTP except for http://localhost for testing purposes only",
    cause:
      "The URL contains the authorization code; only http://localhost, 127.0.0.1 and [::1] are allowed without TLS.",
    reference: CREATE_CLIENT,
    *check(graph) {
      for (const client of clients(graph)) {
        for (const attribute of ["callback_urls", "logout_urls", "default_redirect_uri"]) {
          const open = textsOf(settingOf(graph, client, attribute)).texts.filter(isOpenToReaders);
          if (open.length === 0) continue;
          yield {
            at: client,
            message: `has ${quoted(open)} in ${attribute}.`,
            fix: "Write https:// instead of http://.",
            attribute,
          };
        }
      }
    },
  },
  {
    id: "COG-026",
    severity: "error",
    title: "The default redirect of a client is one of its callbacks",
    when: "apply",
    prevents: "InvalidParameterException at CreateUserPoolClient: DefaultRedirectURI must be in the CallbackURLs list",
    cause: "Cognito redirects to registered URLs only.",
    reference: CREATE_CLIENT,
    *check(graph) {
      for (const client of clients(graph)) {
        const redirect = text(settingOf(graph, client, "default_redirect_uri"));
        const callbacks = textsOf(settingOf(graph, client, "callback_urls"));
        if (!redirect || !callbacks.complete || callbacks.texts.includes(redirect)) continue;
        yield {
          at: client,
          message: `has default_redirect_uri = "${redirect}", which is not in callback_urls (${quoted(callbacks.texts) || "empty"}).`,
          fix: "Add it to callback_urls.",
          attribute: "default_redirect_uri",
        };
      }
    },
  },
  {
    id: "COG-027",
    severity: "error",
    title: "The validity of tokens is within Cognito's limits",
    when: "plan",
    prevents: "Attribute access_token_validity must have a duration between 5m0s and 24h0m0s, got: 60h0m0s",
    cause: "The default unit is hours for access and ID tokens, and days for refresh tokens.",
    reference: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cognito_user_pool_client",
    *check(graph) {
      for (const client of clients(graph)) yield* validityProblems(client);
    },
  },
  {
    id: "COG-028",
    severity: "warning",
    title: "A client's identity providers are created before it",
    when: "apply",
    prevents: "InvalidParameterException: The provider Google does not exist for User Pool ap-northeast-1_….",
    cause:
      "Terraform creates an identity provider that is named by a string, not a reference, at the same time as the client.",
    reference: "https://github.com/lgallard/terraform-aws-cognito-user-pool/issues/71",
    *check(graph) {
      for (const client of clients(graph)) {
        const wanted = textsOf(settingOf(graph, client, "supported_identity_providers")).texts.filter(
          (name) => !OWN_PROVIDERS.has(name),
        );
        for (const provider of wanted.length > 0 && client.isMade ? providersOfPool(graph, client) : []) {
          const name = text(provider.get("provider_name"));
          if (!name || !wanted.includes(name) || !provider.isMade || graph.isOrdered(client, provider) !== false)
            continue;
          yield {
            at: client,
            message: `names the identity provider "${name}", and does not wait for ${provider.address}.`,
            fix: `Write \${${provider.address}.provider_name} in supported_identity_providers.`,
            attribute: "supported_identity_providers",
          };
        }
      }
    },
  },
];

function* oauthClients(graph: Graph): Generator<Resource> {
  for (const client of clients(graph)) {
    if (flag(settingOf(graph, client, "allowed_oauth_flows_user_pool_client"), false) === true) yield client;
  }
}

function currentName(legacy: string): string {
  switch (legacy) {
    case "ADMIN_NO_SRP_AUTH":
      return "ALLOW_ADMIN_USER_PASSWORD_AUTH";
    case "CUSTOM_AUTH_FLOW_ONLY":
      return "ALLOW_CUSTOM_AUTH";
    default:
      return `ALLOW_${legacy}`;
  }
}

function isOpenToReaders(url: string): boolean {
  return url.startsWith("http://") && !/^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/?]|$)/.test(url);
}

function* validityProblems(client: Resource): Generator<Problem> {
  const units = block(client.get("token_validity_units"));
  for (const { token, unit: usual, least, most, range } of VALIDITIES) {
    const attribute = `${token}_validity`;
    const value = number(client.get(attribute));
    const unit = isEmpty(units?.[token]) ? usual : text(units?.[token]);
    // In a plan 0 stands for what Cognito chooses.
    if (value === undefined || unit === undefined || !isUnit(unit) || (value === 0 && client.change)) continue;
    const seconds = value * SECONDS[unit];
    if (seconds >= least && seconds <= most) continue;
    yield {
      at: client,
      message: `has ${attribute} = ${value}, in ${unit}.`,
      fix: `Write ${range}, with the unit in token_validity_units.${token}.`,
      attribute,
    };
  }
}

function isUnit(unit: string): unit is keyof typeof SECONDS {
  return Object.hasOwn(SECONDS, unit);
}

/** Identity providers that the configuration makes in the pool of a client. */
function providersOfPool(graph: Graph, client: Resource): readonly Resource[] {
  const [pool] = linked(client.get("user_pool_id"), "aws_cognito_user_pool").resources;
  return (pool && graph.once(providersByPool).get(pool)) ?? [];
}

const providersByPool = byLink("aws_cognito_identity_provider", "user_pool_id", "aws_cognito_user_pool");
