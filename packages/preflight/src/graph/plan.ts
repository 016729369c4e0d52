import { Graph, type PlannedChange, Resource } from "./graph.ts";
import { PlanIdentities } from "./plan-identities.ts";
import { blockAt, blocksIn, isExpression, join, type Place, PlanModules } from "./plan-modules.ts";
import { PlanReferences } from "./plan-references.ts";
import { type ParsedSource, PlanSource, withSource } from "./plan-source.ts";
import { ReadBack } from "./read-back.ts";
import {
  type Block,
  DYNAMIC,
  Expression,
  isBlock,
  isList,
  type Json,
  type Reference,
  referencesIn,
  type Value,
} from "./value.ts";
import { blocksInJson, dynamicBlocks, isConstant, pairedWith, writtenIn } from "./written-blocks.ts";

/**
 * Blocks that are never filled in by the provider: where one is not known, a `dynamic` block makes it, of which the
 * configuration part tells nothing.
 */
const WRITTEN_BLOCKS = new Set([
  "action",
  "alias",
  "capacity_provider_strategy",
  "condition",
  "default_action",
  "deployment_circuit_breaker",
  "lambda_config",
  "load_balancer",
  "network_configuration",
  "schema",
  "service_connect_configuration",
  "service_registries",
  "software_token_mfa_configuration",
  "statement",
  "volume",
]);

/** Modules in modules deeper than this are in no plan. */
const DEEPEST = 24;

/**
 * Reads what `terraform show -json` says of a plan, of any project: modules, `count` and `for_each` included.
 *
 * @param source what the plan was made of, which tells what it does not: what `dynamic` blocks and locals refer to
 */
export function readPlan(root: Block, source?: ParsedSource): Graph {
  return new Plan(root, source).graph();
}

class Plan {
  private readonly providers: Value | undefined;
  readonly variables: Value | undefined;
  private readonly changes: ReadonlyMap<string, PlannedChange>;
  private readonly unknowns = new Map<string, Value | undefined>();
  readonly modules: PlanModules;
  readonly references: PlanReferences;
  private readonly source: PlanSource | undefined;
  private readonly readBack: ReadBack;
  private readonly identities = new PlanIdentities();

  constructor(root: Block, source?: ParsedSource) {
    this.changes = this.readChanges(root.resource_changes);
    this.readBack = new ReadBack(this.changes.values());
    const configuration = isBlock(root.configuration) ? root.configuration : {};
    this.providers = configuration.provider_config;
    this.variables = root.variables;
    this.modules = new PlanModules(configuration.root_module);
    this.references = new PlanReferences(this.modules);
    this.source = source && new PlanSource(source, this);
    const planned = isBlock(root.planned_values) ? root.planned_values.root_module : undefined;
    this.addResources(planned);
    const prior = isBlock(root.prior_state) && isBlock(root.prior_state.values) ? root.prior_state.values : {};
    this.addResources(prior.root_module, "data");
  }

  graph(): Graph {
    return new Graph({
      kind: "plan",
      resources: this.references.resources,
      removals: [...this.changes.values()].filter(
        ({ actions }) => (actions.includes("delete") || actions.includes("forget")) && !actions.includes("create"),
      ),
    });
  }

  private readChanges(changes: Value | undefined): ReadonlyMap<string, PlannedChange> {
    const found = new Map<string, PlannedChange>();
    for (const entry of blocksIn(changes)) {
      const change = isBlock(entry.change) ? entry.change : {};
      const { address, type } = entry;
      if (typeof address !== "string" || typeof type !== "string" || entry.deposed !== undefined) continue;
      this.unknowns.set(address, change.after_unknown);
      found.set(address, {
        address,
        type: entry.mode === "data" ? `data.${type}` : type,
        actions: isList(change.actions) ? change.actions.filter((action) => typeof action === "string") : [],
        before: change.before as Json | undefined,
        after: change.after as Json | undefined,
        sensitive: [change.before_sensitive, change.after_sensitive].filter((marks) => marks !== undefined) as Json[],
        replacePaths: isList(change.replace_paths)
          ? change.replace_paths.filter(isList).map((path) => path.join("."))
          : [],
        imported: isBlock(change.importing),
        previousAddress: typeof entry.previous_address === "string" ? entry.previous_address : undefined,
      });
    }
    return found;
  }

  private addResources(module: Value | undefined, only?: "data", depth = 0): void {
    if (!isBlock(module) || depth > DEEPEST) return;
    const address = typeof module.address === "string" ? module.address : "";
    for (const resource of blocksIn(module.resources)) {
      if (only === undefined || resource.mode === only) this.addResource(address, resource);
    }
    for (const child of blocksIn(module.child_modules)) this.addResources(child, only, depth + 1);
  }

