import { tmpdir } from "node:os";
import { type App, Testing } from "cdktf";
import stackTraces from "cdktf/lib/tokens/private/stack-trace.js";
import production from "../../environments/production.ts";
import { type Environment, type EnvironmentInput, parseEnvironments } from "../../environments/schema/index.ts";
import type { AdoptedCognito } from "../../modules/cognito/adopted.ts";
import { OperationStack } from "../../stacks/operation-stack.ts";
import { resolveQuickly } from "../../tools/cdktf/quick-resolve.ts";

// Each token keeps the stack that made it, for error messages. Under vitest, which maps every frame of it, that takes
// half the time of a synth.
stackTraces.captureStackTrace = () => [];
resolveQuickly(); // as in the app

/** Settings that differ from those of production; lists and single values replace, objects are merged. */
export type Changes<T = EnvironmentInput> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Changes<T[K]> | undefined }
    : T;

/** The production environment with some settings changed. A change to `undefined` takes the setting away. */
export function environmentWith(changes: Changes = {}): EnvironmentInput {
  return merge(production, changes) as EnvironmentInput;
}

function merge(base: unknown, changes: unknown): unknown {
  if (!isRecord(base) || !isRecord(changes)) return changes;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete merged[key];
    else merged[key] = key in base ? merge(base[key], value) : value;
  }
  return merged;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads into JSON whose shape it is about to check
type Json = any;

/** A synthesized stack, as Terraform reads it. */
export class Synthesized {
  readonly json: Json;

  constructor(json: Json) {
    this.json = json;
  }

  /** Attributes of one resource, by address. */
  resource(address: string): Json {
    const [type = "", name = ""] = address.split(".");
    const found = this.json.resource[type]?.[name];
    if (found === undefined) throw new Error(`${address} is not in the stack`);
    return found;
  }

  /** Names of all resources of a type. */
  names(type: string): string[] {
    return Object.keys(this.json.resource[type] ?? {}).sort();
  }

  addresses(): string[] {
    return Object.keys(this.json.resource)
      .flatMap((type) => this.names(type).map((name) => `${type}.${name}`))
      .sort();
  }

  /** A container of a task definition, by the task's name here and its own. */
  container(task: string, name: string): Json {
    const containers: Json[] = JSON.parse(
      this.resource(`aws_ecs_task_definition.ecs_${task}_task`).container_definitions,
    );
    return containers.find((container) => container.name === name);
  }

  /** Statements of a policy in an attribute of a resource. */
  statements(address: string, attribute = "policy"): Json[] {
    return JSON.parse(this.resource(address)[attribute]).Statement;
  }
}

/** An app to synthesize in a test. Nothing is written; without a directory, each app would leave one behind. */
function testApp(): App {
  return Testing.app({ outdir: tmpdir() });
}

/** One environment, checked and with its defaults. @throws EnvironmentError when it is not good */
export function checked(input: unknown, name = "production", adopted?: AdoptedCognito): Environment {
  const [environment] = parseEnvironments({ [name]: input }, adopted && { [name]: adopted });
  return environment as Environment;
}

/** The Terraform JSON of an environment, as `cdktf synth` makes it, validations included. */
export function synthesizeStack(environment: Environment): string {
  return Testing.synth(new OperationStack(testApp(), environment), true);
}

const texts = new Map<string, string>();

/** The same, of settings that are checked first. What was synthesized once is not synthesized again. */
export function synthesizeText(input: unknown, name?: string): string {
  const key = JSON.stringify([input, name]);
  const text = texts.get(key) ?? synthesizeStack(checked(input, name));
  texts.set(key, text);
  return text;
}

/** The stack of production with some settings changed. */
export function synthesize(changes: Changes = {}, name?: string): Synthesized {
  return new Synthesized(JSON.parse(synthesizeText(environmentWith(changes), name)));
}
