import { createServer, type Server } from "node:http";
import { AssumeRoleCommand, type STSClient } from "@aws-sdk/client-sts";

/** Stands in for the endpoint at 169.254.170.2, where a task gets the credentials of its role. */
export class CredentialsEndpoint {
  readonly server: Server;
  private readonly roles = new Map<string, string>();

  constructor(sts: STSClient) {
    this.server = createServer(async ({ url = "" }, response) => {
      const role = this.roles.get(url);
      const answer = role ? await this.credentialsOf(sts, role).catch(() => undefined) : undefined;
      response.writeHead(answer ? 200 : 404, { "Content-Type": "application/json" });
      response.end(
        JSON.stringify(answer ?? { code: "InvalidIdInRequest", message: "CredentialsV2Request: ID not found" }),
      );
    });
  }

  /** @returns what a container's `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` is */
  offer(taskId: string, roleArn: string): string {
    const path = `/v2/credentials/${taskId}`;
    this.roles.set(path, roleArn);
    return path;
  }

  withdraw(taskId: string): void {
    this.roles.delete(`/v2/credentials/${taskId}`);
  }

  private async credentialsOf(sts: STSClient, RoleArn: string) {
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "task" }));
    return {
      RoleArn,
      AccessKeyId: Credentials?.AccessKeyId,
      SecretAccessKey: Credentials?.SecretAccessKey,
      Token: Credentials?.SessionToken,
      Expiration: Credentials?.Expiration,
    };
  }
}
