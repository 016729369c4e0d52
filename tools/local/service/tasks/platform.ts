import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Authority } from "../authority.ts";
import type { Engine } from "../engine.ts";
import type { AwsEndpoints } from "../network/reach.ts";
import type { NamespaceProxies } from "../network/service-connect.ts";
import type { Vpc } from "../network/vpc.ts";
import type { CredentialsEndpoint } from "./credentials.ts";

/** What tasks run on and with. */
export interface Platform {
  readonly engine: Engine;
  readonly vpc: Vpc;
  readonly endpoints: AwsEndpoints;
  readonly namespaces: NamespaceProxies;
  readonly credentials: CredentialsEndpoint;
  readonly secrets: SecretsManagerClient;
  readonly logs: CloudWatchLogsClient;
  readonly region: string;
  /** Host of what is behind ECR's repositories. */
  readonly registry: string;
  /** What containers trust, as they trust AWS's own. */
  readonly authority: Authority;
  readonly iam: IAMClient;
  readonly s3: S3Client;
}
