import { tmpdir } from "node:os";
import { CognitoIdentityProvider } from "@cdktf/provider-aws/lib/cognito-identity-provider";
import { CognitoResourceServer } from "@cdktf/provider-aws/lib/cognito-resource-server";
import { CognitoRiskConfiguration } from "@cdktf/provider-aws/lib/cognito-risk-configuration";
import { CognitoUserGroup } from "@cdktf/provider-aws/lib/cognito-user-group";
import { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import { CognitoUserPoolClient } from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain";
import { CognitoUserPoolUiCustomization } from "@cdktf/provider-aws/lib/cognito-user-pool-ui-customization";
import { TerraformStack, Testing } from "cdktf";
import type { Construct } from "constructs";
import { describe, expect, it } from "vitest";
import { HELD_TYPES } from "../../../tools/adopt/held-types.ts";

type AnyClass = { readonly tfResourceType: string; new (scope: Construct, id: string, config: never): object };

const CLASSES: readonly AnyClass[] = [
  CognitoIdentityProvider,
  CognitoResourceServer,
  CognitoRiskConfiguration,
  CognitoUserGroup,
  CognitoUserPool,
  CognitoUserPoolClient,
  CognitoUserPoolDomain,
  CognitoUserPoolUiCustomization,
];

/** Arguments that nobody has to carry over: what AWS decides, and what is a reference here. */
const LEFT_OUT = ["id", "region", "tags_all", "user_pool_id"];

describe("the types that move in", () => {
  it("are these", () => {
    expect(CLASSES.map(({ tfResourceType }) => tfResourceType).sort()).toEqual(Object.keys(HELD_TYPES).sort());
  });

  it.each(CLASSES)("have all the arguments of the provider: $tfResourceType", (resourceClass) => {
    const resource = new resourceClass(
      new TerraformStack(Testing.app({ outdir: tmpdir() }), "stack"),
      "x",
      {} as never,
    );
    const known = (resource as { synthesizeAttributes(): object }).synthesizeAttributes();
    const carried = Object.keys(known).filter((name) => !LEFT_OUT.includes(name));
    expect(HELD_TYPES[resourceClass.tfResourceType]?.toSorted()).toEqual(carried.toSorted());
  });
});
