import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the stacks of a project have, by stack. */
export type Addresses = ReadonlyMap<string, StackAddresses>;

interface StackAddresses {
  readonly resources: ReadonlySet<string>;
  readonly moved: ReadonlyMap<string, string>;
}

interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly moved?: readonly { readonly from: string; readonly to: string }[];
}

/** Reads the addresses of each stack that is synthesized. @param output such as `cdktf.out` */
export function readAddresses(output: string): Addresses {
  const folder = join(output, "stacks");
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  return new Map(
    names.map((name) => {
      const file = join(folder, name, "cdk.tf.json");
      const { resource = {}, moved = [] } = JSON.parse(readFileSync(file, "utf8")) as StackJson;
      const resources = Object.entries(resource).flatMap(([type, all]) =>
        Object.keys(all).map((id) => `${type}.${id}`),
      );
      return [name, { resources: new Set(resources), moved: new Map(moved.map(({ from, to }) => [from, to])) }];
    }),
  );
}

export interface AddressChanges {
  /** Addresses that have changed, and whose objects stay: `production: aws_vpc.a is aws_vpc.b`. */
  readonly moved: readonly string[];
  /** Those without a successor: the next plan deletes their objects. */
  readonly gone: readonly string[];
}

export function addressChanges(before: Addresses, after: Addresses): AddressChanges {
  const left = [...before].flatMap(([stack, { resources }]) =>
    [...resources]
      .filter((address) => !after.get(stack)?.resources.has(address))
      .map((address) => ({ stack, address, to: after.get(stack)?.moved.get(address) })),
  );
  return {
    moved: left.flatMap(({ stack, address, to }) => (to ? [`${stack}: ${address} is now ${to}`] : [])),
    gone: left.flatMap(({ stack, address, to }) => (to ? [] : [`${stack}: ${address}`])),
  };
}
