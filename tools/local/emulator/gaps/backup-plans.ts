import { randomUUID } from "node:crypto";
import type { Call, Reply } from "../call.ts";
import type { Gap, Moto } from "./gap.ts";
import { jsonReply, restError } from "./replies.ts";

type Fields = Record<string, unknown>;
type Answer = (call: Call, ids: readonly string[]) => Reply;

/** AWS Backup: what a plan backs up, and another content of a plan. Nothing is backed up. */
export function backupPlans(): Gap[] {
  const selections = new Map<string, Fields>();
  const changed = new Map<string, Fields>();
  const answers: readonly (readonly [method: string, path: RegExp, answer: Answer])[] = [
    [
      "PUT",
      /^\/backup\/plans\/([^/]+)\/selections\/?$/,
      ({ body }, [BackupPlanId]) => {
        const SelectionId = randomUUID();
        selections.set(SelectionId, { ...JSON.parse(body.toString("utf8")), BackupPlanId, SelectionId });
        return jsonReply({ BackupPlanId, SelectionId });
      },
    ],
    [
      "GET",
      /^\/backup\/plans\/[^/]+\/selections\/([^/]+)$/,
      (_call, [id = ""]) => {
        const selection = selections.get(id);
        return selection
          ? jsonReply(selection)
          : restError(400, "ResourceNotFoundException", "Cannot find the selection");
      },
    ],
    [
      "DELETE",
      /^\/backup\/plans\/[^/]+\/selections\/([^/]+)$/,
      (_call, [id = ""]) => {
        selections.delete(id);
        return jsonReply({});
      },
    ],
    [
      "POST",
      /^\/backup\/plans\/([^/]+)$/,
      ({ body }, [BackupPlanId = ""]) => {
        changed.set(BackupPlanId, JSON.parse(body.toString("utf8")).BackupPlan);
        return jsonReply({ BackupPlanId, VersionId: randomUUID() });
      },
    ],
    ["GET", /^\/backup-vaults\/[^/]+\/recovery-points\/?$/, () => jsonReply({ RecoveryPoints: [] })],
  ];
  return [
    {
      service: "backup",
      // The protocol of AWS Backup has the action in method and path.
      action: "",
      why: "moto knows neither selections, UpdateBackupPlan nor recovery points, so an apply ends with an error; and it finds no tags",
      standIn: "what was asked for is kept and read back; all else is moto's own answer",
      async answer(call: Call, moto: Moto): Promise<Reply> {
        const path = call.path.split("?")[0] ?? "";
        for (const [method, pattern, answer] of answers) {
          const ids = call.method === method ? pattern.exec(path) : null;
          if (ids) return answer(call, ids.slice(1));
        }
        const reply = await moto.forward(withLastSlash(call, path));
        const content = changed.get(/^\/backup\/plans\/([^/]+)\/?$/.exec(path)?.[1] ?? "");
        if (call.method !== "GET" || content === undefined) return reply;
        return jsonReply({ ...JSON.parse(reply.body.toString("utf8")), BackupPlan: content });
      },
    },
  ];
}

/** moto takes what stands before the last slash for the ARN whose tags are asked for, and the provider writes none. */
function withLastSlash(call: Call, path: string): Call {
  return call.method === "GET" && /^\/tags\/[^/]+$/.test(path) ? { ...call, path: `${path}/` } : call;
}
