import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, type TerraformResourceLifecycle } from "cdktf";
import type { Construct } from "constructs";

/** A value that a container gets as a variable when it starts, straight from Secrets Manager. */
export interface SecretVariable {
  /** The secret: the execution role may read exactly these. */
  readonly secretArn: string;
  /** What a task definition's `valueFrom` takes: the secret once it has a value, or one key of the JSON in it. */
  readonly valueFrom: string;
}

export interface SecretProps {
  /** Name in Secrets Manager, such as `operation-app/REDIS_URL`. */
  readonly name: string;
  readonly description: string;
  /** A deleted secret can be had back for 30 days; its name is taken until then. false: it is gone at once. */
  readonly protection: boolean;
}

/**
 * A secret without a value: somebody puts one in by hand, and no task that wants it starts before.
 *
 * It keeps the name that it was made with: under another one it would be another secret, without the value that somebody
 * has put in, or that cookies are signed with.
 */
export function createSecret(scope: Construct, id: string, props: SecretProps): SecretsmanagerSecret {
  return new SecretsmanagerSecret(scope, id, {
    name: props.name,
    description: props.description,
    recoveryWindowInDays: props.protection ? 30 : 0,
    lifecycle: { ignoreChanges: ["name"] },
  });
}

/** A secret that holds what other resources know, such as an address with a password in it. */
export function createSecretWithValue(
  scope: Construct,
  id: string,
  props: SecretProps,
  value: string,
  lifecycle?: TerraformResourceLifecycle,
): SecretVariable {
  const secret = createSecret(scope, id, props);
  const config = { secretId: secret.id, secretString: value, lifecycle };
  const version = new SecretsmanagerSecretVersion(scope, `${id}_value`, config);
  return { secretArn: secret.arn, valueFrom: version.arn };
}

/** A secret that is made up when it is made; from then on Terraform leaves it as it is. */
export function createGeneratedSecret(
  scope: Construct,
  id: string,
  props: SecretProps,
  length: number,
): SecretVariable {
  return createSecretWithValue(scope, id, props, randomHex(length), { ignoreChanges: ["secret_string"] });
}

/** Characters of a UUID, hyphens left out: Terraform fills it from the system's random source. */
const UUID_LENGTH = 32;

/**
 * Hexadecimal digits that Terraform makes up while it applies, so that no plan knows them. It would make up others each
 * time, so the resource that takes them has to ignore changes of that attribute.
 *
 * The provider's own generator is not for this: it is a data source whose id is the password, and Terraform prints ids.
 *
 * @param length a multiple of 32
 */
export function randomHex(length: number): string {
  return Fn.replace(
    Fn.join(
      "",
      Array.from({ length: length / UUID_LENGTH }, () => Fn.uuid()),
    ),
    "-",
    "",
  );
}
