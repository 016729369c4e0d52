import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";

/** Majors 5 and 6: 5.100 wrote the states that come to move in, and 6 is what the bindings are made for. */
export const VERSION_CONSTRAINT = ">= 5.100, < 7.0";

export interface AwsProps {
  readonly region: string;
  /** Tags that every resource gets. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The only provider of a stack. */
export function useAws(stack: TerraformStack, { region, tags }: AwsProps): void {
  new AwsProvider(stack, "aws", { region, defaultTags: [{ tags: { ...tags } }] });
  stack.addOverride("terraform.required_providers.aws.version", VERSION_CONSTRAINT);
  stack.addOverride("terraform.required_version", ">= 1.10");
}
