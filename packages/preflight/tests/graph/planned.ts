import type { Graph } from "../../src/graph/graph.ts";
import { linked } from "../../src/graph/links.ts";
import { load } from "../../src/graph/load.ts";
import { items, type Value } from "../../src/graph/value.ts";
import type { Json } from "../support/rules.ts";

/** An instance of a resource in a plan, as a test writes it. */
export interface Planned {
  readonly address: string;
  readonly values?: object;
  readonly unknown?: object;
  readonly actions?: readonly string[];
  readonly mode?: "managed" | "data";
}

/** A module's part of the configuration. */
export interface Configuration {
  readonly resources?: object[];
  readonly module_calls?: object;
  readonly outputs?: object;
  readonly variables?: object;
}

/** `module.a["x"].aws_vpc.b[0]` into its pieces. */
export function piecesOf(address: string) {
  const found = /^(?:(module\..+?)\.)?(?:data\.)?([a-z]+_[a-z_]+)\.([a-z_]+)(?:\[(.+)\])?$/.exec(address);
  const [, module = "", type = "", name = "", index] = found ?? [];
  return { module, type, name, ...(index !== undefined && { index: JSON.parse(index) }) };
}

/** A plan as `terraform show -json` prints it, as far as preflight reads it. */
export function planOf(planned: readonly Planned[], configuration: Configuration, more: object = {}): Json {
  const all = planned.map((one) => ({ ...one, ...piecesOf(one.address), mode: one.mode ?? "managed" }));
  const resource = ({ address, type, name, mode, values = {}, ...rest }: (typeof all)[number]) => ({
    address,
    mode,
    type,
    name,
    ...("index" in rest && { index: rest.index }),
    values,
  });
  const modules = [...new Set(all.map(({ module }) => module).filter((module) => module !== ""))];
  return {
    format_version: "1.2",
    planned_values: {
      root_module: {
        resources: all.filter(({ module }) => module === "").map(resource),
        child_modules: modules.map((address) => ({
          address,
          resources: all.filter(({ module }) => module === address).map(resource),
        })),
      },
    },
    resource_changes: all.map(({ address, type, name, mode, values = {}, unknown = {}, actions = ["create"] }) => ({
      address,
      type,
      name,
      mode,
      change: { actions, before: null, after: values, after_unknown: unknown },
    })),
    configuration: { root_module: configuration },
    ...more,
  };
}

/** A resource's part of the configuration: each attribute with what it refers to. */
export function written(
  address: string,
  references: Readonly<Record<string, readonly string[]>> = {},
  more: object = {},
) {
  const { type, name } = piecesOf(address);
  return {
    address,
    mode: address.startsWith("data.") ? "data" : "managed",
    type,
    name,
    expressions: Object.fromEntries(
      Object.entries(references).map(([attribute, names]) => [attribute, { references: names }]),
    ),
    ...more,
  };
}

export const made = (address: string, unknown: object = {}): Planned => ({
  address,
  unknown: { id: true, arn: true, ...unknown },
});

export const readPlan = (planned: readonly Planned[], configuration: Configuration, more?: object): Promise<Graph> =>
  load(planOf(planned, configuration, more), "plan.json");

export const attributeOf = (graph: Graph, address: string, attribute: string): Value | undefined =>
  graph.find(address)?.get(attribute);

/** Addresses that an attribute leads to, and whether these are meant for sure. */
export function leads(graph: Graph, address: string, attribute: string, ...types: string[]) {
  const { resources, certain } = linked(attributeOf(graph, address, attribute), ...types);
  return { to: resources.map((one) => one.address), certain };
}

/** VPCs that the elements of a list lead to, and whether these are all. */
export function membersOf(list: Value | undefined) {
  const { items: members, complete } = items(list);
  return { to: members.flatMap((one) => linked(one, "aws_vpc").resources.map(({ address }) => address)), complete };
}