  private addResource(moduleAddress: string, planned: Block): void {
    const { address, name } = planned;
    if (typeof address !== "string" || typeof planned.type !== "string" || typeof name !== "string") return;
    const type = planned.mode === "data" ? `data.${planned.type}` : planned.type;
    const base = join(moduleAddress, `${type}.${name}`);
    const key = typeof planned.index === "number" || typeof planned.index === "string" ? planned.index : undefined;
    if (this.references.has(address)) return; // deferred, and in the state from before
    const module = this.modules.at(moduleAddress);
    const configuration = module?.configuration.resources.get(`${type}.${name}`) ?? {};
    const place = module && { module, key, forEach: configuration.for_each_expression };
    const values = isBlock(planned.values) ? planned.values : {};
    // Terraform waits for all that an expression names, also where it comes to something else.
    let named: readonly Resource[] = [];
    const written = (): Block => ({
      ...(isBlock(configuration.expressions) && configuration.expressions),
      ...dynamicBlocks(this.source?.writtenOf(moduleAddress, `${type}.${name}`)),
    });
    const resource = new Resource({
      address,
      type,
      module: moduleAddress,
      region: () =>
        typeof values.region === "string" ? values.region : this.regionOf(configuration.provider_config_key),
      change: this.changes.get(address),
      writes: (attribute) => attribute in written(),
      values: () => {
        const own = this.readBack.without(type, values, written());
        const merged = this.merge(own, this.unknowns.get(address), configuration.expressions ?? {}, place, []) as Block;
        const source = this.source?.valuesOf(moduleAddress, `${type}.${name}`, key);
        if (!source) return merged;
        named = referencesIn(merged).flatMap((one) => (one.kind === "hidden" ? [] : one.resources));
        return withSource(own, this.unknowns.get(address), source, merged);
      },
      dependsOn: () => [...(place ? this.references.predecessors(configuration, place) : []), ...named],
      mayDependOn: () =>
        place ? this.references.possibleDependencies(configuration, place) : [this.references.resources],
    });
    this.references.add(resource, base, key);
    this.identities.add(resource, values, isBlock(configuration.expressions) ? configuration.expressions : NOTHING);
  }

  /**
   * A planned value with the references that the configuration has for it: what the plan knows is known, and what it
   * doesn't is what the references lead to.
   *
   * @param inherited references of the attribute around it, where it has none of its own
   */
  private merge(
    planned: Value | undefined,
    unknown: Value | undefined,
    expressions: Value | undefined,
    place: Place | undefined,
    inherited: readonly Reference[],
  ): Value | undefined {
    const blocks = this.mergeBlocks(planned, unknown, expressions, place, inherited);
    if (blocks) return blocks;
    if (isExpression(expressions)) {
      const isUnwritten = planned === undefined && unknown === true;
      if (isUnwritten && place && this.references.isKnownInPlan(expressions.references, place)) return undefined;
      const references = place ? this.references.resolve(expressions.references, place, 0) : [];
      return this.withReferences(planned, unknown, references, "own");
    }
    if (isBlock(planned) && !isList(planned)) {
      return this.mergeBlock(planned, unknown, expressions, place, () => inherited);
    }
    // `subnet_ids = []`, which the provider fills in: nothing is written.
    if (planned === undefined && isConstant(expressions)) return undefined;
    return this.withReferences(planned, unknown, inherited, "inherited");
  }

  /** Repeated blocks, each with what is written in it; undefined where the plan pools what they refer to. */
  private mergeBlocks(
    planned: Value | undefined,
    unknown: Value | undefined,
    expressions: Value | undefined,
    place: Place | undefined,
    inherited: readonly Reference[],
  ): Value[] | undefined {
    if (!isList(planned) || !planned.some(isBlock)) return undefined;
    const blocks = isExpression(expressions) ? blocksInJson(expressions) : expressions;
    if (isExpression(expressions) && blocks === undefined) return undefined;
    const written = pairedWith(blocks, planned, unknown);
    return planned.map((item, index) => this.merge(item, at(unknown, index), written[index], place, inherited) ?? null);
  }

  private mergeBlock(
    planned: Block,
    unknown: Value | undefined,
    expressions: Value | undefined,
    place: Place | undefined,
    inheritedBy: (name: string) => readonly Reference[],
  ): Block {
    const written = writtenIn(expressions);
    const unknowns = isBlock(unknown) ? unknown : NOTHING;
    const values: Record<string, Value> = {};
    for (const name of new Set([...Object.keys(planned), ...Object.keys(unknowns)])) {
      const inherited = inheritedBy(name);
      const isUnknown = planned[name] === undefined && unknowns[name] === true;
      const value =
        isUnknown && written[name] === undefined && inherited.length === 0
          ? filledIn(name, expressions)
          : this.merge(planned[name], unknowns[name], written[name], place, inherited);
      if (value !== undefined) values[name] = value;
    }
    return values;
  }

