import { describe, expect, it } from "vitest";
import { IMAGES, WORKERS } from "../support/ecs.ts";
import { synthesize } from "../support/synthesize.ts";

describe("another value of a secret", () => {
  const STATE_MACHINE = "aws_sfn_state_machine.ecs_redeployment_state_machine";
  const calls = (stack: ReturnType<typeof synthesize>) =>
    JSON.parse(stack.resource(STATE_MACHINE).definition).States.Redeploy.Branches.flatMap(
      ({ States }: { States: object }) => Object.values(States),
    );
  const services = (stack: ReturnType<typeof synthesize>) =>
    calls(stack).map(({ Parameters }: { Parameters: { Service: string } }) => Parameters.Service);

  it("redeploys the services that read it, workers too, and not nginx", () => {
    const stack = synthesize({ images: IMAGES, ecs: { workers: WORKERS } });
    expect(services(stack)).toEqual([
      "${aws_ecs_service.ecs_app_service.name}",
      "${aws_ecs_service.ecs_sidekiq_service.name}",
    ]);
    for (const { Resource, Parameters } of calls(stack)) {
      expect(Resource).toBe("arn:aws:states:::aws-sdk:ecs:updateService");
      expect(Parameters).toMatchObject({ Cluster: "${aws_ecs_cluster.ecs_cluster.name}", ForceNewDeployment: true });
    }
  });

  it("redeploys the one service where nginx is beside the app", () => {
    expect(services(synthesize({ ecs: { topology: "together" } }))).toEqual([
      "${aws_ecs_service.ecs_app_service.name}",
    ]);
  });

  it("is heard of every secret that a task gets, by the label that tasks read", () => {
    const stack = synthesize({ ecs: { app: { secrets: { RAILS_MASTER_KEY: "by-hand" } } } });
    const { resources, detail, ...pattern } = JSON.parse(
      stack.resource("aws_cloudwatch_event_rule.ecs_redeployment_rule").event_pattern,
    );
    expect(pattern).toEqual({ source: ["aws.secretsmanager"], "detail-type": ["Secret Label Updated"] });
    expect(detail).toEqual({ labelUpdated: ["AWSCURRENT"] });
    const [, , , read] = stack.statements("aws_iam_role_policy.ecs_app_execution_role_policy");
    expect(resources).toEqual(read?.Resource);
    expect(resources.length).toBeGreaterThan(2);
  });

  it("gives the state machine nothing but these services, and EventBridge nothing but the state machine", () => {
    const stack = synthesize();
    expect(stack.statements("aws_iam_role_policy.ecs_redeployment_role_policy")).toEqual([
      { Effect: "Allow", Action: ["ecs:UpdateService"], Resource: ["${aws_ecs_service.ecs_app_service.id}"] },
    ]);
    expect(stack.statements("aws_iam_role_policy.ecs_redeployment_start_role_policy")).toEqual([
      { Effect: "Allow", Action: ["states:StartExecution"], Resource: [`\${${STATE_MACHINE}.arn}`] },
    ]);
  });

  it("has its roles taken on for this state machine and this rule only", () => {
    const stack = synthesize();
    const account = "${data.aws_caller_identity.ecs_account.account_id}";
    const trusted = (role: string) => stack.statements(`aws_iam_role.ecs_redeployment_${role}`, "assume_role_policy");
    expect(trusted("role")).toMatchObject([
      {
        Principal: { Service: "states.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:aws:states:ap-northeast-1:${account}:stateMachine:operation-app-redeploy` },
        },
      },
    ]);
    expect(trusted("start_role")).toMatchObject([
      {
        Principal: { Service: "events.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:aws:events:ap-northeast-1:${account}:rule/operation-app-redeploy` },
        },
      },
    ]);
  });

  it("does nothing where that is switched off", () => {
    const off = synthesize({ ecs: { redeployOnNewSecrets: false } });
    expect(off.addresses().filter((address) => address.includes("redeployment"))).toEqual([]);
  });
});
