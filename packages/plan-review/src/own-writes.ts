import { ReadBack } from "@operation-app/preflight/graph";
import { writtenBy } from "./configuration.ts";
import { compare } from "./differences.ts";
import { listOf, objectOf, ownOf, type Plan, type ResourceChange } from "./plan.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Takes out of a change what is no drift although Terraform lists it: what other objects of the same state have made of an
 * object, as long as it is what they say, and what AWS fills in. Attributes that the configuration writes are left as
 * they are.
 */
export function withoutOwnWrites(plan: Plan): (drift: ResourceChange) => ResourceChange {
  const objects = ownObjects(plan);
  const readBack = new ReadBack(
    objects.map(({ address, type, values }) => ({
      address,
      type,
      actions: ["no-op"],
      before: values as never,
      after: values as never,
      sensitive: [],
      replacePaths: [],
      imported: false,
      previousAddress: undefined,
    })),
  );
  const neighbours = neighboursIn(objects);
  return (drift) => {
    const { before, after } = drift.change;
    if (drift.mode !== "managed" || typeof after !== "object" || after === null) return drift;
    const written = writtenBy(plan, drift.address);
    const [old, now] = [before, after].map(
      (values) => readBack.without(drift.type, objectOf(values) as never, written as never) as Fields,
    ) as [Fields, Fields];
    const ofOthers = neighbours(drift);
    const kept = Object.entries(now).map(([name, value]): [string, unknown, unknown] => {
      const earlier = ownOf(old, name);
      if (isScaled(drift.type, name, value, ofOthers)) return [name, value, value];
      if (name in written) return [name, earlier, value];
      if (FILLED_IN.test(name) || isMadeBy(drift.type, name, value, objectOf(after), ofOthers))
        return [name, value, value];
      return [name, withoutGone(earlier, value, objectOf(before)[name]), value];
    });
    const side = (of: 1 | 2) => Object.fromEntries(kept.map((one) => [one[0], one[of]]));
    return { ...drift, change: { ...drift.change, before: { ...old, ...side(1) }, after: side(2) } };
  };
}

/**
 * Where entries of others were taken out of a list: what is gone from it beside is what these entries were before the
 * stack itself changed them.
 */
function withoutGone(earlier: unknown, value: unknown, original: unknown): unknown {
  if (earlier === original || !Array.isArray(earlier) || !Array.isArray(value)) return earlier;
  const there = new Set(value.map((item) => JSON.stringify(item)));
  return earlier.filter((item) => there.has(JSON.stringify(item)));
}

interface OwnObject {
  readonly address: string;
  readonly type: string;
  readonly values: Fields;
}

/** Every object of the state, with the values that this stack wrote last: those before what has drifted. */
function ownObjects({ planned_values: planned, prior_state: prior, resource_drift: drift }: Plan): OwnObject[] {
  const found = new Map<string, OwnObject>();
  const open = [objectOf(objectOf(objectOf(prior).values).root_module), objectOf(objectOf(planned).root_module)];
  for (let module = open.pop(); module; module = open.pop()) {
    for (const one of listOf(module.resources).map(objectOf)) {
      if (one.mode !== "managed") continue;
      const address = String(one.address);
      found.set(address, { address, type: String(one.type), values: objectOf(one.values) });
    }
    open.push(...listOf(module.child_modules).map(objectOf));
  }
  for (const { address, type, deposed, change } of drift) {
    if (deposed === undefined && change.before) found.set(address, { address, type, values: objectOf(change.before) });
  }
  return [...found.values()].sort((a, b) => compare(a.address, b.address));
}

/** Objects that name another one, by its id or ARN. */
function neighboursIn(objects: readonly OwnObject[]): (of: ResourceChange) => OwnObject[] {
  const byText = new Map<string, OwnObject[]>();
  for (const object of objects) {
    for (const text of textsIn(object.values)) {
      const same = byText.get(text);
      if (same) same.push(object);
      else byText.set(text, [object]);
    }
  }
  return ({ address, change }) => {
    const { id, arn } = objectOf(change.before);
    // Scaling names a service as its ARN ends: service/CLUSTER/NAME.
    const naming = [id, arn, String(id).split(":").at(-1)].flatMap((text) =>
      typeof text === "string" && text !== "" ? (byText.get(text) ?? []) : [],
    );
    return [...new Set(naming)].filter((one) => one.address !== address);
  };
}

function textsIn(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value === "string" && value !== "") found.add(value);
  if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) textsIn(inner, found);
  return found;
}

/** Attributes that AWS counts, dates or derives by itself. */
const FILLED_IN =
  /^(latest_restorable_time|estimated_number_of_users|number_of_mount_targets|size_in_bytes|attachment_count|private_dns|last_(accessed|modified)\w*)$/;

/** The number of tasks that the stack's own scaling has chosen, within the limits that the stack gives it. */
function isScaled(type: string, name: string, value: unknown, others: readonly OwnObject[]): boolean {
  if (type !== "aws_ecs_service" || name !== "desired_count") return false;
  return others.some(
    ({ type: other, values: { min_capacity: least, max_capacity: most } }) =>
      other === "aws_appautoscaling_target" && Number(least) <= Number(value) && Number(value) <= Number(most),
  );
}

/** Attributes of a bucket that resources of their own make, by the type of these. */
const OF_BUCKET: Readonly<Record<string, string>> = {
  acceleration_status: "aws_s3_bucket_accelerate_configuration",
  acl: "aws_s3_bucket_acl",
  cors_rule: "aws_s3_bucket_cors_configuration",
  grant: "aws_s3_bucket_acl",
  lifecycle_rule: "aws_s3_bucket_lifecycle_configuration",
  logging: "aws_s3_bucket_logging",
  object_lock_configuration: "aws_s3_bucket_object_lock_configuration",
  policy: "aws_s3_bucket_policy",
  replication_configuration: "aws_s3_bucket_replication_configuration",
  request_payer: "aws_s3_bucket_request_payment_configuration",
  server_side_encryption_configuration: "aws_s3_bucket_server_side_encryption_configuration",
  versioning: "aws_s3_bucket_versioning",
  website: "aws_s3_bucket_website_configuration",
  website_domain: "aws_s3_bucket_website_configuration",
  website_endpoint: "aws_s3_bucket_website_configuration",
};

/**
 * Others have made the value: of a bucket, the resource whose values are listed by themselves where they drift; of anything
 * else, those that name the object and have the same value.
 */
function isMadeBy(type: string, name: string, value: unknown, object: Fields, others: readonly OwnObject[]): boolean {
  if (type === "aws_s3_bucket") {
    const maker = Object.hasOwn(OF_BUCKET, name) ? OF_BUCKET[name] : undefined;
    return others.some((one) => one.type === maker && [object.id, object.bucket].includes(one.values.bucket));
  }
  const texts = Array.isArray(value) ? value : [value];
  return (
    texts.length > 0 &&
    texts.every((text) => typeof text === "string" && others.some(({ values }) => textsIn(values).has(text)))
  );
}
