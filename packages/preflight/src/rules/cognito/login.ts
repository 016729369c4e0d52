import type { Graph, Resource } from "../../graph/graph.ts";
import { linked, linkedResource } from "../../graph/links.ts";
import { blocks, flag, isEmpty, text } from "../../graph/value.ts";
import { LISTENER_TYPES } from "../../network/load-balancers.ts";
import { defineRule, type KindOfProblem, type Problem, type Rule } from "../../rule.ts";
import { quoted, textsOf } from "../shared/attributes.ts";
import {
  authenticatingActions,
  CALLBACK_PATH,
  callbacksOf,
  hostsOfLogIn,
  type LogIn,
  logIns,
} from "../shared/log-ins.ts";
import { hasSecret, settingOf } from "./client.ts";

const AUTHENTICATE =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html";
const UNAUTHORIZED = "error=unauthorized_client at /oauth2/authorize, and HTTP 561 Unauthorized at the load balancer";

export const LOGIN_RULES: readonly Rule[] = [
  {
    id: "COG-030",
    severity: "error",
    title: "The client of a load balancer's login has a secret",
    when: "apply",
    prevents: "InvalidLoadBalancerAction: The user pool client must have a client secret",
    cause: "The load balancer exchanges the code for tokens with the client's secret.",
    reference: "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1553",
    *check(graph) {
      for (const { client, at } of logIns(graph)) {
        if (!client || hasSecret(graph, client) !== false) continue;
        yield {
          at: client,
          message: `has no secret, and ${at.address} logs users in with it.`,
          fix: "Set generate_secret to true, which replaces the client.",
          attribute: "generate_secret",
        };
      }
    },
  },
  defineRule({
    id: "COG-031",
    severity: "error",
    title: "The client of a load balancer's login has the code flow",
    reference: AUTHENTICATE,
    problems: {
      flow: { when: "runtime", prevents: UNAUTHORIZED, cause: "A load balancer uses the authorization code flow." },
      off: {
        when: "runtime",
        prevents: UNAUTHORIZED,
        cause: "Cognito ignores the flows of a client without allowed_oauth_flows_user_pool_client.",
      },
    },
    *check(graph) {
      for (const { client, at } of logIns(graph)) {
        if (!client) continue;
        const { texts, complete } = textsOf(settingOf(graph, client, "allowed_oauth_flows"));
        const isOff = flag(settingOf(graph, client, "allowed_oauth_flows_user_pool_client"), false) === false;
        const kind = complete && !texts.includes("code") ? "flow" : isOff ? "off" : undefined;
        if (kind === undefined) continue;
        const [what, attribute] = {
          flow: [`allows ${quoted(texts) || "no flow"} in allowed_oauth_flows`, "allowed_oauth_flows"],
          off: ["has no allowed_oauth_flows_user_pool_client = true", "allowed_oauth_flows_user_pool_client"],
        }[kind] as [string, string];
        yield {
          kind,
          at: client,
          message: `${what}, and ${at.address} logs users in with it.`,
          fix: 'Write allowed_oauth_flows = ["code"] and allowed_oauth_flows_user_pool_client = true.',
          attribute,
        };
      }
    },
  }),
  {
    id: "COG-032",
    severity: "error",
    title: "The client allows the scopes that a load balancer requests",
    when: "runtime",
    prevents: "error=invalid_scope at /oauth2/authorize, and HTTP 561 Unauthorized at the load balancer",
    cause: "A load balancer requests the scope openid by default.",
    reference: AUTHENTICATE,
    *check(graph) {
      for (const { client, at, settings } of logIns(graph)) {
        const asked = isEmpty(settings.scope) ? "openid" : text(settings.scope);
        if (!client || !asked) continue;
        const allowed = textsOf(settingOf(graph, client, "allowed_oauth_scopes"));
        if (!allowed.complete) continue;
        const missing = asked.split(/\s+/).filter((scope) => scope !== "" && !allowed.texts.includes(scope));
        if (missing.length === 0) continue;
        yield {
          at: client,
          message: `does not allow ${quoted(missing)}, which ${at.address} asks for (it allows ${quoted(allowed.texts) || "nothing"}).`,
          fix: `Add ${quoted(missing)} to allowed_oauth_scopes, or leave it out of the action's scope.`,
          attribute: "allowed_oauth_scopes",
        };
      }
    },
  },
  {
    id: "COG-033",
    severity: "error",
    title: "The login returns to the load balancer",
    when: "runtime",
    prevents: "error=redirect_mismatch at /oauth2/authorize",
    cause:
      "A load balancer sends https://<host of the request>/oauth2/idpresponse as callback, and Cognito compares it exactly.",
    reference: AUTHENTICATE,
    *check(graph) {
      for (const logIn of logIns(graph)) {
        const problem = logIn.client && callbackProblem(graph, logIn, logIn.client);
        if (problem) yield problem;
      }
    },
  },
  {
    id: "COG-034",
    severity: "error",
    title: "A load balancer logs users in on HTTPS",
    when: "apply",
    prevents: "InvalidLoadBalancerAction: Actions of type 'authenticate-cognito' are supported only on HTTPS listeners",
    cause: "Logins and their cookies must not cross the internet unencrypted.",
    reference: AUTHENTICATE,
    *check(graph) {
      for (const { at, listener, action } of authenticatingActions(graph)) {
        const written = listener?.get("protocol");
        if (!listener || (!isEmpty(written) && text(written)?.toUpperCase() !== "HTTP")) continue;
        yield {
          at,
          message: `has an action "${text(action.type)}" on ${at === listener ? "an HTTP listener" : `${listener.address}, an HTTP listener`}.`,
          fix: "Move the action to a listener with protocol HTTPS, and let the HTTP one redirect there.",
          attribute: at === listener ? "protocol" : "action",
        };
      }
    },
  },
  {
    id: "COG-035",
    severity: "warning",
    title: "The client of a load balancer's login has identity providers",
    when: "runtime",
    prevents: "the login page offers no way to log in",
    cause: "A client that is created by the API has no identity provider, not even the pool itself, by default.",
    reference: "https://github.com/hashicorp/terraform-provider-aws/issues/23374",
    *check(graph) {
      for (const { client, at } of logIns(graph)) {
        if (!client || !isEmpty(settingOf(graph, client, "supported_identity_providers"))) continue;
        yield {
          at: client,
          message: `has no supported_identity_providers, and ${at.address} logs users in with it.`,
          fix: 'Write supported_identity_providers = ["COGNITO"].',
          attribute: "supported_identity_providers",
        };
      }
    },
  },
  defineRule({
    id: "COG-036",
    severity: "error",
    title: "The pool, client and domain of a load balancer's login belong together",
    reference:
      "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateCognitoActionConfig.html",
    problems: {
      host: {
        when: "apply",
        prevents: "InvalidLoadBalancerAction at CreateListener, CreateRule or ModifyListener",
        cause: "user_pool_domain is the prefix of a domain, or the host name of a custom domain.",
      },
      arn: {
        when: "plan",
        prevents: '"default_action.0.authenticate_cognito.0.user_pool_arn" (…) is an invalid ARN: arn: invalid prefix',
        cause: "user_pool_arn is the ARN of the pool, which is not its id.",
      },
      home: {
        when: "apply",
        prevents: "InvalidLoadBalancerAction at CreateListener, CreateRule or ModifyListener",
        cause: "A client and a domain belong to one pool.",
      },
      domain: {
        when: "apply",
        prevents: "InvalidLoadBalancerAction at CreateListener, CreateRule or ModifyListener",
        cause: "The login pages are served on a domain of the pool.",
      },
    },
    *check(graph) {
      for (const logIn of logIns(graph)) {
        const what = whatDoesNotBelong(graph, logIn);
        if (what) yield { at: logIn.at, ...what, attribute: logIn.at === logIn.listener ? "default_action" : "action" };
      }
    },
  }),
  {
    id: "COG-037",
    severity: "error",
    title: "A login is followed by another action",
    when: "apply",
    prevents:
      "InvalidLoadBalancerAction or ValidationError at CreateListener or CreateRule: the last action must be forward, redirect or fixed-response",
    cause: "An authenticate action passes a request on to the next action.",
    reference: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html",
    *check(graph) {
      const authenticating = new Set([...authenticatingActions(graph)].map(({ at }) => at));
      for (const at of authenticating) {
        const attribute = LISTENER_TYPES.some((type) => type === at.type) ? "default_action" : "action";
        const { blocks: actions, complete } = blocks(at.get(attribute));
        const types = actions.map(({ type }) => text(type));
        if (!complete || !types.every((type) => type?.startsWith("authenticate-"))) continue;
        yield {
          at,
          message: `has no action but ${quoted(types.flatMap((type) => type ?? []))}.`,
          fix: 'Add an action of type "forward" after it, with a higher order.',
          attribute,
        };
      }
    },
  },
];

