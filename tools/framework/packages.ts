import type { FrameworkName } from "../lib/framework.ts";

/** A package of npm and its version, the same thing in both frameworks by its place. */
type Package = readonly [name: string, version: string];

interface Packages {
  readonly framework: Package;
  readonly command: Package;
  readonly bindings: Package;
  readonly parser: Package;
  readonly constructs: Package;
  /** The oldest Node that its command takes. */
  readonly node: string;
}

/** Versions that were tried together with this project. */
export const PACKAGES: Readonly<Record<FrameworkName, Packages>> = {
  cdktf: {
    framework: ["cdktf", "0.21.0"],
    command: ["cdktf-cli", "0.21.0"],
    bindings: ["@cdktf/provider-aws", "21.22.1"],
    parser: ["@cdktf/hcl2json", "0.21.0"],
    constructs: ["constructs", "10.8.1"],
    node: "20.19.0",
  },
  cdktn: {
    framework: ["cdktn", "0.24.0"],
    command: ["cdktn-cli", "0.24.0"],
    bindings: ["@cdktn/provider-aws", "25.7.0"],
    parser: ["@cdktn/hcl2json", "0.24.0"],
    constructs: ["constructs", "10.7.2"], // cdktn 0.24.0 takes none from 10.8 on
    node: "22.19.0",
  },
};

const ROLES = ["framework", "command", "bindings", "parser", "constructs"] as const;

/** What takes the place of what, from one framework to the other. */
export function replacements(
  from: FrameworkName,
  to: FrameworkName,
): { readonly old: Package; readonly new: Package }[] {
  return ROLES.map((role) => ({ old: PACKAGES[from][role], new: PACKAGES[to][role] }));
}
