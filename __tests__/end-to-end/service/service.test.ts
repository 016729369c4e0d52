import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../../../tools/lib/process/ports.ts";
import { secretValues } from "../../support/secret-values.ts";
import { endToEnd } from "../requirement.ts";
import { checkBrowser, Person, startBrowser } from "./browser.ts";
import { knock, OWN_ADDRESS, printed } from "./knock.ts";
import { type Answer, Load, lost } from "./load.ts";
import { HOLD_LOCK, LOGIN } from "./ruby.ts";
import { BUCKET, checkWorld, printedBy, World } from "./world.ts";

/** A page that reads MySQL and Redis, without a login. */
const COUNTER = "/counter";
const EVERY_MS = 20;
/** What the app has beside what everybody has, as docs/rails.md says. */
const SETTINGS = {
  "  ecs: {\n": `  storage: {},
  mail: { from: "no-reply@example.com" },
  ecs: {
    schedules: { purge: { when: "cron(0 3 * * ? *)", command: ["bin/rails", "uploads:purge_unattached[0]"] } },
`,
};
/** Two pixels wide. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4zwAE/wEHAAH/4iOeWQAAAABJRU5ErkJggg==",
  "base64",
);
const PDF = Buffer.from("%PDF-1.4 pretends to be a picture");
const MASTER = 'username: "operation_app",';
const SECRET = "SECRET_KEY_BASE";
const VALUE = "0123456789abcdef".repeat(8);
const PAGE = "<!doctype html><title>Maintenance</title><h1>Back at noon</h1>";
const FAILING_MIGRATION = [
  "USER root",
  `RUN echo 'class Fail < ActiveRecord::Migration[7.2]; def change = raise("No such column"); end' > db/migrate/20260201000000_fail.rb`,
  "USER 1000:1000",
];
const NOTHING_TO_SERVE = `CMD ["ruby", "-e", "abort 'There is nothing to serve'"]`;
/** Only for what hangs. */
const WORLD_MS = 45 * 60_000;

/**
 * The whole service on this machine, made by `npm run deploy:local` and used as its users and its developers use it.
 *
 * A world takes minutes to make: these tests share one, and each goes on where the one before has left it.
 */
