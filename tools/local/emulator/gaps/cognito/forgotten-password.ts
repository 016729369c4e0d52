import type { Gap } from "../gap.ts";
import { cognitoCall, type Fields, type Give, invalid } from "./backend.ts";
import type { Clients } from "./clients.ts";
import { Codes, type Delivery, deliveryDetails, deliveryTo, noCode, type Send } from "./mail.ts";
import { checkPassword } from "./password-policy.ts";
import { findUser, hidesUsers, type User, unknownUser } from "./users.ts";

/** A new password by a code, for users with a verified address in a pool that lets them; this stack's does not. */
export function forgottenPasswordCalls(clients: Clients, send: Send): Gap[] {
  const codes = new Codes(1);

  const forgot: Give = async (input, moto) => {
    const client = await clients.prove(input, moto);
    const user = await findUser(client, input.Username);
    if (!user && !hidesUsers(client)) throw unknownUser();
    // Refuses where only administrators may.
    await client.ask("ForgotPassword", input);
    const simulated: Delivery = { to: `${input.Username}@hidden`, attribute: "email" };
    const delivery = user ? verifiedAddress(client.pool, user) : simulated;
    if (!delivery) throw invalid(NO_ADDRESS);
    if (user) {
      const text = `Your password reset code is ${codes.make(user, delivery)}`;
      send({ to: delivery.to, subject: "Your password reset code", text });
    }
    return { CodeDeliveryDetails: deliveryDetails(delivery) };
  };

  const confirm: Give = async (input, moto) => {
    const client = await clients.prove(input, moto);
    const user = await findUser(client, input.Username);
    if (!user) throw hidesUsers(client) ? noCode() : unknownUser();
    checkPassword(client.pool, input.Password);
    codes.check(user, input.ConfirmationCode);
    await client.ask("ConfirmForgotPassword", input);
    if (user.status !== "CONFIRMED") {
      await client.ask("AdminConfirmSignUp", { UserPoolId: client.poolId, Username: input.Username });
    }
    return {};
  };

  return [
    cognitoCall(
      "ForgotPassword",
      "moto sends no code, and asks for no client secret",
      "checks that, and writes the code into a file where Cognito would send one",
      forgot,
    ),
    cognitoCall(
      "ConfirmForgotPassword",
      "moto takes any code and any password",
      "moto's own answer to the code that was written and to a password that the pool's policy allows",
      confirm,
    ),
  ];
}

function verifiedAddress(pool: Fields, user: User): Delivery | undefined {
  const mechanisms: Fields[] = pool.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  const attributes = mechanisms
    .toSorted((one, other) => one.Priority - other.Priority)
    .map(({ Name }) => Name.replace(/^verified_/, "") as Delivery["attribute"]);
  const verified = attributes.find((attribute) => user.attributes[`${attribute}_verified`] === "true");
  return verified && deliveryTo(verified, user);
}

const NO_ADDRESS = "Cannot reset password for the user as there is no registered/verified email or phone_number";
