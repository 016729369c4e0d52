import { randomUUID } from "node:crypto";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { makeStateBucket } from "../lib/aws/state-bucket.ts";
import type { Needs } from "../lib/terraform/synthesized.ts";
import { emulatorClient } from "./aws-environment.ts";

/** Makes, in the emulator, what a real account has before the first deployment: the state bucket and the hosted zones. */
export async function layFoundations(endpoint: string, { region, stateBucket, hostedZones }: Needs): Promise<void> {
  const client = emulatorClient({ endpoint, region });
  await makeStateBucket(new S3Client(client), { bucket: stateBucket, region });

  const route53 = new Route53Client(client);
  for (const name of hostedZones) {
    await route53.send(new CreateHostedZoneCommand({ Name: name, CallerReference: randomUUID() }));
  }
}
