import type { Action, Rule } from "@aws-sdk/client-elastic-load-balancing-v2";
import { describe, expect, it } from "vitest";
import type {
  DeployedListener,
  DeployedLoadBalancer,
  DeployedTargetGroup,
} from "../../../../tools/local/service/load-balancer/configuration.ts";
import { type Rendering, render } from "../../../../tools/local/service/load-balancer/haproxy.ts";

const arnOf = (name: string) => `arn:aws:elasticloadbalancing:ap-northeast-1:1:targetgroup/${name}/0123`;
const group = (name: string, more: Partial<DeployedTargetGroup> = {}): DeployedTargetGroup => ({
  TargetGroupArn: arnOf(name),
  attributes: {},
  ...more,
});
const http = (...rules: Rule[]): DeployedListener => ({ Port: 80, Protocol: "HTTP", rules, domainNames: [] });
const to = (name: string): Action => ({ Type: "forward", TargetGroupArn: arnOf(name) });

/** The lines of one section, without indentation. */
function section(title: string, balancer: Partial<DeployedLoadBalancer>, more: Partial<Rendering> = {}): string[] {
  const whole: DeployedLoadBalancer = {
    LoadBalancerArn: "arn",
    LoadBalancerName: "name",
    attributes: {},
    listeners: [],
    targetGroups: [group("web"), group("api")],
    ...balancer,
  };
  const text = render({ balancer: whole, targets: new Map(), published: {}, login: "10.0.0.1:99", ...more });
  const found = text.split("\n\n").find((one) => one.trim().split("\n")[0] === title);
  return (found ?? "")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}

/** Lines of the frontend for a single rule that name the rule. */
function linesFor(
  Actions: Action[],
  more: Partial<Rendering> = {},
  listener: Partial<DeployedListener> = {},
): string[] {
  const listeners = [{ ...http({ Actions }), ...listener }];
  const lines = section(`frontend ${listeners[0]?.Port}`, { listeners }, more);
  const condition = " if { var(txn.rule) -m str rule0 }";
  return lines.filter((line) => line.includes(condition)).map((line) => line.replace(condition, " if RULE"));
}

