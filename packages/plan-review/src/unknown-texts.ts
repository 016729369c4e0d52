import { counted } from "@operation-app/preflight/terminal";
import { kindOf } from "./actions.ts";
import { KEY, writtenBy } from "./configuration.ts";
import { isContainers } from "./containers.ts";
import type { Difference } from "./differences.ts";
import { jsonIn, type Masking, shown } from "./masking.ts";
import { listOf, objectOf, ownOf, type Plan, type ResourceChange } from "./plan.ts";

/**
 * Says what is known of a JSON text that is known after apply, such as container definitions with a new secret: what it was,
 * by container, and what it takes that is not there yet.
 */
export function explainingUnknownTexts(plan: Plan, masking: Masking) {
  const changed = new Map(plan.resource_changes.map((one) => [one.address.replace(KEY, ""), kindOf(one)]));
  return (one: ResourceChange, differences: readonly Difference[]): Difference[] =>
    differences.flatMap((difference) => {
      const held = heldBefore(one, difference);
      if (held === undefined) return [difference];
      const from = sources(plan, one.address, difference.path, changed);
      const after = from.length > 0 ? `(known after apply, with ${from.join(", ")})` : difference.after;
      return isContainers(held) ? containerLines({ ...difference, after }, held, masking) : [{ ...difference, after }];
    });
}

/** What a text held as JSON that is known after apply now. */
function heldBefore({ change }: ResourceChange, { path, before }: Difference): object | undefined {
  const text = ownOf(objectOf(change.before), path);
  const isUnknown = objectOf(change.after_unknown)[path] === true;
  return isUnknown && typeof text === "string" && before !== "(sensitive)" ? jsonIn(text) : undefined;
}

type Container = Readonly<Record<string, unknown>>;

/** A line for all, and one for each container, with what tells it from others: its image, the names of its variables and secrets. */
function containerLines(difference: Difference, containers: readonly Container[], masking: Masking): Difference[] {
  const names = containers.map(({ name }) => name).join(", ");
  const count = `${counted(containers.length, "container")}: ${names}`;
  const namesIn = (entries: unknown) => listOf(entries).map((entry) => objectOf(entry).name);
  const each = containers.map(({ name, image, environment, secrets }) => {
    const outline = { image: masking.mask(image), environment: namesIn(environment), secrets: namesIn(secrets) };
    return { path: `${difference.path}[${name}]`, before: shown(outline, masking), after: "(known after apply)" };
  });
  return [{ ...difference, before: count }, ...each];
}

/** References of an argument to what this plan creates or changes; else to what a plan does not lead on from. */
function sources(plan: Plan, address: string, argument: string, changed: ReadonlyMap<string, string>): string[] {
  const references = listOf(objectOf(writtenBy(plan, address)[argument]).references).map(String);
  const longest = references.filter((name) => !references.some((other) => other.startsWith(`${name}.`)));
  const module = address.replace(KEY, "").split(".").slice(0, -2).join(".");
  const resources = longest.flatMap((name) => {
    const [type, label] = name.replace(KEY, "").split(".");
    const kind = changed.get([module, type, label].filter(Boolean).join("."));
    return kind === undefined || kind === "no-op" ? [] : [`${name} (${kind})`];
  });
  return resources.length > 0 ? resources : longest.filter((name) => /^(var|local|module|each)\./.test(name));
}
