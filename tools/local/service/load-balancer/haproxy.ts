import { actions, type Context } from "./actions.ts";
import { browserOnThisMachine } from "./browser.ts";
import { conditions, word } from "./conditions.ts";
import type { Attributes, DeployedListener, DeployedLoadBalancer, DeployedTargetGroup } from "./configuration.ts";
import {
  backendName,
  certificateFile,
  LOGIN_BACKEND,
  LOGIN_HEADER,
  openBackendName,
  SESSION_HEADERS,
  STATE_FILE,
  serverAddress,
} from "./names.ts";
import type { Target } from "./targets.ts";

/** A target, and whether it has passed a health check since it was registered. */
interface PlacedTarget extends Target {
  readonly passed: boolean;
}

export interface Rendering {
  readonly balancer: DeployedLoadBalancer;
  /** By ARN of the target group, those that are draining left out. */
  readonly targets: ReadonlyMap<string, readonly PlacedTarget[]>;
  /** Port on this machine, by the listener's. */
  readonly published: Readonly<Record<number, number>>;
  /** Where people log in: address and port. */
  readonly login: string;
}

/** An Application Load Balancer as haproxy's configuration. */
export function render(rendering: Rendering): string {
  const { balancer } = rendering;
  const idle = `${balancer.attributes["idle_timeout.timeout_seconds"] ?? 60}s`;
  return [
    ...section("global", [
      `server-state-file ${STATE_FILE}`,
      "tune.bufsize 65536",
      "log stdout format raw local0 warning",
    ]),
    ...section("defaults", [
      "mode http",
      "log global",
      // ELB tries once, for ten seconds.
      "retries 0",
      "timeout connect 10s",
      ...["client", "server", "tunnel", "http-keep-alive"].map((side) => `timeout ${side} ${idle}`),
      "load-server-state-from-file global",
      // A reload must not close a connection on which a request may be on its way.
      "option idle-close-on-response",
      ...errors,
    ]),
    ...balancer.listeners.flatMap((listener) => frontend(listener, rendering)),
    ...balancer.targetGroups.flatMap((group) => backends(group, rendering.targets.get(group.TargetGroupArn) ?? [])),
    ...section(`backend ${LOGIN_BACKEND}`, [`server login ${rendering.login}`]),
  ].join("\n");
}

/** Settings of a target in haproxy, for its line in the configuration and for `add server`. */
export function serverSettings(group: DeployedTargetGroup): string {
  const { HealthCheckPort, HealthCheckProtocol, Protocol, ProtocolVersion } = group;
  const health = [
    "check",
    `inter ${group.HealthCheckIntervalSeconds ?? 30}s`,
    `fall ${group.UnhealthyThresholdCount ?? 2}`,
    `rise ${group.HealthyThresholdCount ?? 5}`,
    HealthCheckPort && HealthCheckPort !== "traffic-port" ? `port ${HealthCheckPort}` : "",
    HealthCheckProtocol === "HTTPS" ? "check-ssl" : "",
  ];
  return [...health, connection(Protocol, ProtocolVersion)].filter(Boolean).join(" ");
}

/** The same of a target in the backend with `.open` after its name. */
export const openServerSettings = ({ Protocol, ProtocolVersion }: DeployedTargetGroup) =>
  connection(Protocol, ProtocolVersion);

/** ELB does not verify the certificate of a target. */
function connection(protocol: string | undefined, version: string | undefined): string {
  const tls = protocol === "HTTPS" ? "ssl" : "";
  return [tls, "verify none", version === "HTTP2" || version === "GRPC" ? "proto h2" : ""].filter(Boolean).join(" ");
}

function frontend(listener: DeployedListener, { balancer, published }: Rendering): string[] {
  const { Port: port, Protocol, rules } = listener;
  const { attributes, targetGroups: groups } = balancer;
  const context: Context = {
    loadBalancerArn: balancer.LoadBalancerArn,
    listener,
    published,
    groups,
  };
  const choices = rules.map(({ Conditions = [] }, index) => {
    const first = `!{ var(txn.rule) -m found } ${conditions(Conditions)}`.trim();
    return `http-request set-var(txn.rule) str(rule${index}) if ${first}`;
  });
  const answers = rules.map((rule, index) => actions(rule, `{ var(txn.rule) -m str rule${index} }`, context));
  const browser = browserOnThisMachine(listener, published);
  const isStrict = attributes["routing.http.drop_invalid_header_fields.enabled"] === "true";
  return section(`frontend ${port}`, [
    `bind :${port}${Protocol === "HTTPS" ? tls(listener, attributes) : ""}`,
    ...(isStrict ? ["http-request del-header '[^-A-Za-z0-9]' -m reg"] : []),
    ...[LOGIN_HEADER, ...SESSION_HEADERS].map((header) => `http-request del-header ${header}`),
    ...browser.requests,
    ...choices,
    ...answers.flatMap((answer) => answer.rules),
    ...forwardingHeaders(listener, attributes),
    ...answers.flatMap((answer) => answer.backends),
    ...browser.answers,
    ...connectionFailures,
  ]);
}

