import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../tools/lib/process/ports.ts";
import { AppServer, ask, upgrade } from "../support/app-server.ts";
import { canMakeRootReadOnly, checkNginx, type Nginx, NginxImage, USER_ID } from "../support/nginx-image.ts";
import { notRun } from "../support/not-run.ts";
import { endToEnd } from "./requirement.ts";

const DOMAIN = "operation-app.example.com";
/** What the load balancer puts before nginx when somebody has asked for the domain by HTTPS. */
const FROM_BROWSER = { Host: DOMAIN, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7" };
const DIGEST = "0123abcd";
const ASSET = `/assets/application-${DIGEST}.js`;
const FOREVER = "public, max-age=31536000, immutable";

const mayRun = await endToEnd(checkNginx);

describe.runIf(mayRun)("the nginx image's configuration, in the real nginx", () => {
  const image = new NginxImage();
  const app = new AppServer();
  let nginx: Nginx;

  beforeAll(async () => {
    await app.start();
    nginx = await image.start({
      env: { APP_UPSTREAM: `127.0.0.1:${app.port}`, APP_HOST: DOMAIN },
      files: {
        [ASSET]: "console.log(1)",
        "/vite/assets/main-Dk_3-xZ9.css": "p {}",
        "/robots.txt": "User-agent: *",
        "/404.html": "<h1>not found</h1>",
        "/.git/config": "[core]",
        "/.well-known/assetlinks.json": "[]",
        "/assets/.manifest.json": "{}",
      },
    });
  });
  afterAll(async () => {
    app.stop();
    await image.removeAll();
  });

  describe("tells Rails", () => {
    it("which host the browser asked for, with its port", async () => {
      const { asked } = await ask(nginx.port, "/", { headers: { ...FROM_BROWSER, Host: `${DOMAIN}:8443` } });
      expect(asked().headers.host).toBe(`${DOMAIN}:8443`);
    });

    it.each(["https", "http"])("that the browser spoke %s, whatever came to nginx", async (protocol) => {
      const { asked } = await ask(nginx.port, "/", { headers: { ...FROM_BROWSER, "X-Forwarded-Proto": protocol } });
      expect(asked().headers["x-forwarded-proto"]).toBe(protocol);
    });

    it("that it was HTTP where there is no load balancer", async () => {
      const { asked } = await ask(nginx.port, "/", { headers: { Host: "localhost:8080" } });
      expect(asked().headers).toMatchObject({ host: "localhost:8080", "x-forwarded-proto": "http" });
    });

    it("the addresses that the request came over, the client's first", async () => {
      const { asked } = await ask(nginx.port, "/", { headers: FROM_BROWSER });
      expect(asked().headers["x-forwarded-for"]).toBe("203.0.113.7, 127.0.0.1");
    });

    it("what the browser sent: path, query and body", async () => {
      const body = Buffer.alloc(2 * 1024 * 1024);
      const { asked } = await ask(nginx.port, "/a%2Fb?c=%20d", { method: "POST", headers: FROM_BROWSER, body });
      expect(asked()).toMatchObject({
        method: "POST",
        url: "/a%2Fb?c=%20d",
        httpVersion: "1.1",
        bodyLength: body.length,
      });
    });

    it.each(["X-Forwarded-Host", "X-Forwarded-Scheme", "X-Forwarded-Ssl", "Forwarded", "Client-Ip"])(
      "nothing of %s, which anybody can send",
      async (name) => {
        const { asked } = await ask(nginx.port, "/", { headers: { ...FROM_BROWSER, [name]: "evil.example" } });
        expect(asked().headers).not.toHaveProperty(name.toLowerCase());
      },
    );
  });

  describe("on the load balancer's health check", () => {
    it.each(["192.168.1.23", "192.168.1.23:8080"])("shows Rails the domain over HTTPS in place of %s", async (host) => {
      const headers = { Host: host, "User-Agent": "ELB-HealthChecker/2.0" };
      const { status, asked } = await ask(nginx.port, "/up", { headers });
      expect(status).toBe(200);
      expect(asked()).toMatchObject({ url: "/up", headers: { host: DOMAIN, "x-forwarded-proto": "https" } });
    });

    it("leaves people alone that ask for an address through the load balancer", async () => {
      const { asked } = await ask(nginx.port, "/", { headers: { ...FROM_BROWSER, Host: "198.51.100.4" } });
      expect(asked().headers.host).toBe("198.51.100.4");
    });

    it("says what Rails says", async () => {
      expect((await ask(nginx.port, "/up?status=503", { headers: { Host: "192.168.1.23" } })).status).toBe(503);
    });

    it("logs a failure, and no success", async () => {
      await ask(nginx.port, "/up-good", { headers: { Host: "192.168.1.23" } });
      await ask(nginx.port, "/up-bad?status=500", { headers: { Host: "192.168.1.23" } });
      await untilLogged("/up-bad");
      expect(loggedPaths()).not.toContain("/up-good");
    });
  });

  describe("serves public/", () => {
    it("without Rails, and for ever where a digest is in the name", async () => {
      const { status, headers, body } = await ask(nginx.port, ASSET, { headers: FROM_BROWSER });
      expect({ status, body: body.toString() }).toEqual({ status: 200, body: "console.log(1)" });
      expect(headers["cache-control"]).toBe(FOREVER);
      expect(headers["content-type"]).toMatch(/javascript/);
      expect(headers["x-content-type-options"]).toBe("nosniff");
    });

    it("with Vite's digests too", async () => {
      expect((await ask(nginx.port, "/vite/assets/main-Dk_3-xZ9.css")).headers["cache-control"]).toBe(FOREVER);
    });

    it.each(["/robots.txt", "/404.html"])("but asks to keep %s no time at all", async (path) => {
      const { status, headers } = await ask(nginx.port, path);
      expect(status).toBe(200);
      expect(headers).not.toHaveProperty("cache-control");
    });

    it("and leaves an asset of another version to Rails", async () => {
      const { asked, headers } = await ask(nginx.port, "/assets/application-ffffffff.js");
      expect(asked().url).toBe("/assets/application-ffffffff.js");
      expect(headers).not.toHaveProperty("cache-control");
    });

    it.each(["/.git/config", "/assets/.manifest.json", "/.env"])("but %s is not served", async (path) => {
      expect((await ask(nginx.port, path)).status).toBe(404);
    });

    it("and the files that prove a domain", async () => {
      expect((await ask(nginx.port, "/.well-known/assetlinks.json")).body.toString()).toBe("[]");
    });
  });

  it("compresses Rails's answers, and sends assets that are compressed already", async () => {
    const zipped = await image.start({
      env: { APP_UPSTREAM: `127.0.0.1:${app.port}` },
      files: {
        "/assets/a-01234567.css": "p {}",
        "/assets/a-01234567.css.gz": gzipSync("p { color: red }"),
      },
    });
    const headers = { ...FROM_BROWSER, "Accept-Encoding": "gzip", "X-Padding": "x".repeat(2_000) };
    const dynamic = await ask(zipped.port, "/", { headers });
    expect(dynamic.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
    expect(gunzipSync(dynamic.body).toString()).toContain('"url":"/"');
    const asset = await ask(zipped.port, "/assets/a-01234567.css", { headers });
    expect(asset.headers).toMatchObject({ "content-encoding": "gzip", "cache-control": FOREVER });
    expect(gunzipSync(asset.body).toString()).toBe("p { color: red }");
  });

  it("lets a WebSocket through, both ways", async () => {
    const socket = await upgrade(nginx.port, "/cable");
    const echo = new Promise((resolve) => socket.once("data", (data) => resolve(data.toString())));
    socket.write("ping");
    expect(await echo).toBe("ping");
    socket.destroy();
  });

  it("takes a connection of its own for each request, so that Service Connect can spread them", async () => {
    expect((await ask(nginx.port, "/", { headers: FROM_BROWSER })).asked().headers.connection).toBe("close");
  });

  it("refuses a body above the limit with 413, and says 20 MB where none is set", async () => {
    const headers = { ...FROM_BROWSER, "Content-Length": String(20 * 1024 * 1024 + 1), Expect: "100-continue" };
    expect((await ask(nginx.port, "/", { method: "POST", headers })).status).toBe(413);
  });

  it("takes the long cookies of a login at the load balancer, and Rails's long headers", async () => {
    const headers = { ...FROM_BROWSER, Cookie: "c".repeat(20_000), "X-Amzn-Oidc-Data": "d".repeat(10_000) };
    const answer = await ask(nginx.port, "/?headerLength=20000", { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers["x-large"]).toHaveLength(20_000);
    expect(answer.asked().headers.cookie).toHaveLength(20_000);
  });

  it("doesn't say its version", async () => {
    const { headers, body } = await ask(nginx.port, "/.env");
    expect(headers.server).toBe("nginx");
    expect(body.toString()).not.toMatch(/nginx\/\d/);
  });

  it("logs requests as JSON on standard output, without their queries", async () => {
    await ask(nginx.port, "/reset?token=s3cret", { headers: { ...FROM_BROWSER, "User-Agent": 'a "browser"' } });
    const line = await untilLogged("/reset");
    expect(JSON.parse(line)).toMatchObject({
      method: "GET",
      path: "/reset",
      status: 200,
      host: DOMAIN,
      forwarded_for: "203.0.113.7",
      user_agent: 'a "browser"',
    });
    expect(nginx.log().join("\n")).not.toContain("s3cret");
  });

  it("answers 502 while Rails is away, to the health check too, and stands by itself", async () => {
    const alone = await image.start({
      env: { APP_UPSTREAM: `127.0.0.1:${await freePort()}` },
      files: { "/robots.txt": "User-agent: *" },
    });
    expect((await ask(alone.port, "/")).status).toBe(502);
    expect((await ask(alone.port, "/up", { headers: { Host: "192.168.1.23" } })).status).toBe(502);
    expect((await ask(alone.port, "/nginx-up", { headers: { Host: "192.168.1.23" } })).status).toBe(200);
    expect((await ask(alone.port, "/robots.txt")).status).toBe(200);
  });

  const readOnly =
    canMakeRootReadOnly || (mayRun && notRun("A read-only root for nginx needs root and unshare: sudo npm test"));
  it.runIf(readOnly)("runs as the image's user, with a read-only root file system", () => {
    const status = readFileSync(`/proc/${nginx.pid}/status`, "utf8");
    expect(status).toMatch(new RegExp(`^Uid:\\s+${USER_ID}\\s+${USER_ID}\\s`, "m"));
    const root = readFileSync(`/proc/${nginx.pid}/mountinfo`, "utf8")
      .split("\n")
      .map((line) => line.split(" "))
      .filter(([, , , , mountPoint]) => mountPoint === "/");
    expect(root.map(([, , , , , options]) => options?.split(",")[0])).toEqual(["ro"]);
  });

  it("lets the request in hand end when it gets a signal to stop, and then ends well", async () => {
    const stopping = await image.start({ env: { APP_UPSTREAM: `127.0.0.1:${app.port}` } });
    const answer = ask(stopping.port, "/?delayMs=500", { headers: FROM_BROWSER });
    await sleep(100);
    stopping.signal("SIGQUIT");
    await sleep(100);
    await expect(ask(stopping.port, "/nginx-up")).rejects.toThrow("ECONNREFUSED");
    expect((await answer).status).toBe(200);
    expect((await stopping.ended).exitCode).toBe(0);
  });

  describe("finds the app by its Service Connect name", () => {
    it("at the IPv4 address, where the name stands for an unreachable IPv6 one too", async () => {
      const named = await image.start({
        env: { APP_UPSTREAM: `app:${app.port}` },
        hosts: ["127.0.0.1 localhost", "2600:f0f0:0:0:0:0:0:1 app", "127.0.0.1 other app"],
      });
      expect((await ask(named.port, "/", { headers: FROM_BROWSER })).status).toBe(200);
      expect(readFileSync(`${named.runDirectory}/nginx.conf`, "utf8")).toContain(`server 127.0.0.1:${app.port};`);
    });

    it("or ends at once and says so, so that ECS goes back to what ran before", async () => {
      const hosts = ["127.0.0.1 localhost", "127.0.0.1 app.example"];
      await expect(image.start({ env: { APP_UPSTREAM: "app.invalid:3000" }, hosts })).rejects.toThrow(
        'host not found in upstream "app.invalid:3000"',
      );
    });
  });

  function loggedPaths(): string[] {
    return nginx.log().map((line) => JSON.parse(line).path);
  }

  /** nginx writes its log after the answer. */
  async function untilLogged(path: string): Promise<string> {
    await expect.poll(loggedPaths).toContain(path);
    return nginx.log().find((line) => JSON.parse(line).path === path) ?? "";
  }
});
