import { randomBytes } from "node:crypto";
import type { Gap } from "../gap.ts";
import { cognitoCall, cognitoOf, type Fields, type Give } from "./backend.ts";
import type { Send } from "./mail.ts";
import { checkPassword } from "./password-policy.ts";

/** Users whom an administrator makes, and invites by a temporary password. */
export function invitationCalls(send: Send): Gap[] {
  const create: Give = async (input, moto, region) => {
    const ask = cognitoOf(moto, region);
    const { UserPool } = await ask("DescribeUserPool", { UserPoolId: input.UserPoolId });
    const TemporaryPassword = input.TemporaryPassword ?? `Aa1!${randomBytes(9).toString("base64url")}`;
    checkPassword(UserPool, TemporaryPassword, "password policy");
    const answer = await ask("AdminCreateUser", { ...input, TemporaryPassword });
    const to = input.MessageAction === "SUPPRESS" ? undefined : receiver(input);
    if (to) {
      const template = UserPool.AdminCreateUserConfig?.InviteMessageTemplate ?? {};
      const text = template.EmailMessage ?? "Your username is {username} and temporary password is {####}.";
      const subject = template.EmailSubject ?? "Your temporary password";
      send({
        to,
        subject,
        text: text.replaceAll("{username}", input.Username).replaceAll("{####}", TemporaryPassword),
      });
    }
    return answer;
  };
  return [
    cognitoCall(
      "AdminCreateUser",
      "moto makes a user without a password where none is given, and sends no invitation",
      "moto's own answer to a temporary password, which goes into a file where Cognito would send it",
      create,
    ),
  ];
}

/** Cognito sends an SMS unless e-mail is asked for. */
function receiver({ DesiredDeliveryMediums = ["SMS"], UserAttributes = [], Username }: Fields): string | undefined {
  const name = DesiredDeliveryMediums.includes("EMAIL") ? "email" : "phone_number";
  const given = UserAttributes.find(({ Name }: Fields) => Name === name)?.Value;
  return given ?? (name === "email" && Username.includes("@") ? Username : undefined);
}
