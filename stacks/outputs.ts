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

  output("url", lb.url, "URL of the app");
  output("alb_name", lb.alb.name, "Load balancer");
  output("alb_dns_name", lb.alb.dnsName, "DNS name of the load balancer");
  output("nginx_repository_url", ecr.nginx.repositoryUrl, "Repository of the nginx image");
  output("app_repository_url", ecr.app.repositoryUrl, "Repository of the app's image");
  output("cluster_name", ecs.cluster.name, "ECS cluster");
  output("nginx_service_name", ecs.nginxService.service.name, "ECS service that receives requests");
  output("app_service_name", ecs.appService.service.name, "ECS service that runs Rails");
  output("migrate_task_family", ecs.migrateTask.family, "Task definition of `rails db:migrate`");
  output(
    "private_subnet_ids",
    network.privateSubnets.map(({ id }) => id),
    "Subnets of the tasks",
  );
  output("app_security_group_id", firewall.app.id, "Security group of the app's tasks");
  output("cognito_user_pool_id", cognito.userPool.id, "User pool");
  if (cognito.client) output("cognito_client_id", cognito.client.id, "User pool client that Rails uses");
  if (cognito.domain)
    output("cognito_domain", cognito.domain.domain, "Domain prefix or custom domain of the user pool");
  output("database_endpoint", database.instance.endpoint, "Host and port of MySQL");
  if (cache) output("cache_endpoint", cache.replicationGroup.primaryEndpointAddress, "Host of Redis");
  output(
    "secret_arns",
    Object.fromEntries(Object.entries(ecs.secrets).map(([variable, { secretArn }]) => [variable, secretArn])),
    "Secrets by the environment variable that holds them",
  );
  if (alarms) {
    output("alarm_topic_arn", alarms.topic.arn, "SNS topic of the alarms");
    output("dashboard_name", alarms.dashboard.dashboardName, "CloudWatch dashboard");
  }
}
