import { randomUUID } from "node:crypto";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketVersioningCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { emulatorClient } from "./aws-environment.ts";
import type { Needs } from "./synthesized.ts";

/** Makes, in the emulator, what a real account has before the first deployment: the state bucket and the hosted zones. */
export async function layFoundations(endpoint: string, { region, stateBucket, hostedZones }: Needs): Promise<void> {
  const client = emulatorClient({ endpoint, region });
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  // us-east-1 is what S3 calls "no location".
  const location = region === "us-east-1" ? undefined : { LocationConstraint: region as BucketLocationConstraint };
  await s3.send(new CreateBucketCommand({ Bucket: stateBucket, CreateBucketConfiguration: location }));
  await s3.send(
    new PutBucketVersioningCommand({ Bucket: stateBucket, VersioningConfiguration: { Status: "Enabled" } }),
  );

  const route53 = new Route53Client(client);
  for (const name of hostedZones) {
    await route53.send(new CreateHostedZoneCommand({ Name: name, CallerReference: randomUUID() }));
  }
}