  /** @param origin `inherited`: the references are those of an attribute around this one, and may be for others in it */
  private withReferences(
    planned: Value | undefined,
    unknown: Value | undefined,
    references: readonly Reference[],
    origin: "own" | "inherited",
  ): Value {
    if (isList(planned) && planned.some(isBlock)) {
      const inherited = this.pooled(references, planned, unknown);
      return planned.map((item, index) =>
        isBlock(item) ? this.mergeBlock(item, at(unknown, index), undefined, undefined, inherited) : item,
      );
    }
    if (isBlock(planned)) return this.mergeBlock(planned, unknown, undefined, undefined, () => references);
    if (isList(planned)) return this.listWithReferences(planned, unknown, references);
    if (typeof planned === "string") {
      const identified = this.identities.of(planned, references);
      if (identified) {
        const reference = { resources: identified.resources, attribute: identified.attribute, certain: true };
        return new Expression({ parts: [reference], known: planned });
      }
    }
    if (planned !== undefined && unknown !== true) {
      const certain = origin === "own" ? references.filter(({ certain, kind }) => certain || kind === "order") : [];
      return certain.length === 0 || planned === null || planned === ""
        ? planned
        : new Expression({ references: certain, known: planned as Json });
    }
    // An id that is not known yet belongs to something that is not there yet.
    const possible = references.flatMap((reference) =>
      reference.certain || reference.kind === "order"
        ? [reference]
        : this.withResources(reference, this.identities.missingOf(reference.resources)),
    );
    return new Expression({ references: possible });
  }

  /**
   * References of repeated blocks that are written as one argument, such as the routes of a table: a plan does not tell
   * which of them are in which block. Where several blocks have something unknown in an attribute, and several things
   * fit it, each may be any.
   */
  private pooled(references: readonly Reference[], planned: readonly Value[], unknown: Value | undefined) {
    return (name: string): readonly Reference[] => {
      const fitting = references.filter(
        ({ kind, resources }) =>
          kind !== undefined ||
          resources.some((one) => this.identities.isMissing(one) && (LEADS_TO[name]?.test(one.type) ?? true)),
      );
      const direct = fitting.filter(({ kind }) => kind === undefined);
      const resources = [...new Set(direct.flatMap((reference) => reference.resources))];
      const open = planned.filter((_, index) => isOpen(at(unknown, index), name)).length;
      if (resources.length <= 1 || open <= 1) return fitting;
      const any = { resources, attribute: direct[0]?.attribute ?? "", certain: false };
      return [any, ...fitting.filter(({ kind }) => kind !== undefined)];
    };
  }

  private withResources(reference: Reference, resources: readonly Resource[]): Reference[] {
    return resources.length === 0 ? [] : [{ ...reference, resources }];
  }

  private listWithReferences(
    planned: readonly Value[],
    unknown: Value | undefined,
    references: readonly Reference[],
  ): Value {
    const isKnown = (index: number) => at(unknown, index) !== true && planned[index] !== undefined;
    const elements = planned.map((item, index) =>
      isKnown(index) ? this.withReferences(item, undefined, [], "own") : null,
    );
    if (elements.every((_, index) => isKnown(index))) return elements;
    const unknownCount = planned.filter((_, index) => !isKnown(index)).length;
    const found = references.flatMap((reference) =>
      reference.resources.map((resource) => ({ ...reference, resources: [resource] })),
    );
    const all = found.length === unknownCount && found.every((reference) => reference.certain);
    const open = all
      ? found.map((reference) => new Expression({ references: [reference] }))
      : [new Expression({ references: found.map((reference) => ({ ...reference, certain: false })) })];
    return [...elements.filter((_, index) => isKnown(index)), ...open];
  }

  /** The region of a provider, where one is written. */
  private regionOf(provider: Value | undefined): string | undefined {
    const region = blockAt(blockAt(this.providers, String(provider))?.expressions, "region");
    if (typeof region?.constant_value === "string") return region.constant_value;
    const [name] = isExpression(region) ? region.references : [];
    const value = blockAt(this.variables, name?.replace(/^var\./, "") ?? "")?.value;
    return typeof value === "string" ? value : undefined;
  }
}

const NOTHING: Block = {};

/**
 * An attribute that is not written: the provider fills it in. But no provider fills in a block of these, and of what a
 * `dynamic` block makes, the configuration part tells nothing.
 */
function filledIn(name: string, expressions: Value | undefined): Value | undefined {
  return WRITTEN_BLOCKS.has(name) || expressions === undefined ? DYNAMIC : undefined;
}

/** What arguments in repeated blocks lead to, where their names say it. */
const LEADS_TO: Readonly<Record<string, RegExp>> = {
  gateway_id: /aws_(?:internet|vpn)_gateway$/,
  nat_gateway_id: /aws_nat_gateway$/,
  egress_only_gateway_id: /aws_egress_only_internet_gateway$/,
  transit_gateway_id: /aws_ec2_transit_gateway/,
  vpc_peering_connection_id: /aws_vpc_peering_connection/,
  network_interface_id: /aws_network_interface$|aws_instance$/,
  vpc_endpoint_id: /aws_vpc_endpoint$/,
  security_groups: /security_group$/,
};

/** Something in an attribute of a block is not known. */
function isOpen(unknown: Value | undefined, name: string): boolean {
  const marks = isBlock(unknown) ? unknown[name] : unknown;
  return marks === true || (isList(marks) && marks.includes(true));
}

function at(list: Value | undefined, index: number): Value | undefined {
  return isList(list) ? list[index] : list === true ? true : undefined;
}
