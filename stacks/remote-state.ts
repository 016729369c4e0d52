import { S3Backend, type TerraformStack } from "cdktf";

export interface RemoteStateProps {
  readonly bucket: string;
  readonly key: string;
  readonly region: string;
}

/** State in S3, encrypted, with a lock file beside it so that two runs never write at once (Terraform 1.10 and later). */
export function keepStateInS3(stack: TerraformStack, { bucket, key, region }: RemoteStateProps): void {
  const backend = new S3Backend(stack, { bucket, key, region, encrypt: true });
  backend.addOverride("use_lockfile", true);
}