function callbackProblem(graph: Graph, logIn: LogIn, client: Resource): Problem | undefined {
  const { callbacks, complete } = callbacksOf(graph, client);
  if (!complete) return undefined;
  const hosts = hostsOfLogIn(graph, logIn);
  const wanted = `https://${hosts?.names[0] ?? "<host>"}${CALLBACK_PATH}`;
  const written = quoted(callbacks.map(({ url }) => url)) || "none";
  const problem = (why: string): Problem => ({
    at: client,
    message: `has the callbacks ${written}: ${why}, and ${logIn.at.address} logs users in with it.`,
    fix: `Add "${wanted}" to callback_urls.`,
    attribute: "callback_urls",
  });
  if (callbacks.every(({ fits }) => !fits)) return problem(`none is ${wanted}`);
  const possible = callbacks.filter(({ fits }) => fits);
  const hostNames = possible.flatMap(({ host }) => host ?? []);
  if (hostNames.length < possible.length) return undefined;
  if (hostNames.every((host) => host.endsWith(".amazoncognito.com")))
    return problem("that is the pool's own host, not the load balancer's");
  // Host names are compared to the letter, and a load balancer writes them as the request does, which is in lower case.
  if (!hosts || hostNames.some(hosts.has)) return undefined;
  return problem(`users come to ${quoted(new Set(hosts.names))}`);
}

