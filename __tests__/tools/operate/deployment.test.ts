import { describe, expect, it } from "vitest";
import { parseState } from "../../../tools/lib/terraform/state-file.ts";
import { deploymentIn, readOutputs, shortName } from "../../../tools/operate/deployment.ts";
import { deployment } from "./deployed.ts";

const { environment } = deployment;

const OUTPUTS = {
  cluster_name: { value: "operation-app", type: "string" },
  app_service_name: { value: "operation-app-app", type: "string" },
  migrate_task_family: { value: "task-operation-app-migrate", type: "string" },
  secret_arns: { value: { REDIS_URL: "arn:redis" }, type: ["map", "string"] },
  alarm_topic_arn: { value: "arn:topic", type: "string" },
  password: { value: "s3cret", type: "string", sensitive: true },
};

function state(outputs: object) {
  const definition = (arn: string, more = {}) => ({ attributes: { family: "task-operation-app", arn }, ...more });
  const resource = {
    mode: "managed",
    type: "aws_ecs_task_definition",
    name: "ecs_app_task",
    provider: 'provider["registry.terraform.io/hashicorp/aws"]',
    instances: [definition("arn:…:2"), definition("arn:…:1", { deposed: "0a1b" })],
  };
  const { provider, mode } = resource;
  const database = { mode, provider, type: "aws_db_instance", name: "database_mysql" };
  const instances = [{ attributes: { identifier: "operation-app", id: "db-ABC" } }];
  const nightly = {
    name: "nightly",
    schedule_expression: "cron(0 3 * * ? *)",
    schedule_expression_timezone: "Asia/Tokyo",
    state: "ENABLED",
    target: [{ ecs_parameters: [{ task_definition_arn: "arn:…:task-definition/task-operation-app-nightly" }] }],
  };
  const queue = { attributes: { name: "operation-app-dead-letters" } };
  const resources = [
    resource,
    { ...database, instances },
    {
      mode,
      provider,
      type: "aws_scheduler_schedule",
      name: "schedules_schedule_nightly",
      instances: [{ attributes: nightly }],
    },
    { mode, provider, type: "aws_sqs_queue", name: "schedules_dead_letters", instances: [queue] },
  ];
  return parseState(JSON.stringify({ version: 4, serial: 1, lineage: "l", outputs, resources }), "state");
}

describe("a deployment is read from the state", () => {
  it("with its names, its secrets, what was registered last and what is watched", () => {
    expect(deploymentIn(state(OUTPUTS), environment)).toEqual({
      environment,
      cluster: "operation-app",
      appService: "operation-app-app",
      migrateFamily: "task-operation-app-migrate",
      secretArns: { REDIS_URL: "arn:redis" },
      taskDefinitions: { "task-operation-app": "arn:…:2" },
      schedules: [
        {
          name: "nightly",
          when: "cron(0 3 * * ? *)",
          timeZone: "Asia/Tokyo",
          enabled: true,
          family: "task-operation-app-nightly",
        },
      ],
      deadLetterQueue: "operation-app-dead-letters",
      watched: { topicArn: "arn:topic", database: "operation-app", certificateArn: undefined },
    });
  });

  it("without what is sensitive", () => {
    expect(readOutputs(state(OUTPUTS))).not.toHaveProperty("password");
    const sensitive = { ...OUTPUTS, cluster_name: { ...OUTPUTS.cluster_name, sensitive: true } };
    expect(() => deploymentIn(state(sensitive), environment)).toThrow("bin/infra apply production");
  });

  it("and where there is nothing, it is said what to run", () => {
    expect(() => deploymentIn(state({}), environment)).toThrow(
      "production is not deployed, or not completely (s3://operation-app-terraform-state/production/terraform.tfstate). Run: bin/infra apply production",
    );
  });
});

it("a service is called without the app's name", () => {
  expect(shortName(deployment, "operation-app-sidekiq")).toBe("sidekiq");
  expect(shortName(deployment, "another")).toBe("another");
});
