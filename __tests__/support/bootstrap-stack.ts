import { tmpdir } from "node:os";
import { Testing } from "cdktf";
import type { Environment } from "../../environments/schema/index.ts";
import { BootstrapStack, type Existing } from "../../stacks/bootstrap-stack.ts";
import { type Changes, checked, environmentWith, Synthesized } from "./synthesize.ts";

export const ACCOUNT = "123456789012";

/** Production, with roles for a repository. */
export function withRoles(changes: Changes = {}, name = "production"): Environment {
  return checked(environmentWith({ ci: { repository: "octo-org/rails" }, ...changes }), name);
}

/** The bootstrap stack of some environments, in an account that has what is said. */
export function bootstrapStack(
  environments: readonly Environment[] = [withRoles()],
  existing: Partial<Existing> = {},
): Synthesized {
  const [first] = environments as [Environment];
  const stack = new BootstrapStack(Testing.app({ outdir: tmpdir() }), {
    bucket: first.state.bucket,
    region: first.region,
    environments,
    existing: { account: ACCOUNT, oidcProvider: "missing", made: [], ...existing },
  });
  return new Synthesized(JSON.parse(Testing.synth(stack, true)));
}
