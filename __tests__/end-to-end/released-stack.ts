import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { type Environment, stateKey } from "../../environments/schema/index.ts";
import { AddressedStack } from "../../stacks/addressed-stack.ts";
import { useAws } from "../../stacks/aws-provider.ts";
import { keepStateInS3 } from "../../stacks/remote-state.ts";

/** As much of the stack as images can be pushed to. */
export class OperationStack extends AddressedStack {
  constructor(scope: Construct, environment: Environment) {
    super(scope, environment.name);
    const { app, region } = environment;
    useAws(this, { region, tags: {} });
    keepStateInS3(this, { bucket: environment.state.bucket, key: stateKey(environment), region });
    for (const name of ["nginx", "app"]) {
      const repository = new EcrRepository(this, name, { name: `${app}/${name}`, imageTagMutability: "IMMUTABLE" });
      new TerraformOutput(this, `${name}_repository_url`, { value: repository.repositoryUrl });
    }
  }
}
