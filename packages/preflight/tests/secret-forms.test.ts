import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import {
  isSecretKey,
  isSwitch,
  soundsSecret,
  withoutLabelledSecrets,
  withoutSecretParts,
} from "../src/secret-forms.ts";

const HIDDEN = "h1dden";

it.each([
  ["production-terraform-state1", false],
  ["assets_2026_version_12", false],
  ["8f14e45fceea167a5a36dedd4bea2543", true],
  ["prod-8f14e45fceea167a5a36dedd4bea2543", true],
  ["Zm9vYmFyMTIzNDU2Nzg5MA==", true],
])("takes the value %s of something called a key for a secret: %s", (value, isSecret) => {
  expect(isSecretKey(value, "STRIPE_KEY")).toBe(isSecret);
});

describe("a name", () => {
  it.each([
    "./app/auth.insecure_value",
    "./prod/smtp/pwd.insecure_value",
    "GITHUB_PAT",
    "OTP_SEED",
    "TOKEN_SECRET_NAMESPACE",
    "PGPASS",
    "DB_PASS",
    "a.environment.SMTP_PASS.value",
    "MYSQL_PWD",
    "DB_PASS_OLD",
    "SLACK_WEBHOOK_URL",
    "API_KEY",
    "NEW_RELIC_LICENSE_KEY",
    "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY",
    "ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY",
    "ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT",
    "JWT_KEY",
    "APP_KEY",
    "SSH_KEY",
    "HMAC_KEY",
    "SESSION_KEY",
    "DEVISE_PEPPER",
    "PASSCODE",
    "DB_PW",
    "tunnel1_preshared_key",
    "custom_header.X-Origin-Verify.value",
    "condition.http_header.X-Origin-Verify.values",
    "policy.Condition.StringEquals.aws:Referer",
    "WEBHOOK_SIGNING",
    "JWT",
    "PEPPER",
    "a.environment.SALT.value",
    "REDIS_AUTH",
    "AUTH",
    "CARD_PIN",
    "/app/db/password.insecure_value",
  ])("sounds like a secret: %s", (name) => expect(soundsSecret(name)).toBe(true));

  it.each([
    "MAX_TOKENS",
    "MAX_OUTPUT_TOKENS",
    "TOKENIZER",
    "TOKEN_EXPIRY",
    "ACCESS_TOKEN_EXPIRES_IN",
    "PASSWORD_MIN_LENGTH",
    "SECRET_NAME",
    "PATH",
    "PASSENGER_APP_ENV",
    "api/authorize",
    "./app/auth-url.value",
    "BYPASS",
    "BYPASS_CACHE",
    "COMPASS",
    "PWD",
    "OLDPWD",
    "pass_through",
    "PASSIVE",
    "WEBHOOK_ENABLED",
    "ssh_key_name",
    "SSH_KEY_ID",
    "key_name",
    "PARTITION_KEY",
    "S3_KEY",
    "CACHE_KEY",
    "SALTY",
    "kms_key_id",
    "auth.0.iam_auth",
    "AUTHOR",
    "SPIN",
    "refresh_token_rotation.0.feature",
    "WEB_IDENTITY_TOKEN_FILE",
  ])("does not: %s", (name) => expect(soundsSecret(name)).toBe(false));
});

