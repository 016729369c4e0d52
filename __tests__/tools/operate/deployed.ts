import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServicesCommand,
  type Service,
  type Task,
  type TaskDefinition,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import type { Deployment } from "../../../tools/operate/deployment.ts";
import { clientsWith, type Session } from "../../../tools/operate/session.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";

const REGION = "ap-northeast-1";
const ECS = `arn:aws:ecs:${REGION}:123456789012`;
const SECRETS = `arn:aws:secretsmanager:${REGION}:123456789012:secret`;

/** ARN of a secret of the app's. */
export const secretArn = (variable: string) => `${SECRETS}:operation-app/${variable}-AbCdEf`;
export const definitionArn = (family: string, revision = 1) => `${ECS}:task-definition/${family}:${revision}`;
export const taskArn = (id: string) => `${ECS}:task/operation-app/${id}`;

const environment = checked(
  environmentWith({ ecs: { app: { secrets: { SECRET_KEY_BASE: "generated", RAILS_MASTER_KEY: "by-hand" } } } }),
);

export const deployment: Deployment = {
  environment,
  cluster: "operation-app",
  appService: "operation-app-app",
  migrateFamily: "task-operation-app-migrate",
  secretArns: Object.fromEntries(
    ["DATABASE_PASSWORD", "RAILS_MASTER_KEY", "REDIS_URL", "SECRET_KEY_BASE"].map((name) => [name, secretArn(name)]),
  ),
  taskDefinitions: { "task-operation-app": definitionArn("task-operation-app", 2) },
  schedules: [],
  watched: {
    topicArn: `arn:aws:sns:${REGION}:123456789012:operation-app-alarms`,
    database: "operation-app",
    certificateArn: `arn:aws:acm:${REGION}:123456789012:certificate/1`,
  },
};

/** Clients that a test has an answer for every call of; what it has none for fails at once. */
export function session(): Session {
  const credentials = { accessKeyId: "none", secretAccessKey: "none" };
  return { deployment, clients: clientsWith({ region: REGION, credentials }) };
}

/**
 * A service that is well, in the shape that `DescribeServices` answers.
 *
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html
 */
export function service(changes: Partial<Service> = {}): Service {
  return {
    serviceArn: `${ECS}:service/operation-app/operation-app-app`,
    serviceName: "operation-app-app",
    status: "ACTIVE",
    desiredCount: 2,
    runningCount: 2,
    pendingCount: 0,
    taskDefinition: definitionArn("task-operation-app", 2),
    enableExecuteCommand: true,
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    deployments: [
      {
        id: "ecs-svc/1111111111111111111",
        status: "PRIMARY",
        rolloutState: "COMPLETED",
        rolloutStateReason: "ECS deployment ecs-svc/1111111111111111111 completed.",
        failedTasks: 0,
      },
    ],
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: ["subnet-1", "subnet-2"],
        securityGroups: ["sg-app"],
        assignPublicIp: "DISABLED",
      },
    },
    ...changes,
  };
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTaskDefinition.html */
export function taskDefinition(family = "task-operation-app", container = "app", revision = 2): TaskDefinition {
  return {
    taskDefinitionArn: definitionArn(family, revision),
    family,
    revision,
    containerDefinitions: [
      {
        name: container,
        image: `123456789012.dkr.ecr.${REGION}.amazonaws.com/operation-app-app:0.2.0`,
        essential: true,
        secrets: [
          { name: "SECRET_KEY_BASE", valueFrom: secretArn("SECRET_KEY_BASE") },
          { name: "RAILS_MASTER_KEY", valueFrom: secretArn("RAILS_MASTER_KEY") },
          { name: "DATABASE_PASSWORD", valueFrom: `${secretArn("DATABASE_PASSWORD")}:password::` },
        ],
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": `/ecs/operation-app/${container}`, "awslogs-stream-prefix": container },
        },
      },
    ],
  };
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeTasks.html */
export function stoppedTask(changes: Partial<Task> = {}): Task {
  return {
    taskArn: taskArn("0123456789abcdef0123456789abcdef"),
    group: "service:operation-app-app",
    lastStatus: "STOPPED",
    stoppedAt: new Date("2026-11-24T10:00:00Z"),
    ...changes,
  };
}

/** ECS answers with one service, and with its task definition and that of the migration. */
export function answerWithOneService({ clients }: Session, app: TaskDefinition = taskDefinition()) {
  return mockClient(clients.ecs)
    .on(ListServicesCommand)
    .resolves({ serviceArns: ["app"] })
    .on(DescribeServicesCommand)
    .resolves({ services: [service()] })
    .on(DescribeTaskDefinitionCommand)
    .resolves({ taskDefinition: app })
    .on(DescribeTaskDefinitionCommand, { taskDefinition: "task-operation-app-migrate" })
    .resolves({ taskDefinition: taskDefinition("task-operation-app-migrate", "migrate") });
}
