import { Construct } from "constructs";
import { createSecret, type SecretVariable } from "../secret.ts";

export interface AppUserProps {
  /** Prefix of the secret's name. */
  readonly app: string;
  /** Its name in MySQL. */
  readonly name: string;
}

/**
 * A user of MySQL's for Rails, who is not the master.
 *
 * Only the secret is here, without a value: `bin/infra release` and `bin/infra db user` make the password up, and tell MySQL, so that Terraform
 * never sees it. `bin/infra db rotate` changes it.
 */
export class AppUser extends Construct {
  readonly name: string;
  readonly password: SecretVariable;

  constructor(scope: Construct, id: string, { app, name }: AppUserProps) {
    super(scope, id);
    this.name = name;
    const { arn } = createSecret(this, "secret", {
      name: `${app}/DATABASE_PASSWORD`,
      description: `${name} in MySQL, whom the app logs in as`,
      // Another password is made up at any time, and whoever takes the user back needs the name of the secret.
      protection: false,
    });
    this.password = { secretArn: arn, valueFrom: `${arn}:password::` };
  }
}
