import { ACMClient } from "@aws-sdk/client-acm";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECSClient, type ECSClientConfig } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RDSClient } from "@aws-sdk/client-rds";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Environment } from "../../environments/schema/index.ts";
import { refuseMissingStateBucket } from "../lib/aws/account.ts";
import { explainingAwsErrors } from "../lib/aws/errors.ts";
import { silenceNodeVersionWarning } from "../lib/aws/sdk.ts";
import { type Deployment, readDeployment } from "./deployment.ts";

/** The services of AWS in which a deployment is looked at and worked on. */
export interface Clients {
  readonly ecs: ECSClient;
  readonly logs: CloudWatchLogsClient;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
  readonly secrets: SecretsManagerClient;
  readonly certificates: ACMClient;
  readonly metrics: CloudWatchClient;
  readonly topics: SNSClient;
  readonly rds: RDSClient;
  readonly ssm: SSMClient;
  readonly queues: SQSClient;
  readonly mail: SESv2Client;
}

/** A deployment, and who is asked about it. */
export interface Session {
  readonly deployment: Deployment;
  readonly clients: Clients;
}

/**
 * Works on the deployment of an environment, with the credentials that the SDK finds.
 *
 * @throws UserError in one line where it is not deployed or AWS can't be asked
 */
export async function withDeployment<T>(environment: Environment, work: (session: Session) => Promise<T>): Promise<T> {
  const deployment = await readDeployment(environment).catch(async (error) => {
    await refuseMissingStateBucket(environment);
    throw error;
  });
  const timeouts = { connectionTimeout: 5_000, requestTimeout: 30_000 };
  const clients = clientsWith({ region: environment.region, requestHandler: timeouts });
  try {
    return await explainingAwsErrors(() => work({ deployment, clients }), "operate ECS and read its logs");
  } finally {
    for (const client of Object.values(clients) as { destroy(): void }[]) client.destroy();
  }
}

/** What the configuration of every client has. */
type Settings = Pick<ECSClientConfig, "region" | "requestHandler" | "credentials">;

/** A client of each service, all with the same settings. */
export function clientsWith(settings: Settings): Clients {
  silenceNodeVersionWarning();
  return {
    ecs: new ECSClient(settings),
    logs: new CloudWatchLogsClient(settings),
    loadBalancing: new ElasticLoadBalancingV2Client(settings),
    secrets: new SecretsManagerClient(settings),
    certificates: new ACMClient(settings),
    metrics: new CloudWatchClient(settings),
    topics: new SNSClient(settings),
    rds: new RDSClient(settings),
    ssm: new SSMClient(settings),
    queues: new SQSClient(settings),
    mail: new SESv2Client(settings),
  };
}
