import { Agent, get } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

/** What became of one request. */
export interface Answer {
  readonly sentAt: number;
  /** Nothing where none came. */
  readonly status?: number;
  /** That has answered. */
  readonly version?: string;
  readonly problem?: string;
}

/** Requests to one page at a steady rate, whether or not those before have been answered. */
export class Load {
  private readonly agent = new Agent({ keepAlive: true, rejectUnauthorized: false, timeout: 30_000 });
  private readonly answers: Promise<Answer>[] = [];
  private readonly timer: NodeJS.Timeout;

  constructor(url: string, everyMs: number) {
    this.timer = setInterval(() => this.answers.push(request(url, this.agent)), everyMs);
  }

  /** Goes on a while, and ends. @returns all answers in the order of their requests */
  async end(afterMs = 0): Promise<Answer[]> {
    await sleep(afterMs);
    clearInterval(this.timer);
    const answers = await Promise.all(this.answers);
    this.agent.destroy();
    return answers;
  }
}

/** One request. */
export function request(url: string, agent?: Agent): Promise<Answer> {
  const sentAt = Date.now();
  return new Promise((resolve) => {
    const sent = get(url, { agent, rejectUnauthorized: false }, (response) => {
      const { statusCode: status, headers } = response;
      const end = (problem?: string) =>
        resolve({ sentAt, status, version: headers["x-app-version"] as string | undefined, problem });
      response.on("end", () => end()).on("error", ({ message }) => end(message));
      response.resume();
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer for 30 s")));
    sent.on("error", ({ message }) => resolve({ sentAt, problem: message }));
  });
}

/** The answers that are no success, a line each. */
export function lost(answers: readonly Answer[]): string[] {
  return answers
    .filter(({ status, problem }) => status !== 200 || problem)
    .map(({ sentAt, status, problem }) => `${new Date(sentAt).toISOString()} ${status ?? ""} ${problem ?? ""}`);
}
