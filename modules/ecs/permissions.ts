import type { Statement } from "../iam-policy.ts";

/** A right of the app's own code, beside those that the stack gives it. */
export interface Permission {
  /** Prefix that IAM knows a service by, such as `ses`. */
  readonly service: string;
  /** Names of actions, such as `SendEmail`. */
  readonly actions: readonly string[];
  /** ARNs in which `{app}`, `{region}` and `{account}` may stand, or `*`. */
  readonly resources: readonly string[];
}

/** What stands in the place of `{app}`, `{region}` and `{account}`. */
export interface Place {
  readonly app: string;
  readonly region: string;
  readonly account: string;
}

/** Permissions as statements of a policy: the app's role has them, and its boundary lets just these through. */
export function permissionStatements(permissions: readonly Permission[], place: Place): Statement[] {
  return permissions.map(({ service, actions, resources }) => ({
    actions: actions.map((action) => `${service}:${action}`),
    resources: resources.map((resource) =>
      resource.replaceAll(/\{(app|region|account)\}/g, (_whole, name: keyof Place) => place[name]),
    ),
  }));
}