function whatDoesNotBelong(
  graph: Graph,
  { settings, client, pool, domain }: LogIn,
): Pick<KindOfProblem<"host" | "arn" | "home" | "domain">, "kind" | "message" | "fix" | "severity"> | undefined {
  const written = text(settings.user_pool_domain);
  if (written !== undefined && /\.amazoncognito\.com\/?$|^https?:/.test(written)) {
    return {
      kind: "host",
      message: `has user_pool_domain = "${written}", which is a host name of Cognito.`,
      fix: `Write the prefix only: "${written.replace(/^https?:\/\//, "").split(".")[0]}".`,
    };
  }
  if (!pool) return undefined;
  const named = linked(settings.user_pool_arn, "aws_cognito_user_pool").attribute;
  if (named === "id" || named === "name" || named === "endpoint") {
    return {
      kind: "arn",
      message: `has the ${named} of ${pool.address} as user_pool_arn.`,
      fix: `Write \${${pool.address}.arn}.`,
    };
  }
  for (const [part, name] of [
    [client, "client"],
    [domain, "domain"],
  ] as const) {
    const home = part && linkedResource(part.get("user_pool_id"), "aws_cognito_user_pool");
    if (part && home && home !== pool) {
      return {
        kind: "home",
        message: `takes ${part.address}, a ${name} of ${home.address}, with ${pool.address}.`,
        fix: `Name a ${name} of ${pool.address}.`,
      };
    }
  }
  if (domain || written === undefined) return undefined;
  return missingDomain(graph, pool, written);
}

/** A domain that is written out: the configuration should make it. It may have been made by hand for a pool that is there. */
function missingDomain(
  graph: Graph,
  pool: Resource,
  written: string,
): Pick<KindOfProblem<"host" | "arn" | "home" | "domain">, "kind" | "message" | "fix" | "severity"> | undefined {
  const domains = graph
    .ofType("aws_cognito_user_pool_domain")
    .map((one) => ({ name: text(one.get("domain")), pool: linked(one.get("user_pool_id"), "aws_cognito_user_pool") }));
  if (domains.some(({ name, pool: home }) => name === undefined || name === written || !home.certain) || !pool.isMade)
    return undefined;
  const own = domains.filter(({ pool: home }) => home.resources.includes(pool)).map(({ name }) => name ?? "");
  return {
    kind: "domain",
    message: `has user_pool_domain = "${written}", and ${pool.address} ${own.length > 0 ? `has the domain ${quoted(own)}` : "has no domain in this configuration"}.`,
    fix: "Add an aws_cognito_user_pool_domain to the pool, and take its domain attribute.",
    severity: pool.change ? "error" : "warning",
  };
}
