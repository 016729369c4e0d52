import { isDeepStrictEqual } from "node:util";
import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { UserError } from "@operation-app/preflight/input";
import { PLANS_FOLDER } from "../../modules/github-actions/names.ts";
import { bucketPolicy, ENCRYPTION, expiryRules } from "../../modules/state-bucket/index.ts";

export interface SettingsQuestion {
  readonly bucket: string;
  /** Whether the bucket's policy becomes ours, too. */
  readonly tlsOnly: boolean;
}

/**
 * Settings of a bucket made elsewhere that the stack would overwrite: each as one line, with its present value.
 * None where they are what the stack writes, or where there is nothing to lose.
 */
export async function foreignSettings(s3: S3Client, { bucket, tlsOnly }: SettingsQuestion): Promise<string[]> {
  const Bucket = { Bucket: bucket };
  const [lifecycle, encryption, versioning, access, policy] = await Promise.all([
    unlessUnset(s3.send(new GetBucketLifecycleConfigurationCommand(Bucket))),
    unlessUnset(s3.send(new GetBucketEncryptionCommand(Bucket))),
    s3.send(new GetBucketVersioningCommand(Bucket)),
    unlessUnset(s3.send(new GetPublicAccessBlockCommand(Bucket))),
    tlsOnly ? unlessUnset(s3.send(new GetBucketPolicyCommand(Bucket))) : undefined,
  ]);
  return [
    ...foreignRules(lifecycle?.Rules ?? []),
    ...foreignEncryption(encryption?.ServerSideEncryptionConfiguration?.Rules ?? []),
    ...(versioning.Status === "Suspended" ? ["versioning: Suspended; would become Enabled"] : []),
    ...(versioning.MFADelete === "Enabled" ? ["versioning: MFA delete is on; only the root user can turn it off"] : []),
    ...foreignAccess(access?.PublicAccessBlockConfiguration ?? {}),
    ...foreignStatements(bucket, policy?.Policy),
  ];
}

/** @throws UserError with every setting that would be lost */
export function refuseToReplace(bucket: string, foreign: readonly string[], environment: string): void {
  if (foreign.length === 0) return;
  throw new UserError(
    [
      `Nothing was changed: the bucket "${bucket}" has other settings, which would be lost:`,
      ...foreign.map((line) => `  ${line}`),
      "To replace them, keep this list, and run again with --replace-bucket-settings.",
      `Otherwise set another bucket as state.bucket in environments/${environment}.ts.`,
    ].join("\n"),
  );
}

function foreignRules(rules: readonly object[]): string[] {
  const ours = expiryRules(PLANS_FOLDER).map(meaningful);
  const foreign = rules.filter((rule) => !ours.some((one) => isDeepStrictEqual(one, meaningful(asProvider(rule)))));
  return foreign.map((rule) => `lifecycle rule: ${JSON.stringify(rule)}`);
}

function foreignEncryption(
  rules: readonly { ApplyServerSideEncryptionByDefault?: { SSEAlgorithm?: string; KMSMasterKeyID?: string } }[],
): string[] {
  const foreign = rules.flatMap(({ ApplyServerSideEncryptionByDefault: found }) =>
    found === undefined || found.SSEAlgorithm === ENCRYPTION ? [] : [found],
  );
  return foreign.map((found) => `encryption: ${JSON.stringify(found)}; would become ${ENCRYPTION}`);
}

function foreignAccess(block: object): string[] {
  const open = Object.entries(block).filter(([, isBlocked]) => isBlocked === false);
  return open.length > 0 ? [`public access block: ${open.map(([name]) => `${name} is off`).join(", ")}`] : [];
}

function foreignStatements(bucket: string, policy: string | undefined): string[] {
  if (policy === undefined) return [];
  const ours = statementsOf(bucketPolicy(bucket));
  const foreign = statementsOf(policy).filter((one) => !ours.some((our) => isDeepStrictEqual(flat(our), flat(one))));
  return foreign.map((one) => `statement of the bucket's policy: ${JSON.stringify(one)}`);
}

function statementsOf(policy: string): unknown[] {
  return [JSON.parse(policy).Statement].flat();
}

/** Lists of one are single values to AWS, and the order of a list is none. */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? flat(value[0]) : value.map(flat).sort();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, flat(one)]));
}

/** A rule as the SDK tells it, in the provider's words: `ID` is `id`, and a group is a list of one. */
function asProvider(value: object): object {
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key === "ID" ? "id" : `${key.charAt(0).toLowerCase()}${key.slice(1)}`,
      typeof one === "object" && one !== null && !Array.isArray(one) ? [asProvider(one)] : one,
    ]),
  );
}

/** Without what says nothing: an empty prefix, a switch that is off. */
function meaningful(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(meaningful);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined && one !== "" && one !== false);
  return Object.fromEntries(entries.map(([key, one]) => [key, meaningful(one)]));
}

const UNSET = new Set([
  "NoSuchBucketPolicy",
  "NoSuchLifecycleConfiguration",
  "NoSuchPublicAccessBlockConfiguration",
  "ServerSideEncryptionConfigurationNotFoundError",
]);

async function unlessUnset<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof S3ServiceException && UNSET.has(error.name)) return undefined;
    throw error;
  }
}
