import { jsonIn } from "../masking.ts";
import { listOf, objectOf } from "../plan.ts";
import { type ChangedObject, valueAt } from "./changed-objects.ts";
import type { Found } from "./stop.ts";

type Values = Readonly<Record<string, unknown>>;

/** Something that gives a container power over the machine that it runs on. */
interface Power {
  /** The container, or "" for all of a task. */
  readonly of: string;
  readonly what: string;
  /** Most have it: only where it is new to a container that was there. */
  readonly isUsual?: boolean;
}

const READERS: Readonly<Record<string, (values: Values) => Power[]>> = {
  aws_ecs_task_definition: ({ container_definitions: definitions, volume, ...task }) => [
    ...containersIn(definitions).flatMap((one) => powersOf(one, String(one.name))),
    ...["pid_mode", "ipc_mode", "network_mode"]
      .filter((name) => task[name] === "host")
      .map((name) => ({ of: "", what: `${name} is host`, isUsual: name === "network_mode" })),
    ...listOf(volume)
      .map((one) => objectOf(one).host_path)
      .filter((path) => typeof path === "string" && path !== "")
      .map((path) => ({ of: "", what: `${path} of the machine is mounted` })),
  ],
  aws_batch_job_definition: ({ container_properties: properties }) =>
    typeof properties === "string" ? powersOf(objectOf(jsonIn(properties)), "the container") : [],
  // Builds need it to build images.
  aws_codebuild_project: (values) =>
    valueAt(values, "environment.0.privileged_mode") === true
      ? [{ of: "", what: "the build is privileged", isUsual: true }]
      : [],
};

/** Containers that would become privileged, or lose what restricts them. */
export function newPrivileges({ address, type, before, after }: ChangedObject): Found[] {
  const read = READERS[type];
  if (read === undefined) return [];
  const old = new Set(read(before).map(({ what }) => what));
  const there = new Set(["", "the container", ...containersIn(before.container_definitions).map(({ name }) => name)]);
  const isThere = ({ of }: Power) => Object.keys(before).length > 0 && there.has(of);
  const found = read(after).filter((one) => !old.has(one.what) && (!one.isUsual || isThere(one)));
  if (found.length === 0) return [];
  const message = `would get more power over the machine that it runs on: ${found.map(({ what }) => what).join("; ")}.`;
  return [{ address, action: "privileged", message, fix: "Remove it: who breaks into the container has the machine." }];
}

function containersIn(definitions: unknown): Values[] {
  return typeof definitions === "string" ? listOf(jsonIn(definitions)).map(objectOf) : [];
}

function powersOf({ privileged, user, readonlyRootFilesystem, linuxParameters }: Values, of: string): Power[] {
  const isRoot = user === undefined || user === null || /^(root|0)?(:|$)/.test(String(user));
  const capabilities = listOf(valueAt(linuxParameters, "capabilities.add"));
  return [
    ...(privileged === true ? [{ of, what: `${of} is privileged` }] : []),
    ...(isRoot ? [{ of, what: `${of} runs as root`, isUsual: true }] : []),
    ...(readonlyRootFilesystem === true
      ? []
      : [{ of, what: `${of} can write to its root file system`, isUsual: true }]),
    ...capabilities.map((one) => ({ of, what: `${of} has the capability ${one}` })),
  ];
}
