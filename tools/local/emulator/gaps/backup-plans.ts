import { randomUUID } from "node:crypto";
import type { Call, Reply } from "../call.ts";
import type { Gap, Moto } from "./gap.ts";
import { jsonReply, restError, withBody, xmlReply } from "./replies.ts";
import { type Route, routed } from "./rest.ts";

type Fields = Record<string, unknown>;

/** A backup in a vault. */
interface RecoveryPoint {
  readonly vault: string;
  readonly snapshot: string;
  readonly fields: Fields;
}

const RDS_VERSION = "2014-10-31";
/** The type of snapshots in vaults, and what their names begin with, before a colon. */
const IN_VAULT = "awsbackup";
/** moto takes no colon. */
const MOTO_PREFIX = "vaulted-";

/** What moto calls a snapshot. */
export function nameInMoto(snapshot: string): string {
  return snapshot.replace(/^awsbackup:/, MOTO_PREFIX);
}

/** AWS Backup: what a plan backs up, another content of a plan, and a backup of a database that is asked for. None is made by time. */
export function backupPlans(): Gap[] {
  const points = new Map<string, RecoveryPoint>();
  const selections = new Map<string, Fields>();
  const changed = new Map<string, Fields>();
  const routes: readonly Route[] = [
    [
      "PUT",
      /^\/backup\/plans\/([^/]+)\/selections$/,
      ({ names: [BackupPlanId], input }) => {
        const SelectionId = randomUUID();
        selections.set(SelectionId, { ...input<Fields>(), BackupPlanId, SelectionId });
        return jsonReply({ BackupPlanId, SelectionId });
      },
    ],
    [
      "GET",
      /^\/backup\/plans\/[^/]+\/selections\/([^/]+)$/,
      ({ names: [id = ""] }) => {
        const selection = selections.get(id);
        return selection
          ? jsonReply(selection)
          : restError(400, "ResourceNotFoundException", "Cannot find the selection");
      },
    ],
    [
      "DELETE",
      /^\/backup\/plans\/[^/]+\/selections\/([^/]+)$/,
      ({ names: [id = ""] }) => {
        selections.delete(id);
        return jsonReply({});
      },
    ],
    [
      "POST",
      /^\/backup\/plans\/([^/]+)$/,
      ({ names: [BackupPlanId = ""], input }) => {
        changed.set(BackupPlanId, input<{ BackupPlan: Fields }>().BackupPlan);
        return jsonReply({ BackupPlanId, VersionId: randomUUID() });
      },
    ],
    [
      "GET",
      /^\/backup\/plans\/([^/]+)$/,
      async ({ call, moto, names: [id = ""] }) => {
        const reply = await moto.forward(call);
        const BackupPlan = changed.get(id);
        return BackupPlan ? jsonReply({ ...JSON.parse(reply.body.toString("utf8")), BackupPlan }) : reply;
      },
    ],
    [
      "PUT",
      /^\/backup-jobs$/,
      async ({ call, moto, input }) => {
        const { BackupVaultName = "", ResourceArn = "" } = input<Record<string, string>>();
        const [, place, instance = ""] = ResourceArn.match(/^(arn:aws:rds:[^:]+:\d+):db:(.+)$/) ?? [];
        if (!place) return restError(400, "InvalidParameterValueException", "Only databases are backed up here");
        const BackupJobId = randomUUID();
        const snapshot = `${IN_VAULT}:job-${BackupJobId}`;
        const asked = {
          Action: "CreateDBSnapshot",
          DBInstanceIdentifier: instance,
          DBSnapshotIdentifier: nameInMoto(snapshot),
        };
        await moto.query(call, "rds", RDS_VERSION, asked);
        const CreationDate = Date.now() / 1_000;
        const RecoveryPointArn = `${place}:snapshot:${snapshot}`;
        const fields = { RecoveryPointArn, ResourceArn, ResourceType: "RDS", Status: "COMPLETED", CreationDate };
        points.set(RecoveryPointArn, { vault: BackupVaultName, snapshot, fields });
        return jsonReply({ BackupJobId, RecoveryPointArn, CreationDate });
      },
    ],
    [
      "GET",
      /^\/backup-vaults\/([^/]+)\/recovery-points$/,
      ({ names: [name] }) => {
        const there = [...points.values()].filter(({ vault }) => vault === name);
        return jsonReply({ RecoveryPoints: there.map(({ fields }) => fields) });
      },
    ],
    [
      "DELETE",
      /^\/backup-vaults\/[^/]+\/recovery-points\/([^/]+)$/,
      async ({ call, moto, names: [arn = ""] }) => {
        const point = points.get(decodeURIComponent(arn));
        points.delete(decodeURIComponent(arn));
        const asked = { Action: "DeleteDBSnapshot", DBSnapshotIdentifier: nameInMoto(point?.snapshot ?? "") };
        await moto.query(call, "rds", RDS_VERSION, asked);
        return jsonReply({});
      },
    ],
    [
      "GET",
      /^\/backup-vaults\/[^/]+\/recovery-points\/([^/]+)$/,
      ({ names: [arn = ""] }) => {
        const point = points.get(decodeURIComponent(arn));
        return point
          ? jsonReply(point.fields)
          : restError(400, "ResourceNotFoundException", "Cannot find the recovery point");
      },
    ],
    // moto takes what stands before the last slash for the ARN whose tags are asked for, and the provider writes none.
    [
      "GET",
      /^\/tags\/[^/]+$/,
      ({ call, moto }) => moto.forward({ ...call, path: call.path.replace(/\/?(?=\?|$)/, "/") }),
    ],
  ];
  return [
    {
      service: "backup",
      // The protocol of AWS Backup has the action in method and path.
      action: "",
      why: "moto knows neither selections, UpdateBackupPlan nor recovery points, so an apply ends with an error; and it finds no tags",
      standIn:
        "what was asked for is kept and read back, a backup of a database is a snapshot of moto's; all else is moto's own answer",
      answer: routed(routes),
    },
    {
      service: "rds",
      action: "DescribeDBSnapshots",
      why: "moto takes the snapshots that AWS Backup makes for manual ones, so that nobody would have to ask for them by their type",
      standIn: "moto's own answer; those are shown to who asks for awsbackup, and to nobody else",
      answer: snapshots,
    },
  ];
}

async function snapshots(call: Call, moto: Moto): Promise<Reply> {
  const { SnapshotType: type, ...others } = Object.fromEntries(call.parameters);
  const isVault = type === IN_VAULT;
  const reply = isVault ? xmlReply(200, await moto.query(call, "rds", RDS_VERSION, others)) : await moto.forward(call);
  const shown = reply.body.toString("utf8").replaceAll(/<DBSnapshot>.*?<\/DBSnapshot>/gs, (one) => {
    if (one.includes(`<DBSnapshotIdentifier>${MOTO_PREFIX}`) !== isVault) return "";
    if (!isVault) return one;
    return one.replaceAll(MOTO_PREFIX, `${IN_VAULT}:`).replace(/(<SnapshotType>)[^<]*/, `$1${IN_VAULT}`);
  });
  return withBody(reply, shown);
}
