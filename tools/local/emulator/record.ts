import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { MotoCommand } from "./moto.ts";

/** What the emulator's process is started with. */
export interface ServerSettings {
  readonly directory: string;
  readonly moto: MotoCommand;
  readonly idleMinutes: number;
  readonly region: string;
  /** Whether tasks, databases and caches are run as containers. */
  readonly runsContainers: boolean;
}

/** What the server writes into its directory as soon as it answers. */
export interface ServerRecord {
  readonly pid: number;
  readonly endpoint: string;
  /** Where the login pages and the OAuth 2.0 endpoints of all user pools are. */
  readonly hostedLogin: string;
}

/** Says where the listeners of load balancers are reached, once they are; the last line is where people go. */
export const urlsFile = (directory: string) => join(directory, "urls");

/** The file of that record. */
export const recordFile = (directory: string) => join(directory, "emulator.json");

/** Nothing before the server answers. */
export function readRecord(directory: string): ServerRecord | undefined {
  const file = recordFile(directory);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ServerRecord) : undefined;
}

export function readUrls(directory: string): string[] {
  const file = urlsFile(directory);
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}
