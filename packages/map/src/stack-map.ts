import type { Range } from "@operation-app/cost";
import type { PathComparison } from "@operation-app/plan-review";
import type { Finding } from "@operation-app/preflight";
import type { Use } from "@operation-app/preflight/network";
import type { Kind } from "./kinds.ts";
import type { PathTable } from "./path-table.ts";
import type { Setting } from "./settings.ts";

export type ChangeKind = "create" | "update" | "replace" | "delete" | "forget";

/** A resource in the details of a thing. */
export interface Part {
  readonly address: string;
  readonly source?: string | undefined;
  readonly change?: ChangeKind | undefined;
}

/** A node of the map. */
export interface Thing {
  /** Address of the resource; `aws:images` and the like for what several resources make together. */
  readonly id: string;
  readonly kind: Kind;
  readonly title: string;
  /** Names of containers, or of services that an endpoint leads to. */
  readonly chips: readonly string[];
  /** Resources that it stands for; more than one beside the network only. */
  readonly count: number;
  readonly place: ThingPlace | undefined;
  readonly settings: readonly Setting[];
  /** Resources that it is made of, itself first. */
  readonly parts: readonly Part[];
  readonly groups: readonly string[];
  readonly findings: readonly Finding[];
  /** USD a month, of all its parts; undefined where nothing of it is billed. */
  readonly cost: Range | undefined;
  readonly change: ChangeKind | undefined;
  /** The plan deletes its data. */
  readonly losesData: boolean;
}

export interface ThingPlace {
  /** Address of the VPC; "" where that can't be known. */
  readonly network: string;
  /** Its subnets route to an internet gateway, or not; undefined where that can't be known. */
  readonly isPublic: boolean | undefined;
  /** Columns of its network; all where they can't be known. */
  readonly zones: readonly number[];
  /** How many connections it is away from the internet, or from whatever begins. */
  readonly layer: number;
}

/** A VPC. */
export interface NetworkArea {
  readonly id: string;
  readonly title: string;
  readonly zones: readonly string[];
  readonly parts: readonly Part[];
  readonly findings: readonly Finding[];
}

/** An edge of the map. */
export interface Wire {
  readonly from: string;
  readonly to: string;
  readonly ports: readonly number[];
  readonly kind: Use["kind"] | "out";
  /** Preflight's verdict; undefined if it was not traced. */
  readonly verdict: "open" | "blocked" | "unknown" | undefined;
}

export interface StackMap {
  readonly name: string;
  readonly isPlan: boolean;
  readonly networks: readonly NetworkArea[];
  readonly things: readonly Thing[];
  readonly wires: readonly Wire[];
  readonly paths: PathTable;
  /** Resources that are neither drawn nor a part of what is. */
  readonly others: readonly Part[];
  readonly pathChanges: PathComparison;
  /** USD a month. */
  readonly total: Range | undefined;
}
