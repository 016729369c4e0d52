import type { Graph, Resource } from "../../graph/graph.ts";
import { isBlock, isEmpty, text } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { quoted, textsOf } from "../shared/attributes.ts";
import { clients, settingOf } from "./client.ts";
import { partsOf, poolOf } from "./parts.ts";

const CREATE =
  "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html";

/** Providers whose name is that of their type. */
const SOCIAL = new Set(["Google", "Facebook", "LoginWithAmazon", "SignInWithApple"]);

/**
 * Details that each type of provider requires; a list stands for one of several.
 * Source: `ProviderDetails` of the API page of CreateIdentityProvider.
 */
const DETAILS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Google: [["client_id"], ["client_secret"], ["authorize_scopes"]],
  Facebook: [["client_id"], ["client_secret"], ["authorize_scopes"]],
  LoginWithAmazon: [["client_id"], ["client_secret"], ["authorize_scopes"]],
  SignInWithApple: [["client_id"], ["team_id"], ["key_id"], ["authorize_scopes"]],
  OIDC: [["client_id"], ["attributes_request_method"], ["oidc_issuer"], ["authorize_scopes"]],
  SAML: [["MetadataURL", "MetadataFile"]],
};

export const PROVIDER_RULES: readonly Rule[] = [
  defineRule({
    id: "COG-058",
    severity: "error",
    title: "An identity provider has the name and details of its type",
    reference: CREATE,
    problems: {
      name: {
        when: "apply",
        prevents: "InvalidParameterException: Provider … cannot be of type Google.",
        cause: "A pool has one provider of each social type, whose name is that of the type.",
      },
      details: {
        when: "apply",
        prevents:
          "InvalidParameterException: client_id, client_secret and authorize_scopes are all required idp details",
        cause: "Cognito logs in at the provider with these.",
      },
    },
    *check(graph) {
      for (const provider of graph.ofType("aws_cognito_identity_provider").filter(({ isMade }) => isMade)) {
        const [type, name] = [text(provider.get("provider_type")), text(provider.get("provider_name"))];
        if (type === undefined) continue;
        const isOther = name !== undefined && name !== type && (SOCIAL.has(type) || SOCIAL.has(name));
        if (isOther) {
          yield {
            kind: "name",
            at: provider,
            message: `has provider_type = "${type}" and provider_name = "${name}".`,
            fix: SOCIAL.has(type) ? `Write provider_name = "${type}".` : "Write another provider_name.",
            attribute: "provider_name",
          };
        }
        const missing = missingDetails(provider, type);
        if (missing.length === 0) continue;
        yield {
          kind: "details",
          at: provider,
          message: `has provider_type = "${type}", and no ${missing.map((names) => names.join(" or ")).join(", ")} in provider_details.`,
          fix: `Add ${missing.map((names) => names[0]).join(", ")} to provider_details.`,
          attribute: "provider_details",
        };
      }
    },
  }),
  {
    id: "COG-059",
    severity: "error",
    title: "The identity providers of a client exist in its pool",
    when: "apply",
    prevents: "InvalidParameterException: The provider Google does not exist for User Pool ap-northeast-1_….",
    cause: "COGNITO is the pool itself; any other provider is an aws_cognito_identity_provider.",
    reference:
      "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html",
    *check(graph) {
      for (const client of clients(graph).filter(({ isPlanned }) => isPlanned)) {
        const missing = missingProviders(graph, client);
        if (missing.length === 0) continue;
        yield {
          at: client,
          message: `names ${quoted(missing)} in supported_identity_providers, which ${poolOf(client)?.address} does not have.`,
          fix: missing.some((name) => name.toUpperCase() === "COGNITO")
            ? 'Write "COGNITO", in capitals.'
            : `Add an aws_cognito_identity_provider with provider_name = "${missing[0]}".`,
          attribute: "supported_identity_providers",
        };
      }
    },
  },
];

function missingDetails(provider: Resource, type: string): readonly (readonly string[])[] {
  const details = provider.get("provider_details");
  const required = DETAILS[type];
  if (!isBlock(details) || !required) return [];
  return required.filter((names) => names.every((name) => isEmpty(details[name])));
}

function missingProviders(graph: Graph, client: Resource): readonly string[] {
  const pool = poolOf(client);
  if (!pool) return [];
  const { parts, complete } = partsOf(graph, pool, "identity_provider");
  const names = parts.map((provider) => text(provider.get("provider_name")));
  if (!complete || names.includes(undefined)) return [];
  const wanted = textsOf(settingOf(graph, client, "supported_identity_providers")).texts;
  return wanted.filter((name) => name !== "COGNITO" && !names.includes(name));
}
