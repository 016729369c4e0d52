import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connect } from "node:tls";
import type { Action } from "@aws-sdk/client-elastic-load-balancing-v2";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Target } from "../../../tools/local/service/load-balancer/targets.ts";
import { type Answer, ask, type Question } from "../../support/app-server.ts";
import { endToEnd } from "../requirement.ts";
import { BALANCER, type Group, Site } from "./load-balancer-setup.ts";
import { checkContainers } from "./requirement.ts";

const DOMAIN = "operation-app.example.com";
const POLL = { timeout: 60_000, interval: 500 };

const mayRun = await endToEnd(checkContainers);

describe.runIf(mayRun)("what stands in for the load balancer", () => {
  let site: Site;
  let web: Group;
  let api: Group;
  let first: Target;
  let https: string;

  const forward = ({ arn }: Group): Action => ({ Type: "forward", TargetGroupArn: arn });
  const fixed = (StatusCode: string, MessageBody: string): Action => ({
    Type: "fixed-response",
    FixedResponseConfig: { StatusCode, ContentType: "text/plain", MessageBody },
  });
  const paths = (...Values: string[]) => [{ Field: "path-pattern", PathPatternConfig: { Values } }];
  const stateOf = async (group: Group, target: Target) => {
    await site.balancers.reconcile();
    return site.balancers.healthOf(group.arn, target)?.State;
  };
  const healthy = (group: Group, target: Target) => expect.poll(() => stateOf(group, target), POLL).toBe("healthy");

  beforeAll(async () => {
    site = await Site.start();
    web = await site.createGroup("web");
    api = await site.createGroup("api");
    await site.createListener(80, {
      Type: "redirect",
      RedirectConfig: { Protocol: "HTTPS", Port: "443", StatusCode: "HTTP_301" },
    });
    https = await site.createListener(443, forward(web), DOMAIN);
    await site.createListener(8080, forward(web));
    const rules = [
      { Priority: 20, Conditions: paths("/api/*"), Actions: [forward(api)] },
      { Priority: 10, Conditions: paths("/api/v?"), Actions: [fixed("410", 'It\'s "gone": 100 %\n')] },
      { Priority: 30, Conditions: paths("/API/*"), Actions: [fixed("404", "")] },
    ];
    for (const rule of rules) await site.createRule({ ListenerArn: https, ...rule });
    await site.settle();
    first = await web.start("web-1");
    await site.balancers.register(web.arn, first);
  });
  afterAll(() => site?.stop());

  it("answers 503 where no target is registered", async () => {
    const { status, body } = await askHttps("/api/users");
    expect({ status, body: String(body) }).toMatchObject({ status: 503, body: expect.stringContaining("503 Service") });
  });

  it("forwards to a target that has passed its first health check, and says what ELB says until then", async () => {
    const target = await web.start("web-early");
    await site.balancers.register(web.arn, target);
    expect(site.balancers.healthOf(web.arn, target)).toMatchObject({ State: "initial", Reason: /^Elb\./ });
    await healthy(web, target);
    expect(site.balancers.healthOf(web.arn, target)).toEqual({ State: "healthy" });
    await site.balancers.deregister(web.arn, target);
  });

  it("redirects to HTTPS, with path and query, to the port at which that is reached here", async () => {
    const { status, headers } = await ask(site.portOf(80), "/a/b?c=d%20e", { headers: { Host: DOMAIN } });
    expect(status).toBe(301);
    expect(headers.location).toBe(`https://${DOMAIN}:${site.portOf(443)}/a/b?c=d%20e`);
    expect((await ask(site.portOf(80), "/")).headers.location).toBe(`https://127.0.0.1:${site.portOf(443)}/`);
  });

  it("follows the first rule by priority, with its wildcards, and minds case in paths", async () => {
    await healthy(web, first);
    const fixedAnswer = await askHttps("/api/v1");
    expect({ status: fixedAnswer.status, body: fixedAnswer.body.toString() }).toEqual({
      status: 410,
      body: 'It\'s "gone": 100 %\n',
    });
    expect((await askHttps("/api/v10")).status).toBe(503);
    expect(await askHttps("/API/x")).toMatchObject({ status: 404, body: Buffer.from("") });
    expect((await askHttps("/Api/x")).headers["x-target"]).toBe("web-1");
  });

  it("tells the target who asked, and how", async () => {
    await healthy(web, first);
    const { body } = await askHttps("/", {
      "X-Forwarded-For": "203.0.113.7",
      "X-Forwarded-Proto": "http",
      "X-Amzn-Oidc-Data": "forged",
    });
    const headers = headersIn(body);
    expect(headers["x-forwarded-for"]).toMatch(/^203\.0\.113\.7, [\d.]+$/);
    expect(headers).toMatchObject({ host: DOMAIN, "x-forwarded-proto": "https", "x-forwarded-port": "443" });
    expect(headers["x-amzn-trace-id"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(headers).not.toHaveProperty("x-amzn-oidc-data");
    const plain = headersIn((await ask(site.portOf(8080), "/", { headers: { Host: "example.com" } })).body);
    expect(plain).toMatchObject({ host: "example.com:8080", "x-forwarded-proto": "http", "x-forwarded-port": "8080" });
  });

  it("speaks TLS with a certificate for the names of ACM's, and HTTP/2", async () => {
    const socket = connect({
      host: "127.0.0.1",
      port: site.portOf(443),
      servername: DOMAIN,
      ALPNProtocols: ["h2", "http/1.1"],
      rejectUnauthorized: false,
    });
    await once(socket, "secureConnect");
    expect(socket.alpnProtocol).toBe("h2");
    expect(socket.getPeerCertificate().subjectaltname).toContain(`DNS:${DOMAIN}`);
    socket.destroy();
  });

  it("finds a target unhealthy whose health check answers 301, says so in ELB's words, and fails open", async () => {
    const moved = await site.createGroup("moved", { HealthCheckPath: "/moved" });
    await site.createListener(8081, forward(moved));
    await site.settle();
    const target = await moved.start("moved-1");
    await site.balancers.register(moved.arn, target);
    await expect.poll(() => stateOf(moved, target), POLL).toBe("unhealthy");
    expect(site.balancers.healthOf(moved.arn, target)).toEqual({
      State: "unhealthy",
      Reason: "Target.ResponseCodeMismatch",
      Description: "Health checks failed with these codes: [301]",
    });
    expect((await ask(site.portOf(8081), "/")).headers["x-target"]).toBe("moved-1");
  });

  it("gives a request to another target than the one that drains, and loses none, not even one in hand", async () => {
    const group = await site.createGroup("drained");
    const ListenerArn = await site.createListener(8082, forward(group));
    await site.settle();
    const [before, after] = [await group.start("before"), await group.start("after")];
    await site.balancers.register(group.arn, before);
    await healthy(group, before);

    const load = new Load(site.portOf(8082));
    await sleep(1_000);
    await site.balancers.register(group.arn, after);
    await healthy(group, after);
    // In turns, but for what the load asks in between: some go to each.
    const inHand = Array.from({ length: 6 }, () => ask(site.portOf(8082), "/slow"));
    await sleep(200);
    await site.balancers.deregister(group.arn, before);
    expect(site.balancers.healthOf(group.arn, before)).toEqual({
      State: "draining",
      Reason: "Target.DeregistrationInProgress",
      Description: "Target deregistration is in progress",
    });
    const drainingSince = Date.now();
    const slow = (await Promise.all(inHand)).map(({ status, headers }) => `${status} ${headers["x-target"]}`);
    expect([...new Set(slow)].sort()).toEqual(["200 after", "200 before"]);
    await expect.poll(() => stateOf(group, before), POLL).toBeUndefined();
    // A reload, too, while requests are on their way.
    await site.createRule({ ListenerArn, Priority: 1, Conditions: paths("/new"), Actions: [fixed("200", "")] });
    await site.settle();
    expect((await ask(site.portOf(8082), "/new")).status).toBe(200);
    await sleep(500);
    const answers = await load.end();
    expect(answers.filter(({ outcome }) => !/^200 (before|after)$/.test(outcome))).toEqual([]);
    expect(answers.filter(({ at, outcome }) => at > drainingSince && outcome === "200 before")).toEqual([]);
    expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(["200 before", "200 after"]));
  });

  it("is late where no answer to the connection comes, and a bad gateway where it is refused", async () => {
    const group = await site.createGroup("broken", { HealthCheckIntervalSeconds: 60, HealthCheckTimeoutSeconds: 30 });
    await site.createListener(8084, forward(group));
    await site.settle();
    const target = await group.start("broken-1");
    // The target's security group does not open this port, so that nothing comes back.
    await site.balancers.register(group.arn, { ...target, port: 2999 });
    expect((await ask(site.portOf(8084), "/")).status).toBe(504);
    await site.balancers.deregister(group.arn, { ...target, port: 2999 });
    await site.kill("broken-1");
    await site.balancers.register(group.arn, target);
    expect((await ask(site.portOf(8084), "/")).status).toBe(502);
  });

  it("has people log in with the user pool's pages, and tells the target who they are", async () => {
    const user = { name: "alice", password: "Correct-horse-7" };
    const AuthenticateCognitoConfig = await site.createUserPool(DOMAIN, user);
    const login: Action = { Type: "authenticate-cognito", Order: 1, AuthenticateCognitoConfig };
    await site.createRule({
      ListenerArn: https,
      Priority: 5,
      Conditions: paths("/private/*"),
      Actions: [login, { ...forward(web), Order: 2 }],
    });
    await site.settle();
    await healthy(web, first);

    const stranger = await askHttps("/private/a?b=c", { "X-Amzn-Oidc-Identity": "forged" });
    expect(stranger.status).toBe(302);
    const nonce = stranger.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    const authorize = new URL(stranger.headers.location ?? "");
    const toPage = await fetch(authorize, { redirect: "manual" });
    const loggedIn = await fetch(new URL(toPage.headers.get("location") ?? "", authorize), {
      method: "POST",
      body: new URLSearchParams({ username: user.name, password: user.password, step: "PASSWORD" }),
      redirect: "manual",
    });
    const back = new URL(loggedIn.headers.get("location") ?? "");
    expect(back.origin).toBe(`https://${DOMAIN}`);

    const session = await askHttps(`${back.pathname}${back.search}`, { Cookie: nonce });
    expect({ status: session.status, to: session.headers.location }).toEqual({ status: 302, to: "/private/a?b=c" });
    const cookie = session.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
    expect(cookie).toMatch(/^AWSELBAuthSessionCookie-0=/);
    const asAlice = async () => {
      const answer = await askHttps("/private/a?b=c", { Cookie: cookie, "X-Amzn-Oidc-Identity": "forged" });
      expect(answer.headers["x-target"]).toBe("web-1");
      return headersIn(answer.body);
    };
    const headers = await asAlice();
    expect(headers["x-amzn-oidc-identity"]).not.toBe("forged");
    expect(decodeJwt(headers["x-amzn-oidc-data"] ?? "")).toMatchObject({
      username: "alice",
      sub: headers["x-amzn-oidc-identity"],
    });
    expect(decodeJwt(headers["x-amzn-oidc-accesstoken"] ?? "")).toMatchObject({ token_use: "access" });

    await site.createRule({ ListenerArn: https, Priority: 6, Conditions: paths("/new"), Actions: [fixed("200", "")] });
    await site.settle();
    expect(await asAlice()).toMatchObject({ "x-amzn-oidc-identity": headers["x-amzn-oidc-identity"] });
    expect((await askHttps("/private/", { Cookie: `${cookie}0` })).status).toBe(302);
  });

  it("comes back by itself where haproxy has ended", async () => {
    await healthy(web, first);
    await site.kill(BALANCER);
    await expect(site.balancers.reconcile()).rejects.toThrow();
    await site.settle();
    await healthy(web, first);
    expect((await askHttps("/")).headers["x-target"]).toBe("web-1");
  });

  async function askHttps(path: string, headers: Question["headers"] = {}): Promise<Answer> {
    return ask(site.portOf(443), path, { headers: { Host: DOMAIN, ...headers }, isSecure: true });
  }
});

/** Headers that a target answers with, by name; their lines end as a URL would write it. */
function headersIn(body: Buffer): Record<string, string> {
  const [, ...lines] = body.toString().split(/\n|%0D%0A/);
  return Object.fromEntries(lines.map((line) => line.split(/: (.*)/).slice(0, 2)));
}

/** A request every 20 ms, as long as it is not ended. */
class Load {
  private readonly port: number;
  private readonly answers: Promise<{ at: number; outcome: string }>[] = [];
  private readonly timer = setInterval(() => this.answers.push(this.ask()), 20);

  constructor(port: number) {
    this.port = port;
  }

  /** What became of each, by when it was sent. */
  async end() {
    clearInterval(this.timer);
    return Promise.all(this.answers);
  }

  private async ask() {
    const at = Date.now();
    try {
      const { status, headers } = await ask(this.port, "/");
      return { at, outcome: `${status} ${headers["x-target"]}` };
    } catch (error) {
      return { at, outcome: String(error) };
    }
  }
}