describe.runIf(
  await endToEnd(async () => {
    checkBrowser();
    await checkWorld();
  }),
)("the service on this machine", () => {
  let world: World;
  let browser: Browser;
  let ichiro: Person;
  /** Where ichiro's picture went. */
  let signed: URL;

  beforeAll(async () => {
    [world, browser] = await Promise.all([World.start(SETTINGS), startBrowser()]);
  }, WORLD_MS);
  afterAll(async () => {
    await browser?.close();
    if (!world) return;
    const { before, after } = await world.end();
    expect(before.length).toBeGreaterThan(10);
    expect(after).toEqual([]);
  }, WORLD_MS);

  const good = async (...args: string[]) => {
    const { exitCode, all } = await world.infra(...args);
    expect(exitCode, all).toBe(0);
    return all;
  };
  const until = async (isSo: () => Promise<boolean>) => {
    while (!(await isSo())) await sleep(250);
  };
  const answers = async () => (await world.answer("/up")).status === 200;

  describe("to who has deployed it", () => {
    it("tells in at most 40 lines what was proved, and where it is open", () => {
      expect(world.story).toContain("A second plan is empty: exit code 0 of -detailed-exitcode");
      expect(world.story).toContain("A user signs up and logs in with password and code: ");
      expect(world.story).toContain("Not as on AWS: ");
      expect(world.story).toContain("and healthy");
      expect(world.story).toContain(`Open ${world.url}`);
      // Beside what is said every minute.
      const lines = world.story.split("\n").filter((line) => !line.includes("│"));
      expect(lines.length, world.story).toBeLessThanOrEqual(40);
    });

    it("prints and synthesizes no secret", async () => {
      const [, endpoint = ""] = /The emulator stays at (\S+);/.exec(world.story) ?? [];
      const secrets = await secretValues(endpoint);
      expect(secrets).toHaveLength(4); // RDS's, Redis's, Cognito's and Rails's own
      for (const secret of secrets) expect(world.written.includes(secret), "a secret was written").toBe(false);
    });

    it("stays as it is when nothing has changed", async () => {
      const { exitCode, all } = await world.deployAgain();
      expect(exitCode, all).toBe(0);
      expect(all).toContain("production stands in ");
      expect(all).toContain(`Open ${world.url}`);
      expect(all).toContain("is released already");
    });
  });

  describe("to a person with a browser", () => {
    it("offers to sign up, and refuses a weak password", async () => {
      ichiro = await Person.create(browser, world.url, "ichiro");
      await ichiro.open();
      expect(await ichiro.heading()).toBe("Welcome");
      await ichiro.picture("welcome");
      await ichiro.signUp("password");
      expect(await ichiro.problem()).toContain("This password is too weak.");
    });

    it("wants an authenticator app before anything else, added by a key or its QR code", async () => {
      await ichiro.signUp();
      expect(await ichiro.heading()).toBe("Add your authenticator app");
      expect(await ichiro.page.getByRole("img", { name: "QR code with the key" }).isVisible()).toBe(true);
      await ichiro.picture("authenticator");
      await ichiro.addKey();

      await ichiro.enterCode(ichiro.wrongCode());
      expect(await ichiro.problem()).toContain("This code is wrong.");
      await ichiro.open();
      expect(await ichiro.heading()).toBe("Welcome");
    });

    it("lets nobody in who skips that: the password leads there again", async () => {
      await ichiro.logIn();
      expect(await ichiro.heading()).toBe("Add your authenticator app");
      await ichiro.open("/code");
      expect(await ichiro.heading()).toBe("Log in");
    });

    it("lets them in with the code of their authenticator app, and shows MySQL's row and Redis's counter", async () => {
      await ichiro.logIn();
      await ichiro.addKey();
      await ichiro.enterCode();
      expect(await ichiro.heading()).toBe("Hello, ichiro");
      expect(await ichiro.page.locator("#logins").innerText()).toBe("1");
      const visits = Number(await ichiro.page.locator("#visits").innerText());
      await ichiro.open();
      expect(Number(await ichiro.page.locator("#visits").innerText())).toBeGreaterThan(visits);
      await ichiro.picture("logged-in");
    });

    it("lets them in again with password and code, and with nothing less", async () => {
      await ichiro.logOut();
      await ichiro.logIn("Wrong4-Horse");
      expect(await ichiro.problem()).toContain("The user name or the password is wrong");
      await ichiro.logIn();
      expect(await ichiro.heading()).toBe("Enter your code");
      await ichiro.picture("code");
      await ichiro.enterCode(ichiro.wrongCode());
      expect(await ichiro.problem()).toContain("This code is wrong.");
      await ichiro.enterCode();
      expect(await ichiro.heading()).toBe("Hello, ichiro");
      expect(await ichiro.page.locator("#logins").innerText()).toBe("2");
    });

    it("takes a code once", async () => {
      const other = await Person.create(browser, world.url, "jiro");
      await other.signUp();
      await other.addKey();
      const code = await other.enterCode();
      expect(await other.heading()).toBe("Hello, jiro");
      await other.logOut();
      await other.logIn();
      await other.enterCode(code);
      expect(await other.problem()).toBe("This code was used before. Wait for the next one.");
      await other.picture("code-used-before");
      await other.leave();
    });

    it("speaks Japanese to who wants that", async () => {
      const hanako = await Person.create(browser, world.url, "hanako", "ja-JP");
      await hanako.open();
      expect(await hanako.heading()).toBe("ようこそ");
      await hanako.signUp();
      expect(await hanako.heading()).toBe("認証アプリを追加");
      await hanako.picture("authenticator");
      await hanako.addKey();
      await hanako.enterCode();
      expect(await hanako.heading()).toBe("こんにちは、hanako さん");
      await hanako.picture("logged-in");
      await hanako.page.getByRole("link", { name: "English" }).click();
      await hanako.page.waitForURL(/locale=en/);
      expect(await hanako.heading()).toBe("Hello, hanako");
      await hanako.leave();
    });

    it("takes a picture from their browser straight into the bucket, and shows it", async () => {
      const put = ichiro.page.waitForRequest((request) => request.method() === "PUT");
      await ichiro.upload("me.png", "image/png", PNG);
      signed = new URL((await put).url());
      expect(signed.hostname).toBe(`${BUCKET}.s3.localhost`);
      expect(await world.files()).toEqual([PNG.length]);
      expect(await ichiro.widthOfPicture()).toBe(2);
      await ichiro.picture("picture");
      const download = ichiro.page.waitForEvent("download");
      await ichiro.page.locator("#download").click();
      expect((await download).suggestedFilename()).toBe("me.png");
    });

    it("lets no other page upload, even with a signed address, and nobody read without one", async () => {
      const elsewhere = await Person.create(browser, world.aws, "saburo");
      await elsewhere.open();
      const send = (url: string) => fetch(url, { method: "PUT", body: "x" }).then(String, String);
      expect(await elsewhere.page.evaluate(send, signed.href)).toBe("TypeError: Failed to fetch");
      expect(await world.files()).toEqual([PNG.length]);
      const answer = elsewhere.page.waitForResponse((response) => response.url().includes(signed.pathname));
      // An empty refusal is no page.
      await elsewhere.page.goto(`${signed.origin}${signed.pathname}`).catch(() => {});
      expect((await answer).status()).toBe(403);
      await elsewhere.leave();
    });

    it("sends a mail, from an address of its domain", async () => {
      expect(await ichiro.askForMail("ichiro@example.org")).toBe("Sent to ichiro@example.org.");
      expect(world.mailsTo("ichiro@example.org")).toContain("From: no-reply@example.com");
      expect(world.mailsTo("ichiro@example.org")).toContain("https://operation-app.example.com/");
    });

    it("keeps them logged in when the task of the app is killed, and another one has come", async () => {
      const [app] = await world.containers("app");
      await app?.stop(0);
      await until(async () => !(await answers()));
      await until(answers);
      await ichiro.open();
      expect(await ichiro.heading()).toBe("Hello, ichiro");
      expect(await ichiro.widthOfPicture(), "a picture is not on the task's disk").toBe(2);
      const [another] = await world.containers("app");
      expect(another?.name).not.toBe(app?.name);
    });
  });

  describe("to its developers", () => {
    it("says how it is", async () => {
      await until(async () => (await world.infra("status", "production")).exitCode === 0);
      const all = await good("status", "production");
      expect(all).toContain("production: every service is healthy.");
      expect(all).toMatch(/app 0\.1\.0/);
      expect(all).toMatch(/nginx 0\.1\.0/);
    });

    it("shows which ports the security groups open, and which they don't", async () => {
      const [app] = await world.containers("app");
      const [nginx] = await world.containers("nginx");
      if (!app || !nginx) throw new Error("Nothing runs.");
      const database = await printed(app, 'echo "$DATABASE_HOST"');
      const [ofApp, ofNginx] = [await printed(app, OWN_ADDRESS), await printed(nginx, OWN_ADDRESS)];
      expect(await knock(app, database, 3306)).toBe("open");
      expect(await knock(nginx, ofApp, 3000)).toBe("open");
      // Whoever is let in and finds nobody there is refused at once.
      expect(await knock(app, database, 3307), "a port between a pair that another port is open to").toBe("silent");
      expect(await knock(nginx, ofApp, 3001)).toBe("silent");
      expect(await knock(nginx, database, 3306), "a port in use, between a pair without a rule").toBe("silent");
      expect(await knock(app, ofNginx, 8080)).toBe("silent");
      expect(await knock(nginx, ofNginx, 8080), "the same, by itself").toBe("open");
    });

    it("runs a command beside the app, which finds what people have left in MySQL, and ends as it does", async () => {
      const names = 'bin/rails runner "puts User.order(:name).pluck(:name).inspect"; exit 7';
      const { exitCode, all } = await world.infra("run", "production", names);
      expect(all).toContain('["hanako", "ichiro", "jiro"]');
      expect(exitCode).toBe(7);
    });

    it("follows the logs of all services", async () => {
      const following = world.start(["logs", "production", "--follow", "--since", "30s"]);
      const printed = printedBy(following);
      for (const path of ["/seen-before", "/seen-meanwhile"]) {
        await world.answer(path);
        await until(async () => /app .*GET "\/seen/.test(printed()) && printed().includes(`"path":"${path}"`));
      }
      following.kill("SIGINT");
      expect((await following).exitCode).toBe(0);
    });

    it("shows visitors a page of their own during maintenance, leaves tasks alone, and lets through who is allowed", async () => {
      const tasks = [await names("nginx"), await names("app")];
      const { exitCode, all } = await world.start(["maintenance", "on", "production", "--page", "-"], PAGE);
      expect(exitCode, all).toBe(0);
      await until(async () => (await world.answer("/up")).status === 503);
      await ichiro.open();
      expect(await ichiro.heading()).toBe("Back at noon");
      expect((await world.infra("status", "production")).all).toContain("VISITORS GET 503");

      const everybody = ["0.0.0.0/1", "128.0.0.0/1"].flatMap((block) => ["--allow", block]);
      await good("maintenance", "on", "production", ...everybody);
      await until(answers);
      await good("maintenance", "off", "production");
      await until(async () => {
        await ichiro.open();
        return (await ichiro.heading()) === "Hello, ichiro";
      });
      expect([await names("nginx"), await names("app")]).toEqual(tasks);
    });

    it("restores the database from a vault into one beside it, which takes its place with all that people have left", async () => {
      const snapshot = await world.backUpIntoVault();
      expect(await good("restore", "production", "--list")).toContain(snapshot);
      const beside = await good("restore", "production", "--snapshot", snapshot);
      expect(beside).toMatch(/operation-app-restored-\d{12} exists, with the data of /);
      expect(await answers(), "the app goes on with the database that it had").toBe(true);

      const taken = await good("restore", "production", "--take-over", "--confirm", "production");
      expect(taken).toMatch(/operation-app-old-\d{12} still exists, and costs [\d.]+ USD a month/);
      await until(async () => (await world.infra("status", "production")).exitCode === 0);
      const names = 'bin/rails runner "puts User.order(:name).pluck(:name).inspect"';
      expect(await good("run", "production", names)).toContain('["hanako", "ichiro", "jiro"]');
      await ichiro.open();
      expect(await ichiro.heading()).toBe("Hello, ichiro");
      expect(await good("plan", "production")).toContain("No changes");
    });

    it("opens a Rails console in the app, for what is piped into it too", async () => {
      const from = `from: "me@elsewhere.example.org", to: "you@example.org", subject: "x", body: "x"`;
      const mail = `ActionMailer::Base.mail(${from}).deliver_now rescue puts "no: #{$!.class}"`;
      const input = `puts [Rails.env, 6 * 7].join\n${mail}\nexit\n`;
      const { exitCode, all } = await world.start(["console", "production"], input);
      expect(all).toContain("production42");
      expect(all).toContain("no: Aws::SESV2::Errors::MessageRejected");
      expect(exitCode, all).toBe(0);
    });

    it("runs now what else runs at night, which deletes a file that was refused", async () => {
      await ichiro.upload("me.png", "image/png", PDF);
      expect(await ichiro.problem()).toContain("This can't be shown.");
      expect(await world.files()).toHaveLength(2);
      expect(await good("schedules", "production", "--run", "purge")).toContain("Deleted 1 files");
      expect(await world.files()).toEqual([PNG.length]);
    });

    it("leads a port of this machine to MySQL, through the app's task", async () => {
      const port = await freePort();
      const tunnel = world.start(["db", "tunnel", "production", "--port", String(port)]);
      const printed = printedBy(tunnel);
      await until(async () => printed().includes(`127.0.0.1:${port} is forwarded to the database until Ctrl-C`));
      // MySQL greets whoever connects.
      const client = connect(port, "127.0.0.1");
      const [greeting] = await once(client, "data");
      client.destroy();
      expect(String(greeting)).toContain("caching_sha2_password");
      tunnel.kill("SIGINT");
      expect((await tunnel).exitCode).toBe(0);
    });

    it("replaces tasks whose secrets have other values, the database's password too, which those that run go on without", async () => {
      const old = await names("app");
      const { exitCode, all } = await world.start(["secrets", "set", SECRET, "production", "--force"], VALUE);
      expect(exitCode, all).toBe(0);
      expect(all).toContain("ECS replaces the tasks that read it");
      expect(all).not.toContain(VALUE);
      await world.changeDatabasePassword();
      const sent = [];
      // One after the other: what is open stays open, and only that is used.
      while ((await names("app")).some((name) => old.includes(name))) sent.push(await world.answer(COUNTER));
      sent.push(await world.answer(COUNTER));
      expect(lost(sent)).toEqual([]);
      expect(versionsIn(sent)).toEqual(["0.1.0"]);
      expect(await secretInTheApp()).toContain(VALUE);
    });

    it("replaces a version under load without losing a request", async () => {
      world.edit("environments/production.ts", { [MASTER]: `${MASTER}\n    appUser: { used: false },` });
      const load = new Load(world.url + COUNTER, EVERY_MS);
      const { exitCode, all } = await world.release("0.2.0");
      const releasedAt = Date.now();
      const sent = await load.end(2_000);
      expect(exitCode, all).toBe(0);
      expect(lost(sent)).toEqual([]);
      expect(versionsIn(sent.slice(0, 1))).toEqual(["0.1.0"]);
      expect(versionsIn(sent)).toEqual(["0.1.0", "0.2.0"]);
      expect(versionsIn(sent.filter(({ sentAt }) => sentAt > releasedAt))).toEqual(["0.2.0"]);
      expect(await ichiro.widthOfPicture()).toBe(2);
    });

    it("deploys nothing of a version whose migration fails, and shows its log", async () => {
      const { exitCode, all } = await world.releaseChanged("0.3.0", ...FAILING_MIGRATION);
      expect(exitCode, all).toBe(1);
      expect(all).toContain("No such column");
      expect(all).toContain("Nothing was deployed");
      expect(await version()).toBe("0.2.0");
      expect(await good("status", "production")).toMatch(/app 0\.2\.0/);
    });

    it("goes back from a version that never gets healthy, says why, and answers all the time", async () => {
      const load = new Load(world.url + COUNTER, EVERY_MS * 5);
      const { exitCode, all } = await world.releaseChanged("0.4.0", NOTHING_TO_SERVE);
      const sent = await load.end();
      expect(exitCode, all).toBe(1);
      expect(all).toContain("ECS has rolled back");
      expect(all).toContain("There is nothing to serve");
      expect(lost(sent)).toEqual([]);
      expect(versionsIn(sent)).toEqual(["0.2.0"]);
    });

    it("goes back to an older version on demand, and lets it log in as the user that the failed migration has made", async () => {
      world.edit("environments/production.ts", { "appUser: { used: false }": "appUser: {}" });
      await good("rollback", "production", "--to", "0.1.0", "--yes", "--allow-dirty");
      expect(await version()).toBe("0.1.0");
    });

    it("gives that user another password, one task at a time, with both valid, and without losing a request", async () => {
      const load = new Load(world.url + COUNTER, EVERY_MS * 5);
      const [old] = await world.containers("app");
      const holding = world.start(["run", "production", "--service", "migrate", `bin/rails runner '${HOLD_LOCK}'`]);
      const held = printedBy(holding);
      await until(async () => held().includes("held"));
      const rotating = world.start(["db", "rotate", "production"]);
      const rotated = printedBy(rotating);
      await until(async () => rotated().includes("accepts the old and the new password of rails"));
      expect(old && (await printed(old, LOGIN))).toContain("rails@%");
      expect((await rotating).exitCode, rotated()).toBe(0);
      expect(rotated()).toContain("the old one is no longer valid");
      expect((await holding).exitCode, held()).toBe(0);
      expect(held()).toContain("waited for");
      expect(held(), "by TLS alone").toContain("ANY");
      expect(held(), "where _ stands for no other character").toContain("ON `operation\\_app`.* TO");
      expect(lost(await load.end())).toEqual([]);
      const user = `bin/rails runner 'puts User.connection.select_value("SELECT CURRENT_USER()")'`;
      expect(await good("run", "production", user)).toContain("rails@%");
    });

    it("tries a restore of its data, as the master, since the user's password has changed, and takes it down", async () => {
      const check = `bin/rails runner 'puts User.order(:name).pluck(:name).inspect, User.connection.select_value("SELECT CURRENT_USER()")'`;
      const all = await good("restore", "production", "--drill", "--check", check);
      expect(all).toContain('["hanako", "ichiro", "jiro"] / operation_app@%');
      expect(all).toContain("RDS deletes it");
    });
  });

  const names = async (container: string) => (await world.containers(container)).map(({ name }) => name);
  const version = async () => (await world.answer(COUNTER)).version;
  const secretInTheApp = () => good("console", "production", `printenv ${SECRET}`);
});

const versionsIn = (answers: readonly Answer[]) => [...new Set(answers.map(({ version }) => version))].sort();
