/** Variables that the stack sets in the app's container, which an environment can't set. */
export const INJECTED_VARIABLES = [
  "COGNITO_CLIENT_ID",
  "COGNITO_CLIENT_SECRET",
  "COGNITO_REGION",
  "COGNITO_USER_POOL_ID",
  "DATABASE_HOST",
  "DATABASE_NAME",
  "DATABASE_PASSWORD",
  "DATABASE_PORT",
  "DATABASE_USERNAME",
  "PORT",
] as const;

/** Those that it sets where there is a cache. */
export const CACHE_VARIABLES = ["REDIS_URL"] as const;

/** Those that it sets where there is a bucket for files. */
export const STORAGE_VARIABLES = ["STORAGE_BUCKET", "STORAGE_REGION"] as const;

/** Those that it sets where CloudFront is in front of these. */
export const CDN_VARIABLES = ["STORAGE_CDN_HOST"] as const;

/** Those that it sets where the app sends mail. */
export const MAIL_VARIABLES = ["MAIL_FROM", "MAIL_REGION"] as const;