function tls({ Port, SslPolicy = "" }: DeployedListener, attributes: Attributes): string {
  const [, least = "2"] = SslPolicy.match(/-1-([0-3])-/) ?? [];
  const protocols = attributes["routing.http2.enabled"] === "false" ? "http/1.1" : "h2,http/1.1";
  return ` ssl crt ${certificateFile(Port)} ssl-min-ver TLSv1.${least} alpn ${protocols}`;
}

/** Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html */
function forwardingHeaders({ Port: port, Protocol }: DeployedListener, attributes: Attributes): string[] {
  const client = attributes["routing.http.xff_client_port.enabled"] === "true" ? "%[src]:%[src_port]" : "%[src]";
  const mode = attributes["routing.http.xff_header_processing.mode"] ?? "append";
  const host = port === 80 || port === 443 ? withoutDefaultPort(port) : withPort(port);
  const found = (header: string) => `{ req.fhdr(${header}) -m found }`;
  return [
    ...(mode === "remove" ? ["http-request del-header x-forwarded-for"] : []),
    ...(mode === "append"
      ? [
          `http-request set-header X-Forwarded-For "%[req.fhdr(x-forwarded-for)], ${client}" if ${found("x-forwarded-for")}`,
          `http-request set-header X-Forwarded-For ${client} if !${found("x-forwarded-for")}`,
        ]
      : []),
    `http-request set-header X-Forwarded-Proto ${Protocol === "HTTPS" ? "https" : "http"}`,
    `http-request set-header X-Forwarded-Port ${port}`,
    "http-request set-var-fmt(txn.seconds) %{+X}Ts",
    "http-request set-var-fmt(txn.trace) 1-%[var(txn.seconds),lower]-%[uuid,regsub(-,,g),bytes(0,24)]",
    `http-request set-header X-Amzn-Trace-Id Self=%[var(txn.trace)];%[req.fhdr(x-amzn-trace-id)] if ${found("x-amzn-trace-id")}`,
    `http-request set-header X-Amzn-Trace-Id Root=%[var(txn.trace)] if !${found("x-amzn-trace-id")}`,
    ...(attributes["routing.http.preserve_host_header.enabled"] === "true" ? [] : [host]),
  ];
}

const withoutDefaultPort = (port: number) =>
  `http-request set-header Host %[req.hdr(host),host_only] if { req.hdr(host) -m end :${port} }`;
const withPort = (port: number) =>
  `http-request set-header Host %[req.hdr(host)]:${port} if !{ req.hdr(host) -m sub : }`;

function backends(group: DeployedTargetGroup, targets: readonly PlacedTarget[]): string[] {
  const { TargetGroupArn: arn, HealthCheckPath = "/", HealthCheckTimeoutSeconds = 5, Matcher, ProtocolVersion } = group;
  const version = ProtocolVersion === "HTTP2" ? "HTTP/2" : "HTTP/1.1";
  return [
    ...section(`backend ${backendName(arn)}`, [
      "balance roundrobin",
      "option httpchk",
      `timeout check ${HealthCheckTimeoutSeconds}s`,
      `http-check send meth GET uri ${word(HealthCheckPath)} ver ${version} hdr Host %[srv_name] hdr User-Agent ELB-HealthChecker/2.0`,
      `http-check expect status ${Matcher?.HttpCode ?? "200"}`,
      ...targets.map((target) => `${server(target)} weight ${target.passed ? 1 : 0} ${serverSettings(group)}`),
    ]),
    ...section(`backend ${openBackendName(arn)}`, [
      "balance roundrobin",
      `http-request return status 503 ${page("503 Service Temporarily Unavailable")} if !{ nbsrv ge 1 }`,
      ...targets.map((target) => `${server(target)} ${openServerSettings(group)}`),
    ]),
  ];
}

const server = (target: Target) => `server ${serverAddress(target)} ${serverAddress(target)}`;

/** A target that refuses the connection is a bad gateway to ELB, and one that does not answer is late. */
const connectionFailures = [
  'http-after-response set-status 502 reason "Bad Gateway" if { status 503 } { txn.sess_term_state -m beg SC }',
  'http-after-response set-status 504 reason "Gateway Time-out" if { status 503 } { txn.sess_term_state -m beg sC }',
];

const page = (title: string) =>
  `content-type text/html hdr Server awselb/2.0 lf-string "<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center></body></html>"`;

const errors = [
  ["400", "400 Bad Request"],
  ["502", "502 Bad Gateway"],
  // Its status becomes another, see above.
  ["503", "The target does not take the connection"],
  ["504", "504 Gateway Time-out"],
].map(([status, title = ""]) => `http-error status ${status} ${page(title)}`);

const section = (title: string, lines: readonly string[]) => [title, ...lines.map((line) => `  ${line}`), ""];
