import type { Action, Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import { word } from "./conditions.ts";
import type { DeployedListener, DeployedTargetGroup } from "./configuration.ts";
import {
  backendName,
  LOGIN_BACKEND,
  LOGIN_HEADER,
  LOGIN_RETURN_PATH,
  type LoginSettings,
  openBackendName,
  SESSION_HEADERS,
  sessionFile,
} from "./names.ts";

/** Where a rule stands. */
export interface Context {
  readonly loadBalancerArn: string;
  readonly listener: DeployedListener;
  readonly groups: readonly DeployedTargetGroup[];
  /** Port on this machine, by the listener's. */
  readonly published: Readonly<Record<number, number>>;
}

/** What a rule's actions become in haproxy. */
export interface Answer {
  /** Lines that may answer, or that prepare what follows. */
  readonly rules: readonly string[];
  /** Lines that choose where the request goes. */
  readonly backends: readonly string[];
}

type Kind = (action: Action, chosen: string, context: Context) => Answer;

const kinds: Readonly<Record<string, Kind>> = {
  "fixed-response": respondFixed,
  redirect,
  forward,
  "authenticate-cognito": authenticate,
};

/**
 * A rule's actions, in their order.
 *
 * @param chosen condition that holds where the rule is the one
 * @throws Error for a kind of action that is not known here
 */
export function actions({ Actions = [] }: Rule, chosen: string, context: Context): Answer {
  const ordered = [...Actions].sort((a, b) => (a.Order ?? 0) - (b.Order ?? 0));
  let condition = chosen;
  const answers = ordered.map((action) => {
    const answer = (kinds[action.Type ?? ""] ?? unknown)(action, condition, context);
    const login = action.AuthenticateCognitoConfig;
    if (login && login.OnUnauthenticatedRequest !== "allow") condition = `${chosen} ${IS_KNOWN}`;
    return answer;
  });
  return { rules: answers.flatMap(({ rules }) => rules), backends: answers.flatMap(({ backends }) => backends) };
}

function unknown({ Type }: Action): never {
  throw new Error(`The action ${Type} has no stand-in here.`);
}

const respond = (status: string, chosen: string, more = "") =>
  `http-request return status ${status} ${more} hdr Server awselb/2.0 if ${chosen}`;

function respondFixed({ FixedResponseConfig: config }: Action, chosen: string): Answer {
  const { StatusCode = "200", ContentType = "text/plain", MessageBody = "" } = config ?? { StatusCode: "200" };
  const content = MessageBody && `content-type ${word(ContentType)} string ${word(MessageBody)}`;
  return { rules: [respond(StatusCode, chosen, content)], backends: [] };
}

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html */
function redirect({ RedirectConfig: config }: Action, chosen: string, { listener, published }: Context): Answer {
  const { Protocol = "#{protocol}", Host = "#{host}", Port = "#{port}", Path = "/#{path}" } = config ?? {};
  const { Query = "#{query}", StatusCode = "HTTP_302" } = config ?? {};
  // A redirect to a listener of this load balancer leads to where that is reached.
  const here = (port: string) => String(published[Number(port)] ?? port);
  const values: Readonly<Record<string, string>> = {
    protocol: (listener.Protocol ?? "HTTP").toLowerCase(),
    host: "%[req.hdr(host),host_only]",
    port: here(String(listener.Port)),
    path: "%[path,regsub(^/,)]",
    query: "%[query]",
  };
  const fill = (template: string) => {
    const parts = template.split(/#\{(\w+)\}/);
    return parts.map((part, i) => (i % 2 ? values[part] : part && word(part.replaceAll("%", "%%")))).join("");
  };
  const port = Host === "#{host}" ? here(Port) : Port;
  const base = `hdr Location ${fill(Protocol.toLowerCase())}://${fill(Host)}:${fill(port)}${fill(Path)}`;
  const status = StatusCode.replace("HTTP_", "");
  if (Query !== "#{query}")
    return { rules: [respond(status, chosen, Query ? `${base}?${fill(Query)}` : base)], backends: [] };
  return {
    rules: [respond(status, `${chosen} { query -m len gt 0 }`, `${base}?%[query]`), respond(status, chosen, base)],
    backends: [],
  };
}

function forward({ ForwardConfig, TargetGroupArn }: Action, chosen: string, { groups }: Context): Answer {
  const [first, ...others] = ForwardConfig?.TargetGroups ?? [{ TargetGroupArn }];
  if (others.length > 0) throw new Error("Several target groups in one action have no stand-in here.");
  return { rules: [], backends: use(first?.TargetGroupArn ?? "", chosen, groups) };
}

/** With fewer healthy targets than are asked for, all get requests. */
function use(arn: string, chosen: string, groups: readonly DeployedTargetGroup[]): string[] {
  const attributes = groups.find(({ TargetGroupArn }) => TargetGroupArn === arn)?.attributes ?? {};
  const least = attributes["target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"] ?? "1";
  return [
    `use_backend ${openBackendName(arn)} if ${chosen} { nbsrv(${backendName(arn)}) lt ${least} }`,
    `use_backend ${backendName(arn)} if ${chosen}`,
  ];
}

const IS_KNOWN = "{ var(txn.identity) -m found }";

/** Requests with a session get its headers and go on; what becomes of the others the action says. */
function authenticate(action: Action, chosen: string, { loadBalancerArn }: Context): Answer {
  const settings = loginSettings(action, loadBalancerArn);
  const sessionValue = (header: string) => `req.cook(${word(settings.cookie)}-0),map_str(${sessionFile(header)})`;
  const rules = [
    `http-request set-var(txn.identity) ${sessionValue("x-amzn-oidc-identity")} if ${chosen}`,
    ...SESSION_HEADERS.map(
      (header) => `http-request set-header ${header} %[${sessionValue(header)}] if ${chosen} ${IS_KNOWN}`,
    ),
  ];
  const what = action.AuthenticateCognitoConfig?.OnUnauthenticatedRequest ?? "authenticate";
  const stranger = `${chosen} !${IS_KNOWN}`;
  if (what === "allow") return { rules, backends: [] };
  if (what === "deny") return { rules: [...rules, respond("401", stranger)], backends: [] };
  const question = Buffer.from(JSON.stringify(settings)).toString("base64url");
  return {
    rules: [...rules, `http-request set-header ${LOGIN_HEADER} ${question} if ${stranger}`],
    backends: [
      `use_backend ${LOGIN_BACKEND} if { path ${LOGIN_RETURN_PATH} }`,
      `use_backend ${LOGIN_BACKEND} if ${stranger}`,
    ],
  };
}

function loginSettings({ AuthenticateCognitoConfig: cognito }: Action, loadBalancerArn: string): LoginSettings {
  return {
    loadBalancerArn,
    userPoolArn: cognito?.UserPoolArn ?? "",
    clientId: cognito?.UserPoolClientId ?? "",
    scope: cognito?.Scope ?? "openid",
    parameters: cognito?.AuthenticationRequestExtraParams ?? {},
    cookie: cognito?.SessionCookieName ?? "AWSELBAuthSessionCookie",
    timeout: Number(cognito?.SessionTimeout ?? 604_800),
  };
}
