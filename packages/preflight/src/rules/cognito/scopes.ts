import type { Graph, Resource } from "../../graph/graph.ts";
import { blocks, text } from "../../graph/value.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { quoted, repeats, textsOf } from "../shared/attributes.ts";
import { clients, settingOf } from "./client.ts";
import { isNew, partsOf, poolOf } from "./parts.ts";

const SCOPES =
  "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html";

/** Scopes that every pool has. Source: `AllowedOAuthScopes` of the API page of CreateUserPoolClient. */
const OWN_SCOPES = new Set(["openid", "email", "phone", "profile", "aws.cognito.signin.user.admin"]);

const NO_SCOPE = "ScopeDoesNotExistException: Invalid scope requested: …";

export const SCOPE_RULES: readonly Rule[] = [
  defineRule({
    id: "COG-050",
    severity: "error",
    title: "The scopes of a client exist, and before it",
    reference: SCOPES,
    problems: {
      name: {
        when: "apply",
        prevents: NO_SCOPE,
        cause:
          "Cognito has five scopes of its own; any other is <identifier of a resource server>/<name of its scope>.",
      },
      server: {
        when: "apply",
        prevents: NO_SCOPE,
        cause: "A scope with a slash is defined by a resource server of the pool.",
      },
      scope: {
        when: "apply",
        prevents: NO_SCOPE,
        cause: "A resource server has the scopes that it lists, and no others.",
      },
      order: {
        when: "apply",
        prevents: NO_SCOPE,
        cause: "Terraform creates a resource server whose scope is named by a string at the same time as the client.",
      },
    },
    *check(graph) {
      for (const client of clients(graph).filter(({ isPlanned }) => isPlanned)) {
        for (const scope of textsOf(settingOf(graph, client, "allowed_oauth_scopes")).texts) {
          const problem = OWN_SCOPES.has(scope) ? undefined : scopeProblem(graph, client, scope);
          if (problem) yield { ...problem, at: client, attribute: "allowed_oauth_scopes" };
        }
      }
    },
  }),
  {
    id: "COG-051",
    severity: "error",
    title: "A client for machines has a scope of a resource server",
    when: "runtime",
    prevents: "invalid_scope or invalid_grant at /oauth2/token",
    cause: "With client_credentials no user logs in, so scopes about a user, such as openid, can't be granted.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html",
    *check(graph) {
      for (const client of clients(graph)) {
        const flows = textsOf(settingOf(graph, client, "allowed_oauth_flows"));
        const scopes = textsOf(settingOf(graph, client, "allowed_oauth_scopes"));
        const isForMachines = flows.complete && flows.texts.join() === "client_credentials";
        if (!isForMachines || !scopes.complete || scopes.texts.length === 0) continue;
        if (scopes.texts.some((scope) => !OWN_SCOPES.has(scope))) continue;
        yield {
          at: client,
          message: `has the flow "client_credentials", and allows ${quoted(scopes.texts)} only.`,
          fix: "Add an aws_cognito_resource_server with a scope, and list it in allowed_oauth_scopes.",
          attribute: "allowed_oauth_scopes",
        };
      }
    },
  },
  defineRule({
    id: "COG-052",
    severity: "error",
    title: "Resource servers and their scopes have names of their own, without a slash or space",
    reference:
      "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ResourceServerScopeType.html",
    problems: {
      name: {
        when: "apply",
        prevents:
          "InvalidParameterException: Value at 'scopes.1.member.scopeName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\x21\\x23-\\x2E\\x30-\\x5B\\x5D-\\x7E]+",
        cause: "The name of a scope is what follows the last slash, so it has none itself.",
      },
      scope: {
        when: "apply",
        prevents: "InvalidParameterException at CreateResourceServer: duplicate scope",
        cause: "A scope is listed once.",
      },
      server: {
        when: "apply",
        prevents: "InvalidParameterException: … already exists in user pool …",
        cause: "A pool has one resource server of an identifier.",
      },
    },
    *check(graph) {
      const servers = graph.ofType("aws_cognito_resource_server").filter(({ isPlanned }) => isPlanned);
      for (const server of servers) {
        const names = blocks(server.get("scope")).blocks.flatMap(({ scope_name }) => text(scope_name) ?? []);
        for (const name of names.filter((one) => !/^[\x21\x23-\x2e\x30-\x5b\x5d-\x7e]+$/.test(one))) {
          yield {
            kind: "name",
            at: server,
            message: `has scope.scope_name = ${JSON.stringify(name)}.`,
            fix: "Write the name of the scope only, without the identifier, a slash, quotes or spaces.",
            attribute: "scope",
          };
        }
        for (const { one } of repeats(names, (name) => name)) {
          yield {
            kind: "scope",
            at: server,
            message: `has two scopes named "${one}".`,
            fix: "Keep one of them.",
            attribute: "scope",
          };
        }
      }
      const keyOf = (server: Resource) => {
        const [pool, identifier] = [poolOf(server), text(server.get("identifier"))];
        return pool && identifier !== undefined && !server.many ? `"${identifier}" of ${pool.address}` : undefined;
      };
      for (const { one, earlier } of repeats(graph.ofType("aws_cognito_resource_server"), keyOf)) {
        yield {
          kind: "server",
          at: one,
          message: `is a second resource server ${keyOf(one)}, beside ${earlier.address}.`,
          fix: "Put all scopes into one of them.",
          attribute: "identifier",
        };
      }
    },
  }),
];

function scopeProblem(
  graph: Graph,
  client: Resource,
  scope: string,
): Pick<KindOfProblem<"name" | "server" | "scope" | "order">, "kind" | "message" | "fix"> | undefined {
  const slash = scope.lastIndexOf("/");
  if (slash < 0) {
    return {
      kind: "name",
      message: `allows the scope "${scope}", which Cognito does not have.`,
      fix: `Write one of ${quoted(OWN_SCOPES)}, or <identifier of a resource server>/<scope>.`,
    };
  }
  const pool = poolOf(client);
  if (!pool) return undefined;
  const [identifier, name] = [scope.slice(0, slash), scope.slice(slash + 1)];
  const { parts, complete } = partsOf(graph, pool, "resource_server");
  const own = parts.filter((server) => text(server.get("identifier")) === identifier);
  const [server, ...others] = own;
  if (!server) {
    const isOpen = !complete || parts.some((one) => text(one.get("identifier")) === undefined);
    if (isOpen) return undefined;
    return {
      kind: "server",
      message: `allows the scope "${scope}", and ${pool.address} has no resource server "${identifier}".`,
      fix: `Add an aws_cognito_resource_server with identifier = "${identifier}" and the scope "${name}".`,
    };
  }
  const scopes = blocks(server.get("scope"));
  const names = scopes.blocks.map(({ scope_name }) => text(scope_name));
  if (others.length > 0 || !scopes.complete || names.includes(undefined)) return undefined;
  if (!names.includes(name)) {
    return {
      kind: "scope",
      message: `allows the scope "${scope}", and ${server.address} has ${quoted(names.flatMap((one) => one ?? [])) || "no scope"}.`,
      fix: `Add a scope "${name}" to ${server.address}, or take "${scope}" out.`,
    };
  }
  if (!isNew(graph, server) || graph.isOrdered(client, server) !== false) return undefined;
  return {
    kind: "order",
    message: `allows the scope "${scope}", and does not wait for ${server.address}, which defines it.`,
    fix: `Write \${${server.address}.identifier}/${name}, or add depends_on = ["${server.address}"].`,
  };
}
