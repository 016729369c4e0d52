import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { htmlOf, mapOf } from "@operation-app/map";
import { answerPathQuestion, load, preflight } from "@operation-app/preflight";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import production from "../../environments/production.ts";
import { planBetween } from "../support/planned.ts";
import { synthesizeText } from "../support/synthesize.ts";
import { endToEnd } from "./requirement.ts";
import { checkBrowser, startBrowser } from "./service/browser.ts";

const canRun = await endToEnd(checkBrowser);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const HOSTILE = [
  `"><img src=x onerror="document.title='obeyed'">`,
  "<script>document.title='obeyed'</script>",
  "</script><script>document.title='obeyed'</script>",
];

const json = JSON.parse(synthesizeText({ ...production, images: { nginx: "0.1.0", app: "0.1.0" } }));
const directory = mkdtempSync(join(tmpdir(), "map-"));
let browser: Browser;
let page: Page;
const requests: string[] = [];
const mistakes: string[] = [];

async function open(name: string, from: unknown): Promise<void> {
  const graph = await load(from, name);
  const file = join(directory, `${name}.html`);
  writeFileSync(file, htmlOf(mapOf(graph, { name, findings: preflight(graph) })));
  await page.goto(`file://${file}`);
}

const card = (id: string) => page.locator(`.thing[data-id="${id}"]`);

describe.runIf(canRun)("the page of a map", () => {
  beforeAll(async () => {
    browser = await startBrowser();
    page = await browser.newPage({ locale: "en", viewport: { width: 1400, height: 900 } });
    page.on("request", (request) => requests.push(request.url()));
    page.on("console", (message) => message.type() === "error" && mistakes.push(message.text()));
    page.on("pageerror", (error) => mistakes.push(error.message));
    await open("production", json);
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it("opens without a request to anywhere, and without a mistake", () => {
    expect(requests.filter((url) => !url.startsWith(`file://${directory}`))).toEqual([]);
    expect(mistakes).toEqual([]);
  });

  it("answers two clicks as infra check --path does", async () => {
    await card("aws_ecs_service.ecs_nginx_service").click();
    await card("aws_db_instance.database_mysql").click();
    const asked = answerPathQuestion(
      await load(json, "production"),
      "aws_ecs_service.ecs_nginx_service",
      "aws_db_instance.database_mysql:3306",
    );
    expect(asked.verdict).toBe("blocked");
    const shown = await page.locator("#answer .hops li").allTextContents();
    expect(shown).toHaveLength(asked.hops.length);
    for (const [index, { at, what }] of asked.hops.entries()) expect(shown[index]).toContain(`${at} ${what}`);
    expect(await page.locator("#answer .fix").count()).toBe(1);
    expect(await page.locator("#trace .cross").count()).toBe(1);
  });

  it("answers every pair of its lists as infra check --path does", async () => {
    const graph = await load(json, "production");
    const pairs = (await page.evaluate(`[...document.querySelectorAll("#from option")].slice(1).flatMap((from) =>
      [...document.querySelectorAll("#to option")].slice(1).map((to) => {
        document.getElementById("from").value = from.value;
        document.getElementById("to").value = to.value;
        document.getElementById("to").dispatchEvent(new Event("change"));
        const terminal = document.querySelector("#answer .same code")?.textContent;
        return terminal && [terminal.replace("infra check FILE --path ", ""), document.querySelector("#answer .verdict").className.replace("verdict ", "")];
      })).filter(Boolean)`)) as [string, string][];
    expect(pairs.length).toBeGreaterThan(50);
    for (const [question, verdict] of pairs) {
      const [from = "", to = ""] = question.split(" ");
      expect([question, verdict]).toEqual([question, answerPathQuestion(graph, from, to).verdict]);
    }
  });

  it("shows what the internet reaches, by keyboard alone, and Escape ends it", async () => {
    await page.keyboard.press("Escape");
    await page.locator("#inbound").focus();
    await page.keyboard.press("Enter");
    expect(
      await page.locator(".thing.reached").evaluateAll((all) => all.map((one) => one.getAttribute("data-id"))),
    ).toEqual(["aws_lb.lb_alb"]);
    await page.keyboard.press("Escape");
    expect(await page.locator(".thing.reached").count()).toBe(0);
    await card("aws_ecs_service.ecs_app_service").focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#details h2").textContent()).toContain("operation-app-app");
    await page.keyboard.press("Escape");
  });

  it("speaks both languages, and says which", async () => {
    await page.locator("[data-lang=ja]").click();
    expect(await page.locator("html").getAttribute("lang")).toBe("ja");
    expect(await page.locator("#inbound").innerText()).toBe("インターネットから届くもの");
    await page.locator("[data-lang=en]").click();
    expect(await page.locator("#inbound").innerText()).toBe("What does the internet reach?");
  });

  it.each(["light", "dark"] as const)("has nothing serious that axe finds, %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const { violations } = await page.evaluate<{
      violations: { id: string; impact: string; nodes: { html: string }[] }[];
    }>(`${AXE};axe.run()`);
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    await page.emulateMedia({ colorScheme: "light" });
  });

  it("keeps names that would be markup or script as text", async () => {
    const hostile = structuredClone(json);
    const [lb] = Object.values<Record<string, unknown>>(hostile.resource.aws_lb);
    Object.assign(lb ?? {}, { name: HOSTILE[0] });
    const [service] = Object.values<Record<string, unknown>>(hostile.resource.aws_ecs_service);
    Object.assign(service ?? {}, { name: HOSTILE[1] });
    hostile.resource.aws_s3_bucket[HOSTILE[2] as string] = { bucket: HOSTILE[2] };
    await open("hostile", hostile);
    await card("aws_lb.lb_alb").click();
    expect(await page.title()).not.toContain("obeyed");
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("#details h2").textContent()).toContain(HOSTILE[0]);
    expect(mistakes).toEqual([]);
  });

  it("puts a replaced database in alarm, and lists the paths that a plan opens", async () => {
    const plan = planBetween(json, json, ["aws_db_instance.database_mysql"]);
    await open("plan", plan);
    expect(
      await page.locator(".thing.alarm").evaluateAll((all) => all.map((one) => one.getAttribute("data-id"))),
    ).toEqual(["aws_db_instance.database_mysql"]);
    expect(await page.locator("main").innerText()).toContain("Paths that open or close by this plan");
  });

  it("fits a phone without scrolling the page sideways", async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await page.setViewportSize({ width: 1400, height: 900 });
  });
});
