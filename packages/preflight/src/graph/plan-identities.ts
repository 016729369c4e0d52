import type { Resource } from "./graph.ts";
import { remembered } from "./remembered.ts";
import type { Block, Reference } from "./value.ts";

type Identified = { readonly resource: Resource; readonly attribute: string };

/** Attributes with the id of something that AWS makes beside a resource, and that is no resource of its own. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  aws_instance: ["primary_network_interface_id"],
  aws_vpc: ["default_network_acl_id", "default_route_table_id", "default_security_group_id", "main_route_table_id"],
  aws_vpc_endpoint: ["prefix_list_id"],
};

/** Which resources of a plan the ids and ARNs in it belong to. */
export class PlanIdentities {
  /** What has an id or ARN. Where the id is a name, there may be several: a subnet group and a dashboard, say. */
  private readonly byId = new Map<string, Identified[]>();
  private readonly companions = new Map<string, Identified>();
  private readonly missing = new Set<Resource>();
  /** Those of them whose id is not known yet. Once for all that refer to the same. */
  readonly missingOf = remembered((resources: readonly Resource[]) => resources.filter((one) => this.isMissing(one)));

  /** Its id is not known yet. */
  isMissing(resource: Resource): boolean {
    return this.missing.has(resource);
  }

  /** By its own id and ARN, and by those of what AWS makes beside it. */
  add(resource: Resource, values: Block, written: Block): void {
    for (const attribute of ["id", "arn"] as const) {
      const id = values[attribute];
      // Where it is an argument, it is another resource's: that of what an aws_cloudwatch_event_target calls.
      if (typeof id === "string" && !(attribute in written)) this.identify(id, { resource, attribute });
    }
    for (const attribute of COMPANIONS[resource.type] ?? []) {
      const id = values[attribute];
      if (typeof id === "string" && id !== "") this.companions.set(id, { resource, attribute });
    }
    if (typeof values.id !== "string") this.missing.add(resource);
  }

  private identify(id: string, identified: Identified): void {
    const known = this.byId.get(id);
    if (known === undefined) this.byId.set(id, [identified]);
    else if (!known.some(({ resource }) => resource === identified.resource)) known.push(identified);
  }

  /** What an id belongs to: of several things, the one that is referred to; else any, of which one is of the type that fits. */
  of(id: string, references: readonly Reference[]): { resources: Resource[]; attribute: string } | undefined {
    const all = this.byId.get(id);
    const only = all?.length === 1 ? all[0] : all ? undefined : this.companions.get(id);
    if (only) return { resources: [only.resource], attribute: only.attribute };
    if (!all) return undefined;
    const meant = new Set(references.filter(({ kind }) => kind === undefined).flatMap(({ resources }) => resources));
    const found = all.filter(({ resource }) => meant.has(resource));
    const [{ attribute } = { attribute: "id" }] = found.length > 0 ? found : all;
    return { resources: (found.length > 0 ? found : all).map(({ resource }) => resource), attribute };
  }
}
