import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  SetUserPoolMfaConfigCommand,
} from "@aws-sdk/client-cognito-identity-provider";
import { emulatorClient } from "../../tools/local/aws-environment.ts";
import { type Emulator, startEmulator } from "../../tools/local/emulator/start.ts";

export const REGION = "ap-northeast-1";

export type PoolSettings = Partial<CreateUserPoolCommandInput> & { readonly mfa?: "ON" | "OPTIONAL" | "OFF" };

/** An emulator whose user pools are tested. */
export class UserPools {
  readonly directory: string;
  readonly emulator: Emulator;
  readonly cognito: CognitoIdentityProviderClient;

  private constructor(directory: string, emulator: Emulator) {
    this.directory = directory;
    this.emulator = emulator;
    this.cognito = new CognitoIdentityProviderClient(emulatorClient({ endpoint: emulator.endpoint, region: REGION }));
  }

  static async start(): Promise<UserPools> {
    const directory = mkdtempSync(join(tmpdir(), "user-pools-"));
    return new UserPools(directory, await startEmulator({ directory, region: REGION }));
  }

  /** Makes a pool. @returns its id */
  async create({ mfa = "ON", ...settings }: PoolSettings = {}): Promise<string> {
    const { UserPool } = await this.cognito.send(new CreateUserPoolCommand({ PoolName: "test", ...settings }));
    const UserPoolId = UserPool?.Id as string;
    if (mfa === "OFF") return UserPoolId;
    const SoftwareTokenMfaConfiguration = { Enabled: true };
    await this.cognito.send(
      new SetUserPoolMfaConfigCommand({ UserPoolId, MfaConfiguration: mfa, SoftwareTokenMfaConfiguration }),
    );
    return UserPoolId;
  }

  async end(): Promise<void> {
    await this.emulator.stop();
    rmSync(this.directory, { recursive: true });
  }
}
