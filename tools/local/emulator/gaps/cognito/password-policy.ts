import { type Fields, Refusal } from "./backend.ts";

/** What a pool demands that has no policy of its own. */
const DEFAULT = {
  MinimumLength: 8,
  RequireLowercase: true,
  RequireUppercase: true,
  RequireNumbers: true,
  RequireSymbols: true,
};

const SYMBOL = /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+ -]/;

/**
 * @param pool as `DescribeUserPool` shows it
 * @throws {Refusal} when the password is not as the pool demands
 */
export function checkPassword(pool: Fields, password: string, policyIs = "policy"): void {
  const own = pool.Policies?.PasswordPolicy;
  // AWS's SDK for Go, and so Terraform, leaves out what is false.
  const policy = own ? { MinimumLength: DEFAULT.MinimumLength, ...own } : DEFAULT;
  const problems = [
    password.length < policy.MinimumLength && "Password not long enough",
    policy.RequireNumbers && !/\d/.test(password) && "Password must have numeric characters",
    policy.RequireUppercase && !/[A-Z]/.test(password) && "Password must have uppercase characters",
    policy.RequireLowercase && !/[a-z]/.test(password) && "Password must have lowercase characters",
    policy.RequireSymbols && !SYMBOL.test(password) && "Password must have symbol characters",
  ];
  const problem = problems.find(Boolean);
  if (problem) throw new Refusal("InvalidPasswordException", `Password did not conform with ${policyIs}: ${problem}`);
}
