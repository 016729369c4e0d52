import type { RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import type { Gap } from "../../emulator/gaps/gap.ts";
import { ecrImage } from "../tasks/image.ts";
import { ecsGap, refusal } from "./calls.ts";

/** What ECS looks at when a task definition is registered, and moto does not. */
export function taskDefinitionCalls(): Gap[] {
  return [
    ecsGap<RegisterTaskDefinitionCommandInput>(
      "RegisterTaskDefinition",
      "moto's own answer",
      async (input, call, moto) => {
        const { containerDefinitions = [], requiresCompatibilities = [], executionRoleArn } = input;
        const isPulled = containerDefinitions.some(({ image }) => ecrImage(image));
        if (isPulled && requiresCompatibilities.includes("FARGATE") && !executionRoleArn)
          throw refusal(
            "ClientException",
            "Fargate requires task definition to have execution role ARN to support ECR images.",
          );
        return moto.forward(call);
      },
    ),
  ];
}
