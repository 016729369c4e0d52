import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Secret, TOTP } from "otpauth";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { findOnPath } from "../../../tools/lib/process/executables.ts";

const SCREENSHOTS = resolve(import.meta.dirname, "../../../.screenshots");

/** Chromium asks nobody, and works as root. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const browserFile = () => {
  const onPath = ["chromium", "google-chrome"].map((name) => findOnPath(name, process.env));
  return [process.env.CHROMIUM, ...onPath, chromium.executablePath()].find((file) => file && existsSync(file));
};

/** @throws Error where there is none on this machine */
export function checkBrowser(): void {
  if (!browserFile())
    throw new Error("There is no Chromium: apt-get install chromium, or name one by the variable CHROMIUM.");
}

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserFile(), args: FLAGS });
}

/** Somebody with a browser of their own and an authenticator app. */
export class Person {
  readonly name: string;
  readonly password: string;
  readonly page: Page;
  private readonly context: BrowserContext;
  private readonly url: string;
  private authenticator: Authenticator | undefined;
  private pictures = 0;

  private constructor(context: BrowserContext, page: Page, url: string, name: string) {
    this.context = context;
    this.page = page;
    this.url = url;
    this.name = name;
    this.password = "Correct4-Horse";
  }

  /** @param locale of the browser */
  static async create(browser: Browser, url: string, name: string, locale = "en-GB"): Promise<Person> {
    const viewport = { width: 640, height: 560 };
    const context = await browser.newContext({ ignoreHTTPSErrors: true, locale, viewport });
    return new Person(context, await context.newPage(), url, name);
  }

  async open(path = "/"): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
  }

  /** The page's headline. */
  heading(): Promise<string> {
    return this.page.locator("h1").innerText();
  }

  /** What the page complains about. */
  problem(): Promise<string> {
    return this.page.locator("main [role=alert]").innerText();
  }

  signUp(password = this.password): Promise<void> {
    return this.submit("/sign_up", { username: this.name, password });
  }

  logIn(password = this.password): Promise<void> {
    return this.submit("/login", { username: this.name, password });
  }

  async logOut(): Promise<void> {
    await this.open();
    await this.send();
  }

  /** Fills in the form of a page, and sends it. */
  private async submit(path: string, fields: Readonly<Record<string, string>>): Promise<void> {
    await this.open(path);
    for (const [name, value] of Object.entries(fields)) await this.page.locator(`[name=${name}]`).fill(value);
    await this.send();
  }

  /** Types the key that the page shows into an authenticator app. */
  async addKey(): Promise<void> {
    const key = (await this.page.locator("#key").innerText()).replaceAll(" ", "");
    this.authenticator = new Authenticator(key);
  }

  /** @param code @default one that was not used @returns it */
  async enterCode(code?: string): Promise<string> {
    const entered = code ?? (await this.app.code());
    await this.page.locator("[name=code]").fill(entered);
    await this.send();
    return entered;
  }

  /** One that the authenticator app does not show. */
  wrongCode(): string {
    return this.app.wrongCode();
  }

  private get app(): Authenticator {
    if (!this.authenticator) throw new Error(`${this.name} has no authenticator app`);
    return this.authenticator;
  }

  private async send(): Promise<void> {
    await Promise.all([this.page.waitForEvent("load"), this.page.locator("main [type=submit]").first().click()]);
  }

  /** Uploads a file on the page for the user's picture. */
  async upload(name: string, mimeType: string, buffer: Buffer): Promise<void> {
    await this.open("/picture");
    await this.page.locator("[name=picture]").setInputFiles({ name, mimeType, buffer });
    await this.send();
  }

  /** Width of the user's picture as the browser shows it, in pixels; 0 where it can't. */
  async widthOfPicture(): Promise<number> {
    await this.open("/picture");
    return this.page.locator("img.picture").evaluate((image: HTMLImageElement) => image.naturalWidth);
  }

  /** Has the app send a mail. @returns what the page says */
  async askForMail(address: string): Promise<string> {
    await this.submit("/mail", { address });
    return this.page.locator("main [role]").innerText();
  }

  /** Keeps what the page looks like. */
  async picture(name: string): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    this.pictures += 1;
    const path = join(SCREENSHOTS, `${this.name}-${this.pictures}-${name}.png`);
    await this.page.screenshot({ path, fullPage: true });
  }

  async leave(): Promise<void> {
    await this.context.close();
  }
}

const PERIOD_MS = 30_000;

/** Shows a code of half a minute, and remembers which were entered. */
class Authenticator {
  private readonly totp: TOTP;
  private lastPeriod = 0;

  constructor(key: string) {
    this.totp = new TOTP({ secret: Secret.fromBase32(key) });
  }

  /** One that was not used: this period's or, as clocks may differ by one, the next one's. */
  async code(): Promise<string> {
    const now = () => Math.floor(Date.now() / PERIOD_MS);
    while (this.lastPeriod > now()) await sleep(500);
    this.lastPeriod = Math.max(now(), this.lastPeriod + 1);
    return this.totp.generate({ timestamp: this.lastPeriod * PERIOD_MS });
  }

  wrongCode(): string {
    const around = [-2, -1, 0, 1, 2].map((by) => this.totp.generate({ timestamp: Date.now() + by * PERIOD_MS }));
    return ["000000", "111111", "222222", "333333", "444444", "555555"].find((code) => !around.includes(code)) ?? "";
  }
}