describe("a text is shown without its secret", () => {
  it.each([
    `mysql://app:a/${HIDDEN}/b@db/app`,
    `mysql://app:p@${HIDDEN}@db/app`,
    `postgres://app:123/${HIDDEN}@db/app`,
    `redis://:${HIDDEN}@cache:6379`,
    `https://me:x/${HIDDEN}@host/path`,
    `https://${HIDDEN}0123456789abcdef@o1.ingest.sentry.io/2`,
    `app:${HIDDEN}@tcp(db:3306)/app`,
    `https://hooks.slack.com/services/T00/B00/${HIDDEN}`,
    `https://discord.com/api/webhooks/1/${HIDDEN}`,
    `https://discordapp.com/api/v10/webhooks/1/${HIDDEN}`,
    `https://a.webhook.office.com/webhookb2/${HIDDEN}`,
    `https://api.telegram.org/bot1:${HIDDEN}/sendMessage`,
    `https://a.blob.core.windows.net/b?sv=1&sig=${HIDDEN}h1dden`,
    `Bearer ${HIDDEN}`,
    `AUTH: Bearer ${HIDDEN}-more`,
    `Authorization: Token ${HIDDEN}`,
    `Basic ${Buffer.from(`me:${HIDDEN}`).toString("base64")}`,
    `Server=db;Uid=app;Pwd=${HIDDEN};`,
    `AccountName=a;AccountKey=${HIDDEN}==`,
    `DB_PASS=${HIDDEN} bin/run`,
    `-----BEGIN PGP PRIVATE KEY BLOCK-----\n${HIDDEN}\n-----END PGP PRIVATE KEY BLOCK-----`,
    `curl -s -u me:${HIDDEN} https://host`,
    `curl --user "me:${HIDDEN}" https://host`,
    `mysqldump -h db -uroot -p${HIDDEN} app`,
    `sshpass -p ${HIDDEN} ssh host`,
    `vault login ${HIDDEN}`,
    `bundle config set --global gems.example.com user:${HIDDEN}`,
    `redis-cli -h cache -a ${HIDDEN} ping`,
    `app --password ${HIDDEN}`,
    `app --db-password ${HIDDEN} --verbose`,
    `app --api-key "${HIDDEN}"`,
    `app --client.secret '${HIDDEN}'`,
    `app -token=${HIDDEN}`,
    `app --auth-token \\"${HIDDEN}\\"`,
    `docker login -u AWS -p ${HIDDEN} 123.dkr.ecr.eu-west-1.amazonaws.com`,
    `helm registry login -p${HIDDEN} host`,
    `aws configure set aws_secret_access_key ${HIDDEN}`,
    `npm config set //registry.npmjs.org/:_authToken ${HIDDEN}`,
    `docker run -e PASSWORD ${HIDDEN} app`,
    `htpasswd -b users.txt me ${HIDDEN}`,
    `htpasswd -nbB me ${HIDDEN}`,
    `mongosh -u me -p ${HIDDEN} host`,
    `openssl enc -pass pass:${HIDDEN}`,
    `https://${HIDDEN}@o1.ingest.sentry.io/2`,
    `glpat-${HIDDEN}abcdefgh`,
    `sk_live_${HIDDEN}abcdefgh`,
    `jdbc:oracle:thin:app/${HIDDEN}@//db:1521/app`,
    `app/${HIDDEN}@db:1521/app`,
    `db:5432:app:app:${HIDDEN}`,
    `*:*:*:app:${HIDDEN}`,
    `machine github.com login app password ${HIDDEN}`,
    `<db><password>${HIDDEN}</password></db>`,
    `curl -b 'session=${HIDDEN}' https://host`,
    `Cookie: session=${HIDDEN}`,
    `REDISCLI_AUTH=${HIDDEN} redis-cli ping`,
    `echo "requirepass ${HIDDEN}" > /etc/redis.conf`,
    `echo "app:${HIDDEN}" | chpasswd`,
    `openssl enc -d -aes-256-cbc -k ${HIDDEN} -in a`,
    `unzip -P ${HIDDEN} a.zip`,
    `CREATE USER app IDENTIFIED BY '${HIDDEN}'`,
    `ALTER ROLE app WITH PASSWORD '${HIDDEN}'`,
    `app:$apr1$${HIDDEN}abc`,
    `on >${HIDDEN} ~* +@all`,
    `dp.st.prd.${HIDDEN}abcdefghijklmnop`,
    `shpat_${HIDDEN}abcdefghijklmnop`,
    `TOML="${Buffer.from(`password = "${HIDDEN}"`).toString("base64")}"`,
    Buffer.from(JSON.stringify({ db: { password: HIDDEN } })).toString("base64"),
    Buffer.from(`mysql2://app:${HIDDEN}@db/app`).toString("base64"),
    `{"auths":{"ghcr.io":{"auth":"${Buffer.from(`me:${HIDDEN}`).toString("base64")}"}}}`,
  ])("%s", (text) => {
    const shown = withoutSecretParts(text);
    expect(shown).toContain("(sensitive)");
    expect(shown).not.toContain(HIDDEN);
    expect(shown).not.toContain(Buffer.from(`me:${HIDDEN}`).toString("base64"));
  });

  it.each([
    "https://registry:5000/app@sha256:0123456789abcdef",
    "http://localhost:3000/a@b",
    "https://hooks.slack.com",
    "https://discord.com/channels/1/2",
    "Basic authentication",
    "Basic monitoring of bearer tokens",
    "a bearer certificate",
    "PASSENGER_MAX_POOL_SIZE=5",
    "BYPASS=1",
    "PWD",
    "me@example.com",
    "docker run -u 1000:1000 app",
    "mysql -h db -p app",
    "app --password $DB_PASSWORD",
    'app --token "${TOKEN}"',
    "app --password-stdin",
    "app --token-file /run/token --secret-id app",
    "--token is needed to log in",
    "docker run -p 80:80 app",
    "aws configure set region eu-west-1",
    "https://user@example.com/a",
    "mkdir -p a/b",
    "ssh://git@github.com/a/b.git",
    "https://example.com/?page=2&sort=key",
    "arn:aws:iam::123456789012:role/a",
    "actions/checkout@v4",
    "git clone git@github.com:acme/app.git",
    "app:3000:tcp",
    "MAX_POOL=5 S3_KEY=assets/app.js bin/app",
    "S3_KEY=assets bin/app",
    "a policy identified by name, not by path",
    "curl --fail -b cookies.txt https://host",
    "switch it on > log",
    "zip -r a.zip b",
    "echo hello:world",
    Buffer.from("#!/bin/sh\necho hello").toString("base64"),
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "operation-app-production-database-subnets",
  ])("and else as it is: %s", (text) => {
    expect(withoutSecretParts(text)).toBe(text);
  });
});

