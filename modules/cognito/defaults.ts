import type { CognitoUserPoolConfig } from "@cdktf/provider-aws/lib/cognito-user-pool";
import type { CognitoUserPoolClientConfig } from "@cdktf/provider-aws/lib/cognito-user-pool-client";

/** What a user pool is where neither the environment nor an adopted pool says otherwise. */
export function userPoolDefaults(name: string, protection: boolean) {
  return {
    name,
    mfaConfiguration: "ON",
    softwareTokenMfaConfiguration: { enabled: true },
    usernameConfiguration: { caseSensitive: false },
    passwordPolicy: {
      minimumLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireNumbers: true,
      requireSymbols: false,
      temporaryPasswordValidityDays: 7,
    },
    // Users have a name and no verified e-mail address, so only an administrator can reset a password.
    accountRecoverySetting: { recoveryMechanism: [{ name: "admin_only", priority: 1 }] },
    deletionProtection: protection ? "ACTIVE" : "INACTIVE",
  } satisfies CognitoUserPoolConfig;
}

/** What the app client is where neither the environment nor an adopted client says otherwise. */
export function clientDefaults(name: string) {
  return {
    name,
    generateSecret: true,
    explicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    preventUserExistenceErrors: "ENABLED",
    enableTokenRevocation: true,
  } satisfies Partial<CognitoUserPoolClientConfig>;
}
