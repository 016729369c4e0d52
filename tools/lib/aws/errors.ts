import { existsSync } from "node:fs";
import { UserError } from "@operation-app/preflight/input";
import { profileProblem } from "./profile.ts";

/** Why AWS could not be called, and how to fix it, in one line. */
export class AwsError extends UserError {
  override readonly name = "AwsError";
}

/** Names that the SDK gives to errors of its credential chain and of expired sessions. */
const CREDENTIAL_ERRORS = new Set([
  "CredentialsProviderError",
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidAccessKeyId",
  "InvalidClientTokenId",
  "SignatureDoesNotMatch",
  "TokenProviderError",
  "UnrecognizedClientException",
]);

/** What Node's network and the SDK call it when there is no answer. */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "ETIMEDOUT",
  "TimeoutError",
]);

const DENIALS = new Set(["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"]);

/**
 * Runs calls to AWS.
 *
 * @param right what the credentials must be allowed to do for these calls
 * @throws AwsError with one line that says what to do, instead of what the SDK throws; UserError where this machine is in the way
 */
export async function explainingAwsErrors<T>(calls: () => Promise<T>, right = "administer S3 and IAM"): Promise<T> {
  try {
    return await calls();
  } catch (error) {
    throw error instanceof Error && !(error instanceof UserError) ? explained(error, right) : error;
  }
}

function explained(error: Error, right: string): Error {
  const { name, message } = error;
  if (CREDENTIAL_ERRORS.has(name)) return new AwsError(credentialsText(error, profileProblem()));
  if (DENIALS.has(name))
    return new AwsError(`AWS denies access (${message}). Use credentials that are allowed to ${right}.`);
  if (UNREACHABLE.has((error as NodeJS.ErrnoException).code ?? name))
    return new AwsError(`AWS can't be reached (${message || name}). ${whereToLook()}`);
  if ("$metadata" in error) return new AwsError(`AWS answered: ${name}: ${message}`);
  // Of this machine, such as a full disk; anything else is a mistake of this project's.
  return "code" in error ? new UserError(message) : error;
}

function credentialsText({ message }: Error, profile: string | undefined): string {
  if (profile === undefined)
    return `There are no credentials that AWS accepts (${message}). Run \`aws configure\` or \`aws sso login\`, and set AWS_PROFILE if you have several.${localHint()}`;
  return `${profile} (${message}). Set AWS_PROFILE to another profile, or log in to this one: \`aws sso login\` or \`aws configure\`.`;
}

function whereToLook(): string {
  const { AWS_ENDPOINT_URL: endpoint } = process.env;
  return endpoint === undefined
    ? "Check that this machine is online, and that AWS_REGION is a region."
    : `AWS_ENDPOINT_URL is ${endpoint}: start the emulator there, or unset it to reach AWS.`;
}

/** Who has deployed locally may have meant that. */
function localHint(): string {
  return existsSync(".local/infra") ? " For a local deployment, use .local/infra instead of bin/infra." : "";
}
