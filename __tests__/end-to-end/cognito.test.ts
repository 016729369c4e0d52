import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AssociateSoftwareTokenCommand,
  ChangePasswordCommand,
  ConfirmForgotPasswordCommand,
  ConfirmSignUpCommand,
  type CreateUserPoolClientCommandInput,
  ForgotPasswordCommand,
  InitiateAuthCommand,
  ResendConfirmationCodeCommand,
  SetUserMFAPreferenceCommand,
  SetUserPoolMfaConfigCommand,
  SignUpCommand,
  UpdateUserPoolClientCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signUp as signUpOnJourney, walkSignInJourney } from "../../tools/local/journey.ts";
import { appWith, deployPool, nextCode, PASSWORD, wrongCode } from "../support/pool-with-client.ts";
import { type PoolSettings, REGION, UserPools } from "../support/user-pools.ts";
import { endToEnd } from "./requirement.ts";

describe.runIf(await endToEnd())("the user pools of an emulator", () => {
  let pools: UserPools;

  beforeAll(async () => {
    pools = await UserPools.start();
  });
  afterAll(() => pools.end());

  const deploy = (pool?: PoolSettings, client?: Partial<CreateUserPoolClientCommandInput>) =>
    deployPool(pools, pool, client);

  const refused = (name: string, message: string) => ({ name, message });
  const notAuthorized = (message: string) => refused("NotAuthorizedException", message);

  describe("walked by the journey", () => {
    it("let a user in who does all that is asked for, and refuse all else", async () => {
      const { UserPoolId: userPoolId, ClientId: clientId } = await deploy();
      const seen: string[] = [];
      const onSeen = (fact: string) => void seen.push(fact);
      await walkSignInJourney({ endpoint: pools.emulator.endpoint, region: REGION, userPoolId, clientId, onSeen });
      expect(seen.at(-1)).toBe("password and code together log the user in, once");
    });

    it("let a user of a pool where the second factor is optional switch it on", async () => {
      const { UserPoolId: userPoolId, ClientId: clientId } = await deploy({ mfa: "OPTIONAL" });
      const user = await signUpOnJourney({ endpoint: pools.emulator.endpoint, region: REGION, userPoolId, clientId });
      expect(await user.logIn()).toMatch(/^ey/);
    });
  });

  describe("made by the journey's users", () => {
    it.each([
      ["has no second factor", { mfa: "OFF" }],
      ["lets nobody sign up", { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } }],
    ] as const)("let a user in where the pool %s", async (_, settings) => {
      const { UserPoolId: userPoolId, ClientId: clientId } = await deploy(settings);
      const user = await signUpOnJourney({ endpoint: pools.emulator.endpoint, region: REGION, userPoolId, clientId });
      expect(await user.logIn()).toMatch(/^ey/);
    });
  });

  describe("a second factor that the pool demands", () => {
    it("must be registered first: there is a challenge, and no tokens", async () => {
      const pool = await (await deploy()).withUser();
      const { ChallengeName, ChallengeParameters, AuthenticationResult } = await pool.logIn();
      expect(ChallengeName).toBe("MFA_SETUP");
      expect(ChallengeParameters?.MFAS_CAN_SETUP).toBe('["SOFTWARE_TOKEN_MFA"]');
      expect(AuthenticationResult).toBeUndefined();
    });

    it("is then switched on by itself, and the user has a secret of their own", async () => {
      const pool = await (await deploy()).withUser();
      const other = await (await deploy()).withUser();
      const totp = await pool.enrol();
      expect((await other.enrol()).secret.base32).not.toBe(totp.secret.base32);
      const { UserPoolId, username: Username } = pool;
      const user = await pools.cognito.send(new AdminGetUserCommand({ UserPoolId, Username }));
      expect(user.UserMFASettingList).toEqual(["SOFTWARE_TOKEN_MFA"]);
      const { ChallengeName, Session } = await pool.logIn();
      expect(ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
      const done = await pool.respond("SOFTWARE_TOKEN_MFA", { Session, SOFTWARE_TOKEN_MFA_CODE: nextCode(totp) });
      expect(Object.keys(done.AuthenticationResult ?? {}).sort()).toEqual([
        "AccessToken",
        "ExpiresIn",
        "IdToken",
        "RefreshToken",
        "TokenType",
      ]);
    });

    it("is not registered by a wrong code, and can be tried again", async () => {
      const pool = await (await deploy()).withUser();
      const first = await pool.logIn();
      const { SecretCode, Session } = await pools.cognito.send(
        new AssociateSoftwareTokenCommand({ Session: first.Session }),
      );
      const totp = appWith(SecretCode);
      const verify = (UserCode: string) => pools.cognito.send(new VerifySoftwareTokenCommand({ Session, UserCode }));
      await expect(verify(wrongCode(totp))).rejects.toMatchObject(
        refused("EnableSoftwareTokenMFAException", "Code mismatch and fail enable Software Token MFA"),
      );
      expect((await verify(totp.generate())).Status).toBe("SUCCESS");
    });

    it("is checked: a wrong code and a used one are refused, and the session stays for another try", async () => {
      const pool = await (await deploy()).withUser();
      const totp = await pool.enrol();
      const { Session } = await pool.logIn();
      const answer = (SOFTWARE_TOKEN_MFA_CODE: string) =>
        pool.respond("SOFTWARE_TOKEN_MFA", { Session, SOFTWARE_TOKEN_MFA_CODE });
      await expect(answer(wrongCode(totp))).rejects.toMatchObject(
        refused("CodeMismatchException", "Invalid code received for user"),
      );
      const fresh = nextCode(totp);
      await answer(fresh);
      const again = await pool.logIn();
      const withUsed = pool.respond("SOFTWARE_TOKEN_MFA", { Session: again.Session, SOFTWARE_TOKEN_MFA_CODE: fresh });
      await expect(withUsed).rejects.toMatchObject(
        refused("ExpiredCodeException", "Your software token has already been used once."),
      );
    });
  });

  describe("the session of a challenge", () => {
    it("can be used once, by the user and the client that it is for, for what it is for", async () => {
      const pool = await (await deploy()).withUser();
      const totp = await pool.enrol();
      const { Session } = await pool.logIn();
      await expect(pool.respond("MFA_SETUP", { Session })).rejects.toMatchObject(
        notAuthorized("Invalid session for the user."),
      );
      const USERNAME = "someone-else";
      const SECRET_HASH = pool.hash(USERNAME);
      const SOFTWARE_TOKEN_MFA_CODE = nextCode(totp);
      const asAnother = pool.respond("SOFTWARE_TOKEN_MFA", { Session, USERNAME, SECRET_HASH, SOFTWARE_TOKEN_MFA_CODE });
      await expect(asAnother).rejects.toMatchObject(notAuthorized("Invalid session for the user."));
      await pool.respond("SOFTWARE_TOKEN_MFA", { Session, SOFTWARE_TOKEN_MFA_CODE });
      await expect(pool.respond("SOFTWARE_TOKEN_MFA", { Session, SOFTWARE_TOKEN_MFA_CODE })).rejects.toMatchObject(
        notAuthorized("Invalid session for the user, session can only be used once."),
      );
    });

    it("does not let a user in who has registered nothing", async () => {
      const pool = await (await deploy()).withUser();
      const { Session } = await pool.logIn();
      await expect(pool.respond("MFA_SETUP", { Session })).rejects.toMatchObject({ name: "InvalidParameterException" });
    });
  });

  describe("a client with a secret", () => {
    it.each([
      ["is not let in without it", null, "Client ID is configured with secret but SECRET_HASH was not received"],
      ["is not let in with a wrong one", "bm90IGl0", "Unable to verify secret hash for client ID"],
    ])("%s", async (_, hash, message) => {
      const pool = await (await deploy()).withUser();
      const SecretHash = hash ?? undefined;
      const byName = { ClientId: pool.ClientId, Username: pool.username, SecretHash };
      const words = notAuthorized(message.replace("ID", pool.ClientId));
      const Password = PASSWORD;
      const ConfirmationCode = "123456";
      await expect(pool.logIn({ hash })).rejects.toMatchObject(words);
      for (const command of [
        new SignUpCommand({ ...byName, Password }),
        new ConfirmSignUpCommand({ ...byName, ConfirmationCode }),
        new ResendConfirmationCodeCommand(byName),
        new ForgotPasswordCommand(byName),
        new ConfirmForgotPasswordCommand({ ...byName, Password, ConfirmationCode }),
      ]) {
        await expect(pools.cognito.send(command as SignUpCommand)).rejects.toMatchObject(words);
      }
      const { Session } = await pool.logIn();
      const withoutRightHash = pool.respond("MFA_SETUP", { Session, SECRET_HASH: SecretHash });
      await expect(withoutRightHash).rejects.toMatchObject(words);
    });

    it("gets new tokens by a refresh token, with the hash only", async () => {
      const pool = await (await deploy({ mfa: "OFF" })).withUser();
      const { AuthenticationResult } = await pool.logIn();
      const refresh = (SECRET_HASH?: string, REFRESH_TOKEN = AuthenticationResult?.RefreshToken as string) =>
        pools.cognito.send(
          new InitiateAuthCommand({
            ClientId: pool.ClientId,
            AuthFlow: "REFRESH_TOKEN_AUTH",
            AuthParameters: { REFRESH_TOKEN, ...(SECRET_HASH && { SECRET_HASH }) },
          }),
        );
      expect((await refresh(pool.hash())).AuthenticationResult?.AccessToken).toBeDefined();
      await expect(refresh()).rejects.toMatchObject(
        notAuthorized(`Client ${pool.ClientId} is configured with secret but SECRET_HASH was not received`),
      );
      await expect(refresh("bm90IGl0")).rejects.toMatchObject(
        notAuthorized(`SecretHash does not match for the client: ${pool.ClientId}`),
      );
      await expect(refresh(pool.hash(), "invented")).rejects.toMatchObject(notAuthorized("Invalid Refresh Token"));
    });
  });

  describe("a client without a secret", () => {
    it("needs no hash, and may send none", async () => {
      const pool = await (await deploy({ mfa: "OFF" }, { GenerateSecret: false })).withUser();
      expect((await pool.logIn()).AuthenticationResult?.IdToken).toBeDefined();
      await expect(pool.logIn({ hash: "bm90IGl0" })).rejects.toMatchObject(
        notAuthorized(`Unable to verify secret hash for client ${pool.ClientId}`),
      );
    });
  });

  describe("the auth flows of a client", () => {
    it("are those that it lists, at this moment", async () => {
      const pool = await (await deploy({ mfa: "OFF" })).withUser();
      const { UserPoolId, ClientId } = pool;
      const allow = (flow: "ALLOW_USER_SRP_AUTH" | "ALLOW_USER_PASSWORD_AUTH") =>
        pools.cognito.send(new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ExplicitAuthFlows: [flow] }));
      await allow("ALLOW_USER_SRP_AUTH");
      await expect(pool.logIn()).rejects.toMatchObject(
        refused("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client"),
      );
      await allow("ALLOW_USER_PASSWORD_AUTH");
      expect((await pool.logIn()).AuthenticationResult?.IdToken).toBeDefined();
    });
  });

  describe("a user of a pool that lets nobody sign up", () => {
    it("is refused", async () => {
      const pool = await deploy({ AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
      await expect(pool.signUp()).rejects.toMatchObject(notAuthorized("SignUp is not permitted for this user pool"));
    });
  });

  describe("who is a user", () => {
    it.each([
      ["ENABLED", "NotAuthorizedException", "Incorrect username or password."],
      ["LEGACY", "UserNotFoundException", "User does not exist."],
    ] as const)("is told as the client says: %s", async (PreventUserExistenceErrors, name, message) => {
      const pool = await (await deploy({}, { PreventUserExistenceErrors })).withUser();
      await expect(pool.logIn({ username: "nobody" })).rejects.toMatchObject(refused(name, message));
      await expect(pool.logIn({ password: "wrong" })).rejects.toMatchObject(
        notAuthorized("Incorrect username or password."),
      );
    });

    it("is told to a user who signs up under a name that is there", async () => {
      const pool = await (await deploy()).withUser();
      await expect(pool.signUp()).rejects.toMatchObject(refused("UsernameExistsException", "User already exists"));
    });
  });

  describe("a password", () => {
    it("must be as the pool demands", async () => {
      const pool = await deploy({ mfa: "OFF" });
      const weak = (problem: string) =>
        refused("InvalidPasswordException", `Password did not conform with policy: ${problem}`);
      await expect(pool.signUp("Short7")).rejects.toMatchObject(weak("Password not long enough"));
      await expect(pool.signUp("no-upper-case-7")).rejects.toMatchObject(
        weak("Password must have uppercase characters"),
      );
      await pool.withUser();
      const { AuthenticationResult } = await pool.logIn();
      const change = (PreviousPassword: string, ProposedPassword: string) =>
        pools.cognito.send(
          new ChangePasswordCommand({
            AccessToken: AuthenticationResult?.AccessToken,
            PreviousPassword,
            ProposedPassword,
          }),
        );
      await expect(change(PASSWORD, "Short7")).rejects.toMatchObject(weak("Password not long enough"));
      await expect(change("wrong", "Another-horse-8")).rejects.toMatchObject(
        notAuthorized("Incorrect username or password."),
      );
      await change(PASSWORD, "Another-horse-8");
      expect((await pool.logIn({ password: "Another-horse-8" })).AuthenticationResult).toBeDefined();
    });
  });

  describe("a pool that verifies no address", () => {
    it("sends no code: only an administrator confirms a user", async () => {
      const pool = await deploy();
      expect((await pool.signUp()).CodeDeliveryDetails).toBeUndefined();
      expect(pool.mails()).toBe("");
      await expect(pool.confirm("123456")).rejects.toMatchObject(
        refused("ExpiredCodeException", "Invalid code provided, please request a code again."),
      );
      await expect(pools.cognito.send(new ResendConfirmationCodeCommand(pool.byName))).rejects.toMatchObject(
        refused("InvalidParameterException", "Cannot resend codes. Auto verification not turned on."),
      );
      await expect(pool.logIn()).rejects.toMatchObject(refused("UserNotConfirmedException", "User is not confirmed."));
    });

    it("takes nobody for an administrator who does not sign the call", async () => {
      const pool = await deploy();
      await pool.signUp();
      const response = await fetch(pools.emulator.endpoint, {
        method: "POST",
        headers: { "X-Amz-Target": "AWSCognitoIdentityProviderService.AdminConfirmSignUp" },
        body: JSON.stringify({ UserPoolId: pool.UserPoolId, Username: pool.username }),
      });
      expect([response.status, await response.json()]).toEqual([
        400,
        { __type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" },
      ]);
      await expect(pool.logIn()).rejects.toMatchObject({ name: "UserNotConfirmedException" });
    });

    it("lets only an administrator reset a password", async () => {
      const pool = await (await deploy()).withUser();
      await expect(pools.cognito.send(new ForgotPasswordCommand(pool.byName))).rejects.toMatchObject(
        notAuthorized("Contact administrator to reset password."),
      );
    });
  });

  describe("a pool that verifies e-mail addresses", () => {
    const verifying = { mfa: "OFF", AutoVerifiedAttributes: ["email"] } as const satisfies PoolSettings;
    const recovering = {
      ...verifying,
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "verified_email", Priority: 1 }] },
    } as const satisfies PoolSettings;

    it.each([
      ["and lets only administrators reset passwords", verifying],
      ["and resets passwords by them", recovering],
    ])("%s, demands the code that it writes into the run's directory", async (_, settings) => {
      const pool = await deploy(settings);
      const { CodeDeliveryDetails, UserConfirmed } = await pool.signUp();
      expect(CodeDeliveryDetails).toEqual({
        AttributeName: "email",
        DeliveryMedium: "EMAIL",
        Destination: "u***@e***",
      });
      expect(UserConfirmed).toBe(false);
      const first = pool.lastCode();
      await pools.cognito.send(new ResendConfirmationCodeCommand(pool.byName));
      const code = pool.lastCode();
      const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, "0");
      await expect(pool.confirm(wrong)).rejects.toMatchObject(
        refused("CodeMismatchException", "Invalid verification code provided, please try again."),
      );
      if (first !== code) await expect(pool.confirm(first)).rejects.toThrow("Invalid verification code");
      await pool.confirm(code);
      expect((await pool.logIn()).AuthenticationResult?.IdToken).toBeDefined();
      await expect(pool.confirm(code)).rejects.toMatchObject(
        notAuthorized("User cannot be confirmed. Current status is CONFIRMED"),
      );
    });

    it("resets a password by a code", async () => {
      const pool = await deploy(recovering);
      await pool.signUp();
      await expect(pools.cognito.send(new ForgotPasswordCommand(pool.byName))).rejects.toMatchObject({
        message: "Cannot reset password for the user as there is no registered/verified email or phone_number",
      });
      await pool.confirm(pool.lastCode());
      await pools.cognito.send(new ForgotPasswordCommand(pool.byName));
      const reset = (ConfirmationCode: string, Password = "Another-horse-8") =>
        pools.cognito.send(new ConfirmForgotPasswordCommand({ ...pool.byName, ConfirmationCode, Password }));
      await expect(reset("moto")).rejects.toMatchObject({ name: "CodeMismatchException" });
      await expect(reset(pool.lastCode(), "weak")).rejects.toMatchObject({ name: "InvalidPasswordException" });
      await reset(pool.lastCode());
      await expect(pool.logIn()).rejects.toMatchObject({ name: "NotAuthorizedException" });
      expect((await pool.logIn({ password: "Another-horse-8" })).AuthenticationResult).toBeDefined();
    });
  });

  describe("a user whom an administrator makes", () => {
    it("gets a temporary password by mail, and sets one of their own before the second factor", async () => {
      const pool = await deploy();
      const { UserPoolId, username: Username } = pool;
      await pools.cognito.send(
        new AdminCreateUserCommand({
          UserPoolId,
          Username,
          DesiredDeliveryMediums: ["EMAIL"],
          UserAttributes: [{ Name: "email", Value: pool.email }],
        }),
      );
      const [, password] = /temporary password is (\S+)\.\s/.exec(pool.mails()) ?? [];
      const { ChallengeName, Session } = await pool.logIn({ password });
      expect(ChallengeName).toBe("NEW_PASSWORD_REQUIRED");
      await expect(pool.respond("NEW_PASSWORD_REQUIRED", { Session, NEW_PASSWORD: "weak" })).rejects.toMatchObject({
        name: "InvalidPasswordException",
      });
      const next = await pool.respond("NEW_PASSWORD_REQUIRED", { Session, NEW_PASSWORD: PASSWORD });
      expect(next.ChallengeName).toBe("MFA_SETUP");
      expect(next.AuthenticationResult).toBeUndefined();
      await pool.enrol();
    });
  });

  describe("a second factor that the emulator does not know", () => {
    it("lets nobody in who would need it", async () => {
      const pool = await (await deploy({ mfa: "OFF" })).withUser();
      const { UserPoolId } = pool;
      const SmsMfaConfiguration = { SmsConfiguration: { SnsCallerArn: "arn:aws:iam::123456789012:role/sms" } };
      await pools.cognito.send(
        new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: "ON", SmsMfaConfiguration }),
      );
      await expect(pool.logIn()).rejects.toThrow("knows no second factor but an authenticator app");
    });
  });

  describe("a second factor that the pool allows", () => {
    it("is registered and switched on by a user who is logged in", async () => {
      const pool = await (await deploy({ mfa: "OPTIONAL" })).withUser();
      const { AuthenticationResult } = await pool.logIn();
      const AccessToken = AuthenticationResult?.AccessToken;
      const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
      const switchOn = () =>
        pools.cognito.send(new SetUserMFAPreferenceCommand({ AccessToken, SoftwareTokenMfaSettings }));
      await expect(switchOn()).rejects.toMatchObject({ name: "InvalidParameterException" });
      const { SecretCode } = await pools.cognito.send(new AssociateSoftwareTokenCommand({ AccessToken }));
      const totp = appWith(SecretCode);
      const verify = (UserCode: string) =>
        pools.cognito.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }));
      await expect(verify(wrongCode(totp))).rejects.toMatchObject({ name: "EnableSoftwareTokenMFAException" });
      await verify(totp.generate());
      expect((await pool.logIn()).AuthenticationResult).toBeDefined();
      await switchOn();
      expect((await pool.logIn()).ChallengeName).toBe("SOFTWARE_TOKEN_MFA");
    });

    it("is refused in a pool that has none, and to an invented token", async () => {
      const pool = await (await deploy({ mfa: "OFF" })).withUser();
      const { AuthenticationResult } = await pool.logIn();
      const associate = (AccessToken?: string) =>
        pools.cognito.send(new AssociateSoftwareTokenCommand({ AccessToken }));
      await expect(associate(AuthenticationResult?.AccessToken)).rejects.toMatchObject(
        refused("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool."),
      );
      await expect(associate("invented")).rejects.toMatchObject(notAuthorized("Invalid Access Token"));
    });
  });
});
