import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { TerraformStack } from "cdktf";

/** Majors 5 and 6: 5.100 wrote the states that come to move in, and 6 is what the bindings are made for. */
export const VERSION_CONSTRAINT = ">= 5.100, < 7.0";

const US_EAST_1 = "us-east-1";

export interface AwsProps {
  readonly region: string;
  /** Tags that every resource gets. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The provider of all that names no other. */
export function useAws(stack: TerraformStack, { region, tags }: AwsProps): void {
  new AwsProvider(stack, "aws", { region, defaultTags: [{ tags: { ...tags } }] });
  stack.addOverride("terraform.required_providers.aws.version", VERSION_CONSTRAINT);
  stack.addOverride("terraform.required_version", ">= 1.10");
}

/**
 * A second provider, for what CloudFront takes from us-east-1 only: certificates. It stays while nothing is made by it:
 * without it, Terraform could not delete what was.
 *
 * @returns undefined where the stack itself is there
 */
export function useUsEast1(stack: TerraformStack, { region, tags }: AwsProps): AwsProvider | undefined {
  if (region === US_EAST_1) return undefined;
  return new AwsProvider(stack, "aws_us_east_1", {
    alias: "us_east_1",
    region: US_EAST_1,
    defaultTags: [{ tags: { ...tags } }],
  });
}
