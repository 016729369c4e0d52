import type { Gap } from "./gap.ts";
import { jsonReply } from "./replies.ts";

/** Secrets Manager: an end to the rotation of a secret that RDS manages, and so rotates without a Lambda function. */
export function managedSecretRotation(): Gap[] {
  return [
    {
      service: "secretsmanager",
      action: "CancelRotateSecret",
      why: "moto refuses to end the rotation of a secret without a Lambda function, so a destroy stops half-way",
      standIn: "for a secret that RDS manages, a plain yes; for any other secret, moto's own answer",
      async answer(call, moto) {
        const { SecretId: id } = JSON.parse(call.body.toString("utf8")) as { SecretId: string };
        const isManagedByRds = id.includes("rds!");
        return isManagedByRds ? jsonReply({ ARN: id }) : moto.forward(call);
      },
    },
  ];
}
