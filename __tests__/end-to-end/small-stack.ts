import { EcsCluster } from "@cdktf/provider-aws/lib/ecs-cluster";
import { EcsTaskDefinition } from "@cdktf/provider-aws/lib/ecs-task-definition";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import { type Environment, stateKey } from "../../environments/schema/index.ts";
import { Cognito } from "../../modules/cognito/index.ts";
import { AddressedStack } from "../../stacks/addressed-stack.ts";
import { useAws } from "../../stacks/aws-provider.ts";
import { keepStateInS3 } from "../../stacks/remote-state.ts";

/** As much of the stack as a change can be planned and applied on in seconds: a user pool, and a container. */
export class OperationStack extends AddressedStack {
  constructor(scope: Construct, environment: Environment) {
    super(scope, environment.name);
    const { app: name, region, images } = environment;
    useAws(this, { region, tags: {} });
    keepStateInS3(this, { bucket: environment.state.bucket, key: stateKey(environment), region });
    const cognito = new Cognito(this, "cognito", { name, region, protection: false });
    const cluster = new EcsCluster(this, "ecs_cluster", { name });
    new EcsTaskDefinition(this, "ecs_app_task", {
      family: name,
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      containerDefinitions: JSON.stringify([
        {
          name: "app",
          image: `registry.example.com/app:${images?.app ?? "0.0.0"}`,
          essential: true,
          environment: [{ name: "LANG", value: "C.UTF-8" }],
        },
      ]),
    });
    new TerraformOutput(this, "cluster", { value: cluster.name });
    new TerraformOutput(this, "pool", { value: cognito.userPool.id });
  }
}
