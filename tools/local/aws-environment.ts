import { devNull } from "node:os";
import { silenceNodeVersionWarning } from "../lib/aws/sdk.ts";
import { isStrayTerraformSetting } from "../lib/process/run-tool.ts";

export interface EmulatorAddress {
  readonly endpoint: string;
  readonly region: string;
}

/** Keys that no AWS account knows. */
const dummyCredentials = { accessKeyId: "local", secretAccessKey: "local" };

/**
 * An environment in which every AWS tool talks to the emulator and to nothing else.
 *
 * Whatever the user has set for AWS or Terraform is removed first: no profile, session or configuration file may
 * lead to a real account, and no stray Terraform setting may change what is planned.
 */
export function emulatorEnvironment(
  { endpoint, region }: EmulatorAddress,
  base: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const kept = Object.entries(base).filter(([name]) => !leadsElsewhere(name));
  return { ...COLLECT_LATE, ...Object.fromEntries(kept), ...emulatorVariables({ endpoint, region }) };
}

/**
 * Terraform and the provider are written in Go, and each start of them parses the schema of all of AWS: collecting
 * the garbage of that takes a third of their time. So they begin to collect at this size only.
 */
const COLLECT_LATE = { GOGC: "off", GOMEMLIMIT: "1GiB" };

/** Just the variables that lead to the emulator. */
export function emulatorVariables({ endpoint, region }: EmulatorAddress): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: dummyCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: dummyCredentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
  };
}

/** Settings for a client of the AWS SDK that talks to the emulator. */
export function emulatorClient({ endpoint, region }: EmulatorAddress) {
  silenceNodeVersionWarning();
  return { endpoint, region, credentials: dummyCredentials };
}

function leadsElsewhere(name: string): boolean {
  const isCertificateBundle = name === "AWS_CA_BUNDLE";
  return (name.startsWith("AWS_") && !isCertificateBundle) || isStrayTerraformSetting(name);
}
