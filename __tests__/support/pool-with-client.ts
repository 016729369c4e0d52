import { createHmac, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  AdminConfirmSignUpCommand,
  AssociateSoftwareTokenCommand,
  ConfirmSignUpCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  SignUpCommand,
  VerifySoftwareTokenCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { Secret, TOTP } from "otpauth";
import type { PoolSettings, UserPools } from "./user-pools.ts";

export const PASSWORD = "Correct-horse-7";

/** A pool with a client, as this stack has them except for what is said. */
export async function deployPool(
  pools: UserPools,
  { mfa = "ON", ...pool }: PoolSettings = {},
  client: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<PoolWithClient> {
  const UserPoolId = await pools.create({
    mfa,
    AccountRecoverySetting: { RecoveryMechanisms: [{ Name: "admin_only", Priority: 1 }] },
    Policies: {
      PasswordPolicy: { MinimumLength: 12, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true },
    },
    ...pool,
  });
  const { UserPoolClient } = await pools.cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: "test",
      GenerateSecret: true,
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      PreventUserExistenceErrors: "ENABLED",
      ...client,
    }),
  );
  return new PoolWithClient(pools, UserPoolId, UserPoolClient?.ClientId as string, UserPoolClient?.ClientSecret);
}

/** A pool with a client, and a user of it. */
export class PoolWithClient {
  readonly username = `user-${randomBytes(4).toString("hex")}`;
  readonly email = `${this.username}@example.com`;

  private readonly pools: UserPools;
  readonly UserPoolId: string;
  readonly ClientId: string;
  readonly secret: string | undefined;

  constructor(pools: UserPools, userPoolId: string, clientId: string, secret: string | undefined) {
    this.pools = pools;
    this.UserPoolId = userPoolId;
    this.ClientId = clientId;
    this.secret = secret;
  }

  hash(username = this.username): string | undefined {
    return this.secret && createHmac("sha256", this.secret).update(`${username}${this.ClientId}`).digest("base64");
  }

  get byName() {
    return { ClientId: this.ClientId, Username: this.username, SecretHash: this.hash() };
  }

  signUp = (Password = PASSWORD) =>
    this.pools.cognito.send(
      new SignUpCommand({ ...this.byName, Password, UserAttributes: [{ Name: "email", Value: this.email }] }),
    );

  confirm = (ConfirmationCode: string) =>
    this.pools.cognito.send(new ConfirmSignUpCommand({ ...this.byName, ConfirmationCode }));

  async withUser(): Promise<this> {
    await this.signUp();
    await this.pools.cognito.send(
      new AdminConfirmSignUpCommand({ UserPoolId: this.UserPoolId, Username: this.username }),
    );
    return this;
  }

  logIn = ({ username = this.username, password = PASSWORD, hash = this.hash(username) as string | null } = {}) =>
    this.pools.cognito.send(
      new InitiateAuthCommand({
        ClientId: this.ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: username, PASSWORD: password, ...(hash && { SECRET_HASH: hash }) },
      }),
    );

  respond = (
    ChallengeName: "MFA_SETUP" | "SOFTWARE_TOKEN_MFA" | "NEW_PASSWORD_REQUIRED",
    answer: {
      Session?: string;
      [field: string]: string | undefined;
    },
  ) => {
    const { Session, ...fields } = answer;
    const responses = { USERNAME: this.username, SECRET_HASH: this.hash(), ...fields };
    const ChallengeResponses = Object.fromEntries(
      Object.entries(responses).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    return this.pools.cognito.send(
      new RespondToAuthChallengeCommand({ ClientId: this.ClientId, ChallengeName, Session, ChallengeResponses }),
    );
  };

  /** Registers an authenticator app as the challenge of the first login demands. */
  async enrol(): Promise<TOTP> {
    const { Session } = await this.logIn();
    const offered = await this.pools.cognito.send(new AssociateSoftwareTokenCommand({ Session }));
    const totp = appWith(offered.SecretCode);
    const verified = await this.pools.cognito.send(
      new VerifySoftwareTokenCommand({ Session: offered.Session, UserCode: totp.generate() }),
    );
    await this.respond("MFA_SETUP", { Session: verified.Session });
    return totp;
  }

  mails(): string {
    const file = join(this.pools.directory, "mail", `${this.email}.txt`);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** The last code that was sent to the user. */
  lastCode = () => this.mails().match(/\d{6}(?!.*\d{6})/s)?.[0] as string;
}

/** An authenticator app. */
export const appWith = (secret: string | undefined) => new TOTP({ secret: Secret.fromBase32(secret as string) });
/** A code that was not used yet. */
export const nextCode = (totp: TOTP) => totp.generate({ timestamp: Date.now() + 30_000 });
/** One that no clock is near to. */
export const wrongCode = (totp: TOTP) => {
  const near = [-1, 0, 1].map((periods) => totp.generate({ timestamp: Date.now() + periods * 30_000 }));
  return ["000000", "111111", "222222", "333333"].find((code) => !near.includes(code)) as string;
};