it.each([`{"password":"${HIDDEN}"}`, `{\\"token\\":\\"${HIDDEN}\\"}`, `X-Api-Key: ${HIDDEN}`])(
  "a label hides what follows it: %s",
  (text) => expect(withoutLabelledSecrets(text)).not.toContain(HIDDEN),
);

it("a switch is no secret, whatever its name", () => {
  expect(["required", "ENABLED", "none"].every(isSwitch)).toBe(true);
  expect(isSwitch("required1")).toBe(false);
});

it.each([
  "password",
  "x-",
  "a.",
  "https://a:b",
  "pass ",
  "a",
  "mysql://u:",
  "Bearer a",
  "mysql ",
  "redis-cli ",
  "-u a:",
  "--a-",
  "--password ",
  "htpasswd -b ",
  "login ",
  "-e PASSWORD",
  "echo a:",
  "jdbc:oracle:a:b/",
  "on ",
  "<password>",
  "A_AUTH=",
  "curl ",
  "YWFhYWFhYWFhYWFhYWFh ",
])("a long text is read to its end: %s", (part) => {
  // What tries every way to read it does not end in hours; what reads it takes less than a second.
  const read = () => withoutSecretParts(part.repeat(20_000 / part.length));
  expect(runInNewContext("read()", { read }, { timeout: 120_000 })).toBeTypeOf("string");
});

it.each(["a://a:", "http://a:b"])("a longer text takes hardly longer by the character: %s", (part) => {
  const cost = (length: number) => {
    const text = part.repeat(length / part.length);
    const before = process.cpuUsage().user;
    withoutSecretParts(text);
    return process.cpuUsage().user - before;
  };
  cost(10_000); // V8 compiles the forms.
  // What reads all of the rest at each character takes 64 times as long for 8 times the text.
  expect(cost(80_000)).toBeLessThan(32 * cost(10_000));
});
