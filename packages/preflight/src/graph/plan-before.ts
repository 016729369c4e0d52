/** What `terraform show -json` says of a plan, as far as it is read here. */
export interface PlanJson {
  readonly resource_changes: readonly {
    readonly address: string;
    readonly mode: string;
    readonly type: string;
    readonly deposed?: string | undefined;
    readonly change: { readonly actions: readonly string[]; readonly before?: unknown; readonly after?: unknown };
  }[];
  readonly configuration?: unknown;
  readonly prior_state?: unknown;
  readonly variables?: unknown;
}

/**
 * What there is before a plan, as a plan that changes nothing.
 *
 * @param keeps types that matter
 * @param configuration whose references count beside ids. @default only ids, since it is that of after the plan
 */
export function planBefore(
  { resource_changes: changes, variables, prior_state }: PlanJson,
  keeps: (type: string) => boolean,
  configuration: unknown = {},
): unknown {
  const there = changes.filter(
    ({ mode, type, deposed, change }) =>
      mode === "managed" && deposed === undefined && change.before != null && keeps(type),
  );
  const modules = new Map<string, unknown[]>();
  for (const { change, ...identity } of there) {
    const address = String((identity as { module_address?: unknown }).module_address ?? "");
    modules.set(address, [...(modules.get(address) ?? []), { ...identity, values: change.before }]);
  }
  const { "": root = [], ...children } = Object.fromEntries(modules);
  return {
    format_version: "1.2",
    planned_values: {
      root_module: {
        resources: root,
        child_modules: Object.entries(children).map(([address, resources]) => ({ address, resources })),
      },
    },
    resource_changes: there.map((one) => ({
      ...one,
      change: { actions: ["no-op"], before: one.change.before, after: one.change.before, after_unknown: {} },
    })),
    prior_state,
    configuration,
    variables: variables ?? {},
  };
}
