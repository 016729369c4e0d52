/**
 * Has AWS Backup back a database up into a vault, as its plan does at night.
 *
 * @param endpoint of the emulator, which reads no more of a signature than the service in it
 * @returns the name of the snapshot that it makes
 */
export async function backUpIntoVault(endpoint: string, vault: string, instance: string): Promise<string> {
  const authorization = "AWS4-HMAC-SHA256 Credential=test/20260101/ap-northeast-1/backup/aws4_request";
  const ResourceArn = `arn:aws:rds:ap-northeast-1:123456789012:db:${instance}`;
  const answer = await fetch(`${endpoint}/backup-jobs`, {
    method: "PUT",
    headers: { authorization, "content-type": "application/json" },
    body: JSON.stringify({ BackupVaultName: vault, ResourceArn, IamRoleArn: "arn:aws:iam::123456789012:role/backup" }),
  });
  const { RecoveryPointArn = "" } = (await answer.json()) as { RecoveryPointArn?: string };
  return RecoveryPointArn.replace(/^.*:snapshot:/, "");
}
