import type { DBInstance } from "@aws-sdk/client-rds";
import { costOf, money } from "@operation-app/cost";
import { load } from "@operation-app/preflight";
import { printable } from "@operation-app/preflight/input";
import Table from "cli-table3";
import type { Environment } from "../../../environments/schema/index.ts";
import type { Declared } from "./declared.ts";
import { type Restorable, timeOf } from "./points.ts";
import { besides } from "./restore.ts";

/** What an instance like the deployed one costs a month, such as `20.94 USD a month (list price of 2026-08)`. */
export async function monthlyPrice({ attributes }: Declared, region: string): Promise<string> {
  const names = [
    "engine",
    "instance_class",
    "multi_az",
    "storage_type",
    "allocated_storage",
    "manage_master_user_password",
  ];
  const instance = Object.fromEntries(names.map((name) => [name, attributes[name]]));
  const { fixed, notPriced, pricesOf } = costOf(
    await load({ resource: { aws_db_instance: { restored: instance } } }, "the restored instance"),
    { region },
  );
  if (notPriced.length > 0 || !pricesOf) return "as much a month as the deployed one (its price is not known)";
  return `${money(fixed)} USD a month (list prices of ${pricesOf.newest})`;
}

/** What can be restored, and what was left of earlier restores. */
export function listText(
  { window, snapshots }: Restorable,
  instances: readonly DBInstance[],
  declared: Declared,
): string {
  const table = new Table({ head: ["snapshot", "type", "data of", "GiB", "status"], style: { head: [], border: [] } });
  for (const one of snapshots)
    table.push([
      printable(one.DBSnapshotIdentifier ?? ""),
      one.SnapshotType ?? "",
      timeOf(one).toISOString(),
      one.AllocatedStorage ?? "",
      one.Status ?? "",
    ]);
  const left = leftOver(instances, declared);
  return [
    window
      ? `Any second between ${window.earliest.toISOString()} and ${window.latest.toISOString()}: --at TIME, or --at latest`
      : "There are no automated backups: only snapshots can be restored.",
    ...(snapshots.length > 0 ? ["Or a snapshot: --snapshot NAME", table.toString()] : []),
    ...(left.length > 0 ? ["Other instances, which cost as much:", ...left.map((one) => `  ${one}`)] : []),
  ].join("\n");
}

/** Names of instances beside the deployed one that were left by restores. */
function leftOver(instances: readonly DBInstance[], { identifier }: Declared): string[] {
  return (["restored", "old", "drill"] as const).flatMap((purpose) => besides(instances, identifier, purpose));
}

/** Commands that delete an instance, with a last snapshot. */
export function deletionCommands(name: string): string[] {
  return [
    `aws rds modify-db-instance --db-instance-identifier ${name} --no-deletion-protection --apply-immediately`,
    `aws rds delete-db-instance --db-instance-identifier ${name} --final-db-snapshot-identifier ${name}-final`,
  ];
}

/** What has been restored, and what can be done with it. */
export function restoredText(
  { instance, dataOf }: { readonly instance: DBInstance; readonly dataOf: Date },
  { name: environment, region }: Environment,
  price: string,
): string {
  const name = instance.DBInstanceIdentifier ?? "";
  return [
    `${name} exists, with the data of ${dataOf.toISOString()}. The app still uses the deployed database.`,
    `  address   ${instance.Endpoint?.Address}:${instance.Endpoint?.Port}, for members of the app's security group only`,
    `  password  in Secrets Manager, a new one: ${instance.MasterUserSecret?.SecretArn}`,
    `  costs     ${price}, until it is deleted`,
    "",
    "Inspect its data:",
    `  bin/infra db console ${environment} --instance ${name}`,
    "",
    "Replace the deployed database with it (asks for confirmation; the app has no database for 10 to 30 minutes):",
    `  bin/infra restore ${environment} --take-over ${name}`,
    "",
    "Or delete it:",
    ...deletionCommands(name).map((command) => `  ${command} --region ${region}`),
  ].join("\n");
}

/** What a take-over will do, before it is asked for. */
export function takeOverQuestion({ identifier }: Declared, restored: string, old: string | undefined): string {
  return [
    old === undefined
      ? `1. ${identifier} does not exist any more: ${restored} gets its name, and so its address.`
      : `1. ${old} is renamed to ${identifier}-old-…: from then on, the app has no database. ${restored} gets its name, and so its address.`,
    "2. The restored instance replaces the old one in the Terraform state: locked, with a backup, and checked by a plan.",
    "3. A reviewed apply deploys the services with the new password, and so with a database again.",
    `Data written ${old === undefined ? "after the time of its data" : `to ${old} after that time`} is not in ${restored}. Nothing is deleted.`,
  ].join("\n");
}

/** What is left to do after a take-over. */
export function takenOverText(
  { name: environment, region }: Environment,
  old: readonly string[],
  price: string,
): string {
  return [
    `Check the result: bin/infra status ${environment}`,
    ...old.flatMap((one) => [
      "",
      `${one} still exists, and costs ${price}. When it is not needed any more:`,
      ...deletionCommands(one).map((command) => `  ${command} --region ${region}`),
    ]),
  ].join("\n");
}
