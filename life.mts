import { DeleteDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { inventory } from "./__tests__/support/inventory.ts";
import { parseState } from "./tools/lib/terraform/state-file.ts";
import { terminalProgress } from "./tools/lib/terminal/progress.ts";
import { emulatorClient } from "./tools/local/aws-environment.ts";
import { declaredInstance } from "./tools/operate/restore/declared.ts";
import { restorable } from "./tools/operate/restore/points.ts";
import { restore } from "./tools/operate/restore/restore.ts";
import { checked, environmentWith } from "./__tests__/support/synthesize.ts";
import { startTerraformRun } from "./__tests__/support/terraform-run.ts";
import { backUpIntoVault } from "./__tests__/support/vault.ts";
const APP = "operation-app";
const run = await startTerraformRun();
try {
  run.synthesize({ protection: false, backup: {}, cache: "none" } as any);
  await run.initialize(); console.log("apply", new Date()); await run.apply(); console.log("applied", new Date(), await run.plan());
  const rds = new RDSClient(emulatorClient({ endpoint: run.endpoint, region: "ap-northeast-1" }));
  const declared = declaredInstance(parseState(await run.pull(), "the state"), checked(environmentWith()));
  const snapshot = await backUpIntoVault(run.endpoint, APP, APP);
  const { snapshots, window } = await restorable(rds, declared, undefined);
  console.log(snapshot, snapshots.map((s) => [s.DBSnapshotIdentifier, s.SnapshotType]), window);
  for (const point of [{ snapshot }, { latest: true }] as const) {
    const { instance } = await restore({ rds, progress: terminalProgress(), declared, point, purpose: "restored", pollMs: 10 });
    console.log(instance.DBInstanceIdentifier, instance.DBInstanceStatus);
    await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: instance.DBInstanceIdentifier, SkipFinalSnapshot: true }));
  }
  console.log(await run.plan());
  await run.destroy();
  console.log(await run.state(), await inventory(run.endpoint, APP));
} finally { await run.end(); }
