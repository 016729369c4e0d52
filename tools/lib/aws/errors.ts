import { UserError } from "@operation-app/preflight/input";

/** What stands between a command and AWS, said for somebody who has to mend it. */
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

/** What Node's network and the SDK call it when nobody answers. */
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
 * @param right what one must be allowed to for these calls
 * @throws AwsError with one line that says what to do, instead of what the SDK throws
 */
export async function explainingAwsErrors<T>(calls: () => Promise<T>, right = "administer S3 and IAM"): Promise<T> {
  try {
    return await calls();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UserError) throw error;
    if (CREDENTIAL_ERRORS.has(error.name)) {
      throw new AwsError(
        `AWS does not know who you are (${error.message}). Run \`aws configure\` or \`aws sso login\`, and set AWS_PROFILE where you have several.`,
      );
    }
    if (DENIALS.has(error.name)) {
      throw new AwsError(`AWS does not let you (${error.message}). Log in as somebody who may ${right}.`);
    }
    if (UNREACHABLE.has((error as NodeJS.ErrnoException).code ?? error.name)) {
      throw new AwsError(`AWS can't be reached (${error.message || error.name}). ${whereToLook()}`);
    }
    throw new AwsError(`AWS answered: ${error.name}: ${error.message}`);
  }
}

function whereToLook(): string {
  const { AWS_ENDPOINT_URL: endpoint } = process.env;
  return endpoint === undefined
    ? "Look whether this machine is online, and whether AWS_REGION is a region."
    : `AWS_ENDPOINT_URL leads to ${endpoint}: start the emulator there, or unset it to reach AWS.`;
}
