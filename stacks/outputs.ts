import { TerraformOutput, type TerraformStack } from "cdktf";
import type { Alarms } from "../modules/alarms/index.ts";
import type { Cache } from "../modules/cache/index.ts";
import type { Cognito } from "../modules/cognito/index.ts";
import type { Database } from "../modules/database/index.ts";
import type { Ecr } from "../modules/ecr/index.ts";
import type { Ecs } from "../modules/ecs/index.ts";
import type { Firewall } from "../modules/firewall/index.ts";
import type { Lb } from "../modules/lb/index.ts";
import type { Network } from "../modules/network/index.ts";

export interface OutputsProps {
  readonly network: Network;
  readonly firewall: Firewall;
  readonly lb: Lb;
  readonly ecr: Ecr;
  readonly ecs: Ecs;
  readonly cognito: Cognito;
  readonly database: Database;
  readonly cache?: Cache;
  readonly alarms?: Alarms;
}

/** What one needs after a deployment: where things are and what they are called. Nothing secret. */
export function createOutputs(stack: TerraformStack, modules: OutputsProps): void {
  const { network, firewall, lb, ecr, ecs, cognito, database, cache, alarms } = modules;
  const output = (id: string, value: unknown, description: string) =>
    new TerraformOutput(stack, id, { value, description });

  output("url", lb.url, "Where people go");
  output("alb_name", lb.alb.name, "Load balancer");
  output("alb_dns_name", lb.alb.dnsName, "Name of the load balancer itself");
  output("nginx_repository_url", ecr.nginx.repositoryUrl, "Where the nginx image is pushed");
  output("app_repository_url", ecr.app.repositoryUrl, "Where the app's image is pushed");
  output("cluster_name", ecs.cluster.name, "ECS cluster");
  output("nginx_service_name", ecs.nginxService.service.name, "ECS service that gets the requests");
  output("app_service_name", ecs.appService.service.name, "ECS service that runs Rails");
  output("migrate_task_family", ecs.migrateTask.family, "Task definition of `rails db:migrate`");
  output(
    "private_subnet_ids",
    network.privateSubnets.map(({ id }) => id),
    "Subnets of the tasks",
  );
  output("app_security_group_id", firewall.app.id, "Group of the app's tasks");
  output("cognito_user_pool_id", cognito.userPool.id, "User pool");
  if (cognito.client) output("cognito_client_id", cognito.client.id, "App client that Rails uses");
  if (cognito.domain)
    output("cognito_domain", cognito.domain.domain, "Domain prefix of the user pool, or its own domain");
  output("database_endpoint", database.instance.endpoint, "Host and port of MySQL");
  if (cache) output("cache_endpoint", cache.replicationGroup.primaryEndpointAddress, "Host of Redis");
  output(
    "secret_arns",
    Object.fromEntries(Object.entries(ecs.secrets).map(([variable, { secretArn }]) => [variable, secretArn])),
    "Secrets by the variable that the app gets them as",
  );
  if (alarms) {
    output("alarm_topic_arn", alarms.topic.arn, "Where alarms are told");
    output("dashboard_name", alarms.dashboard.dashboardName, "Dashboard in CloudWatch");
  }
}
