import { UserError } from "../toolchain/user-error.ts";

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
    throw new AwsError(`AWS answered: ${error.name}: ${error.message}`);
  }
}
