import type { Gap } from "../gap.ts";
import { cognitoCall, cognitoOf, type Fields, type Give, invalid, notAuthorized, Refusal } from "./backend.ts";
import type { Client, Clients } from "./clients.ts";
import { Codes, type Delivery, deliveryDetails, deliveryTo, noCode, type Send } from "./mail.ts";
import { checkPassword } from "./password-policy.ts";
import { findUser, hidesUsers, type User, unknownUser } from "./users.ts";

/**
 * Signing up, with a code that confirms an address where the pool verifies one. In a pool that verifies none, such as this
 * stack's, only an administrator's call can confirm the user.
 */
export function signUpCalls(clients: Clients, send: Send): Gap[] {
  const codes = new Codes(24);

  const sendCode = ({ pool }: Client, user: User): Delivery | undefined => {
    const verified: string[] = pool.AutoVerifiedAttributes ?? [];
    const phone = verified.includes("phone_number") ? deliveryTo("phone_number", user) : undefined;
    const delivery = phone ?? (verified.includes("email") ? deliveryTo("email", user) : undefined);
    if (!delivery) return undefined;
    const code = codes.make(user, delivery);
    const template = pool.VerificationMessageTemplate ?? {};
    const text = template.EmailMessage ?? pool.EmailVerificationMessage ?? "Your confirmation code is {####}";
    const subject = template.EmailSubject ?? pool.EmailVerificationSubject ?? "Your verification code";
    send({ to: delivery.to, subject, text: text.replaceAll("{####}", code) });
    return delivery;
  };

  const signUp: Give = async (input, moto) => {
    const client = await clients.prove(input, moto);
    if (client.pool.AdminCreateUserConfig?.AllowAdminCreateUserOnly) {
      throw notAuthorized("SignUp is not permitted for this user pool");
    }
    checkPassword(client.pool, input.Password);
    const answer = await client.ask("SignUp", input).catch(afterTheUserIsMade);
    const user = await findUser(client, input.Username);
    if (!user) throw new Error("moto made no user");
    const delivery = sendCode(client, user);
    const details = delivery && { CodeDeliveryDetails: deliveryDetails(delivery) };
    return { UserConfirmed: answer.UserConfirmed ?? false, UserSub: user.sub, ...details };
  };

  const confirm: Give = async (input, moto) => {
    const client = await clients.prove(input, moto);
    const user = await findUser(client, input.Username);
    if (!user) throw hidesUsers(client) ? noCode() : unknownUser();
    if (user.status !== "UNCONFIRMED") {
      throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
    }
    const attribute = codes.check(user, input.ConfirmationCode);
    await client.ask("ConfirmSignUp", input);
    await client.ask("AdminUpdateUserAttributes", {
      UserPoolId: client.poolId,
      Username: user.username,
      UserAttributes: [{ Name: `${attribute}_verified`, Value: "true" }],
    });
    return {};
  };

  const resend: Give = async (input, moto) => {
    const client = await clients.prove(input, moto);
    const user = await findUser(client, input.Username);
    if (!user && !hidesUsers(client)) throw unknownUser();
    if (user && user.status !== "UNCONFIRMED") throw invalid("User is already confirmed.");
    const simulated: Delivery = { to: `${input.Username}@hidden`, attribute: "email" };
    const delivery = user ? sendCode(client, user) : simulated;
    if (!delivery) throw invalid("Cannot resend codes. Auto verification not turned on.");
    return { CodeDeliveryDetails: deliveryDetails(delivery) };
  };

  const confirmAsAdministrator: Give = async (input, moto, region) =>
    cognitoOf(moto, region)("AdminConfirmSignUp", input);

  return [
    cognitoCall(
      "SignUp",
      "moto asks for no client secret, has other words for a weak password, and sends no code",
      "checks that, lets moto make the user, and writes the code into a file where Cognito would send one",
      signUp,
    ),
    cognitoCall(
      "ConfirmSignUp",
      "moto takes any code",
      "moto's own answer to the code that was written; without one, only an administrator can confirm",
      confirm,
    ),
    cognitoCall(
      "AdminConfirmSignUp",
      "moto lets anybody be an administrator who does not sign the call",
      "moto's own answer to a call that is signed",
      confirmAsAdministrator,
    ),
    cognitoCall("ResendConfirmationCode", "not implemented in moto", "another code into the file", resend),
  ];
}

/** Moto makes the user and then refuses, in a pool that verifies an address and lets only administrators reset passwords. */
function afterTheUserIsMade(cause: unknown): Fields {
  if (!(cause instanceof Refusal)) throw cause;
  if (cause.message === "Contact administrator to reset password.") return {};
  if (cause.code === "UsernameExistsException") throw new Refusal(cause.code, "User already exists");
  throw cause;
}
