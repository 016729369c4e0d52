import { randomUUID } from "node:crypto";
import type { Gap } from "./gap.ts";
import { jsonReply, restError } from "./replies.ts";
import { type Route, routed } from "./rest.ts";

type Fields = Record<string, unknown>;

/** AWS Backup: what a plan backs up, and another content of a plan. Nothing is backed up. */
export function backupPlans(): Gap[] {
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
    ["GET", /^\/backup-vaults\/[^/]+\/recovery-points$/, () => jsonReply({ RecoveryPoints: [] })],
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
      standIn: "what was asked for is kept and read back; all else is moto's own answer",
      answer: routed(routes),
    },
  ];
}
