import type { Graph } from "@operation-app/preflight/graph";
import {
  calledServices,
  fixFromInternet,
  fixOf,
  groupNames,
  HTTPS,
  INTERNET,
  type NetworkEnd,
  networkEnds,
  type Path,
  type PathTarget,
  pathOver,
} from "@operation-app/preflight/network";

/** One step of a path: `yes`, `no` or `maybe`; what is passed; and how that is. */
export type StoredHop = readonly [passes: Path["hops"][number]["passes"], at: string, what: string];

export interface StoredPath {
  readonly verdict: Path["verdict"];
  readonly hops: readonly StoredHop[];
  /** What to write, where it is blocked. */
  readonly fix?: string;
}

export interface PathStart {
  /** Address, or `internet`. */
  readonly id: string;
  readonly groups: string;
  /** Row of the table. */
  readonly row: number;
}

export interface PathEnd {
  /** As `infra check --path` takes it: `aws_db_instance.main:3306`, `ecr.api` or `internet`. */
  readonly id: string;
  /** Address of the thing; "" of what is in no file. */
  readonly thing: string;
  readonly groups: string;
}

/**
 * What becomes of every connection, found out beforehand. What stands alike shares a row, and what is said of many pairs
 * is stored once: `PLACEHOLDERS` stand for their names.
 */
export interface PathTable {
  readonly starts: readonly PathStart[];
  readonly ends: readonly PathEnd[];
  /** For each row and end the path, by its number; -1: there is no such question. */
  readonly rows: readonly (readonly number[])[];
  readonly paths: readonly StoredPath[];
}

/** Groups of the start and of the end, address of the end and of the start. Private characters: no name has them. */
export const PLACEHOLDERS = ["\ue000", "\ue001", "\ue002", "\ue003"] as const;
const BETWEEN = "\ue004";
const ANY_MARK = /[\ue000-\ue004]/;

/** Every path of a configuration or plan, as preflight traces it. */
export function pathTable(graph: Graph): PathTable {
  const things = networkEnds(graph);
  const ends = endsOf(graph, things);
  const store = new PathStore();
  const rows: number[][] = [];
  const rowNumbers = new Map<string, number>();
  const rowOf = (row: number[]) => {
    const key = row.join();
    const known = rowNumbers.get(key) ?? rows.push(row) - 1;
    rowNumbers.set(key, known);
    return known;
  };
  const outside = rowOf(
    ends.map((end) => ("place" in end.target ? store.number(pathOver(graph, INTERNET, end.target), "", "", end) : -1)),
  );
  // What stands alike has the same paths to places; policies of endpoints may tell it apart on the way to a service.
  const known = new Map<string, number[]>();
  const starts = things
    .filter(({ begins }) => begins)
    .map(({ resource, place, standing }): PathStart => {
      const [id, groups] = [resource.address, groupNames(place)];
      const numberOf = (end: Target) => store.number(pathOver(graph, place, end.target), id, groups, end);
      const row = known.get(standing) ?? ends.map((end) => ("service" in end.target ? -1 : numberOf(end)));
      known.set(standing, row);
      return {
        id,
        groups,
        row: rowOf(ends.map((end, index) => ("service" in end.target ? numberOf(end) : (row[index] ?? -1)))),
      };
    });
  return {
    starts: [{ id: INTERNET, groups: "", row: outside }, ...starts],
    ends: ends.map(({ id, thing, groups }) => ({ id, thing, groups })),
    rows,
    paths: store.paths,
  };
}

/** The path between two, as it was traced; undefined where there is no such question. */
export function pathIn(table: PathTable, from: string, to: string): StoredPath | undefined {
  const start = table.starts.find(({ id }) => id === from);
  const index = table.ends.findIndex(({ id }) => id === to);
  const end = table.ends[index];
  const path = start && table.paths[table.rows[start.row]?.[index] ?? -1];
  if (!path || !start || !end) return undefined;
  const names = [start.groups, end.groups, end.thing, start.id];
  const full = (text: string) => PLACEHOLDERS.reduce((all, mark, n) => all.replaceAll(mark, names[n] ?? ""), text);
  return { ...path, hops: path.hops.map(([passes, at, what]) => [passes, full(at), full(what)]) };
}

interface Target extends PathEnd {
  readonly target: PathTarget;
}

function endsOf(graph: Graph, things: readonly NetworkEnd[]): Target[] {
  const places = things.flatMap(({ resource, place, ports }) =>
    (ports.length > 0 ? ports : []).map((port) => ({
      id: `${resource.address}:${port}`,
      thing: resource.address,
      groups: groupNames(place),
      target: { place, port },
    })),
  );
  const services = calledServices(graph).map((service) => ({
    id: service,
    thing: "",
    groups: "",
    target: { service },
  }));
  return [...places, ...services, { id: INTERNET, thing: "", groups: "", target: { internet: HTTPS } }];
}

/** Paths by what is said of them, each once. */
class PathStore {
  readonly paths: StoredPath[] = [];
  private readonly numbers = new Map<string, number>();

  number({ verdict, hops }: Path, from: string, fromGroups: string, { thing, groups, id, target }: Target): number {
    const stop = verdict === "blocked" ? hops.at(-1) : undefined;
    const fix =
      stop &&
      (from === ""
        ? fixFromInternet(stop.kind)
        : fixOf(stop.kind, "service" in target ? `an endpoint for ${id}` : "a way to it"));
    // Shortened as one text, since there are as many paths as pairs; only what is new is taken apart again.
    const texts = hops.flatMap(({ passes, at, what }) => [passes, withoutMarks(at), withoutMarks(what)]);
    const told = [fromGroups, groups, thing, from].reduce(
      (all, name, n) => (name === "" ? all : all.replaceAll(name, PLACEHOLDERS[n] ?? "")),
      texts.join(BETWEEN),
    );
    const key = [verdict, fix, told].join(BETWEEN);
    const known = this.numbers.get(key) ?? this.add(verdict, told, fix);
    this.numbers.set(key, known);
    return known;
  }

  private add(verdict: Path["verdict"], told: string, fix: string | undefined): number {
    const texts = told === "" ? [] : told.split(BETWEEN);
    const hops = Array.from(
      { length: texts.length / 3 },
      (_, n) => texts.slice(n * 3, n * 3 + 3) as unknown as StoredHop,
    );
    return this.paths.push({ verdict, hops, ...(fix === undefined ? {} : { fix }) }) - 1;
  }
}

/** A name that had a mark in it could not be told from one. */
function withoutMarks(text: string): string {
  return ANY_MARK.test(text) ? text.replaceAll(new RegExp(ANY_MARK, "g"), "�") : text;
}