describe("a rule", () => {
  it("is chosen where all its conditions hold and none before it was", () => {
    const rules: Rule[] = [
      { Conditions: [{ Field: "path-pattern", Values: ["/a"] }], Actions: [to("api")] },
      { Actions: [to("web")] },
    ];
    expect(section("frontend 80", { listeners: [http(...rules)] }).filter((line) => line.includes("str("))).toEqual([
      "http-request set-var(txn.rule) str(rule0) if !{ var(txn.rule) -m found } { path -m reg '^\\x2fa$' }",
      "http-request set-var(txn.rule) str(rule1) if !{ var(txn.rule) -m found }",
    ]);
  });

  it("forwards to all targets where too few are healthy", () => {
    expect(linesFor([to("web")])).toEqual([
      "use_backend web.0123.open if RULE { nbsrv(web.0123) lt 1 }",
      "use_backend web.0123 if RULE",
    ]);
  });

  it("to several target groups at once is refused", () => {
    const TargetGroups = [{ TargetGroupArn: arnOf("web") }, { TargetGroupArn: arnOf("api") }];
    expect(() => linesFor([{ Type: "forward", ForwardConfig: { TargetGroups } }])).toThrow(
      "Several target groups in one action have no stand-in here.",
    );
  });

  it.each<[string, string, string]>([
    ["its text", "It's 100 % [ok]", "string It\\x27s\\x20100\\x20\\x25\\x20\\x5bok\\x5d"],
    ["lines of text", "a\nb", "string a\\x0ab"],
    ["no text", "", "418  hdr Server"],
  ])("answers by itself with %s", (_, MessageBody, expected) => {
    const FixedResponseConfig = { StatusCode: "418", ContentType: "text/plain", MessageBody };
    expect(linesFor([{ Type: "fixed-response", FixedResponseConfig }])[0]).toContain(expected);
  });

  it.each([
    [{ Protocol: "HTTPS", Port: "443" }, "https://%[req.hdr(host),host_only]:443/%[path,regsub(^/,)]"],
    [{ Port: "8443" }, "http://%[req.hdr(host),host_only]:18443/%[path,regsub(^/,)]"],
    [{ Host: "www.a.jp", Port: "8443" }, "http://www.a.jp:8443/%[path,regsub(^/,)]"],
    [{ Host: "www.#{host}" }, "http://www.%[req.hdr(host),host_only]:18080/%[path,regsub(^/,)]"],
    [{ Path: "/new/#{path}" }, "http://%[req.hdr(host),host_only]:18080/new/%[path,regsub(^/,)]"],
    [{ Path: "/a%20b'c" }, "http://%[req.hdr(host),host_only]:18080/a\\x25\\x2520b\\x27c"],
  ])("redirects to %j", (config, location) => {
    const RedirectConfig = { ...config, StatusCode: "HTTP_301" as const };
    const published = { 80: 18_080, 8443: 18_443 };
    expect(linesFor([{ Type: "redirect", RedirectConfig }], { published })).toEqual([
      `http-request return status 301 hdr Location ${location}?%[query] hdr Server awselb/2.0 if RULE { query -m len gt 0 }`,
      `http-request return status 301 hdr Location ${location} hdr Server awselb/2.0 if RULE`,
    ]);
  });

  it.each([
    ["#{query}&x=1", "?%[query]\\x26x=1 hdr"],
    ["", "%[path,regsub(^/,)] hdr"],
  ])("redirects with the query %j", (Query, expected) => {
    const lines = linesFor([{ Type: "redirect", RedirectConfig: { Query, StatusCode: "HTTP_302" } }]);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  describe("behind a login", () => {
    const login = (OnUnauthenticatedRequest?: "allow" | "deny" | "authenticate"): Action => ({
      Type: "authenticate-cognito",
      Order: 1,
      AuthenticateCognitoConfig: {
        UserPoolArn: "a",
        UserPoolClientId: "b",
        UserPoolDomain: "c",
        OnUnauthenticatedRequest,
      },
    });
    const hello: Action = {
      Type: "fixed-response",
      Order: 2,
      FixedResponseConfig: { StatusCode: "200", MessageBody: "hello" },
    };
    const hasSession = "{ var(txn.identity) -m found }";

    it("sends whom it does not know to log in", () => {
      expect(linesFor([hello, login()])).toContain(`use_backend login if RULE !${hasSession}`);
    });

    it("answers only whom it knows, though the action stands first in the list", () => {
      expect(linesFor([hello, login()]).find((line) => line.includes("hello"))).toMatch(
        /if RULE \{ var\(txn\.identity\) -m found \}$/,
      );
      expect(linesFor([hello, login("allow")]).find((line) => line.includes("hello"))).toMatch(/if RULE$/);
    });

    it("refuses whom it does not know where it is told to", () => {
      expect(linesFor([hello, login("deny")])).toContain(
        `http-request return status 401  hdr Server awselb/2.0 if RULE !${hasSession}`,
      );
    });
  });

  it("with an action that is not known is refused", () => {
    expect(() => linesFor([{ Type: "jwt-validation" as never }])).toThrow(
      "The action jwt-validation has no stand-in here.",
    );
  });
});

describe("attributes of a load balancer", () => {
  const frontend = (attributes: Record<string, string>, listener = http({ Actions: [to("web")] })) =>
    section(`frontend ${listener.Port}`, { attributes, listeners: [listener] });

  it.each([
    ["routing.http.xff_header_processing.mode", "remove", "http-request del-header x-forwarded-for"],
    [
      "routing.http.xff_client_port.enabled",
      "true",
      'http-request set-header X-Forwarded-For "%[req.fhdr(x-forwarded-for)], %[src]:%[src_port]" if { req.fhdr(x-forwarded-for) -m found }',
    ],
    ["routing.http.drop_invalid_header_fields.enabled", "true", "http-request del-header '[^-A-Za-z0-9]' -m reg"],
  ])("%s: %s", (key, value, line) => {
    expect(frontend({ [key]: value })).toContain(line);
    expect(frontend({})).not.toContain(line);
  });

  it("leave X-Forwarded-For alone where it is to be preserved", () => {
    expect(frontend({ "routing.http.xff_header_processing.mode": "preserve" }).join()).not.toMatch(/x-forwarded-for/i);
  });

  it("leave the host alone where it is to be preserved", () => {
    const listener = { ...http({ Actions: [to("web")] }), Port: 8080 };
    const line = "http-request set-header Host %[req.hdr(host)]:8080 if !{ req.hdr(host) -m sub : }";
    expect(frontend({}, listener)).toContain(line);
    expect(frontend({ "routing.http.preserve_host_header.enabled": "true" }, listener)).not.toContain(line);
  });

  it("say how long a connection may be idle", () => {
    const lines = section("defaults", { attributes: { "idle_timeout.timeout_seconds": "120" } });
    expect(lines).toEqual(expect.arrayContaining(["timeout client 120s", "timeout server 120s"]));
  });

  it.each([
    ["ELBSecurityPolicy-TLS13-1-2-2021-06", {}, "ssl-min-ver TLSv1.2 alpn h2,http/1.1"],
    ["ELBSecurityPolicy-TLS13-1-3-2021-06", {}, "ssl-min-ver TLSv1.3 alpn h2,http/1.1"],
    ["ELBSecurityPolicy-2016-08", { "routing.http2.enabled": "false" }, "ssl-min-ver TLSv1.2 alpn http/1.1"],
  ])("and %s say which TLS a listener speaks", (SslPolicy, attributes, expected) => {
    const listener = { ...http({ Actions: [to("web")] }), Port: 443, Protocol: "HTTPS" as const, SslPolicy };
    expect(frontend(attributes, listener)[0]).toBe(`bind :443 ssl crt /etc/haproxy/443.pem ${expected}`);
  });
});

describe("a target group", () => {
  const backend = (settings: Partial<DeployedTargetGroup>, more: Partial<Rendering> = {}) =>
    section("backend web.0123", { targetGroups: [group("web", settings)] }, more);
  const target = { address: "10.0.0.4", port: 3000, passed: true };

  it("has its health checks, each target with its own address as their host", () => {
    const settings: Partial<DeployedTargetGroup> = {
      HealthCheckPath: "/up?a=b",
      HealthCheckTimeoutSeconds: 4,
      HealthCheckIntervalSeconds: 15,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 3,
      Matcher: { HttpCode: "200-299,301" },
    };
    expect(backend(settings, { targets: new Map([[arnOf("web"), [target]]]) })).toEqual([
      "balance roundrobin",
      "option httpchk",
      "timeout check 4s",
      "http-check send meth GET uri /up\\x3fa=b ver HTTP/1.1 hdr Host %[srv_name] hdr User-Agent ELB-HealthChecker/2.0",
      "http-check expect status 200-299,301",
      "server 10.0.0.4:3000 10.0.0.4:3000 weight 1 check inter 15s fall 3 rise 2 verify none",
    ]);
  });

  it("gives no request to a target that has not passed yet, but for when it fails open", () => {
    const targets = new Map([[arnOf("web"), [{ ...target, passed: false }]]]);
    expect(backend({}, { targets }).at(-1)).toContain("weight 0 check");
    expect(section("backend web.0123.open", {}, { targets }).at(-1)).toBe(
      "server 10.0.0.4:3000 10.0.0.4:3000 verify none",
    );
  });

  it.each<[string, Partial<DeployedTargetGroup>, string]>([
    ["HTTPS", { Protocol: "HTTPS" }, "ssl verify none"],
    ["HTTP/2", { ProtocolVersion: "HTTP2" }, "verify none proto h2"],
    ["a health check on a port of its own", { HealthCheckPort: "9000" }, "port 9000"],
  ])("speaks %s with its targets", (_, settings, expected) => {
    expect(backend(settings, { targets: new Map([[arnOf("web"), [target]]]) }).at(-1)).toContain(expected);
  });
});
