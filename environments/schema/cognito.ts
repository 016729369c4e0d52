import { CognitoUserPool, type CognitoUserPoolConfig } from "@cdktf/provider-aws/lib/cognito-user-pool";
import {
  CognitoUserPoolClient,
  type CognitoUserPoolClientConfig,
} from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import * as z from "zod";
import { oneOf, text } from "./values.ts";

/** The user pool and its app client. */
export const cognito = z.strictObject({
  /**
   * First label of `<prefix>.auth.<region>.amazoncognito.com`, unique in the region among all of AWS's customers. The
   * login pages are there; the load balancer's login needs it. A pool with a domain can't be reached through a VPC
   * endpoint. Not used where the pool is adopted with a domain, or without one: `<environment>.cognito.json` says.
   * @default the pool has no domain
   */
  domainPrefix: text(
    /^(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    'is not a prefix that Cognito takes. Write lower-case letters, digits and hyphens, without "aws", "amazon" and "cognito".',
  ).optional(),
  /**
   * What Rails may do with the users of its pool beside what they do in their own name. `login`: confirm a sign-up, look a user up and
   * log one in. `administer`: also list, create, change, disable and delete users, set their passwords and their MFA, so that who takes the
   * app over can take every account over. @default "login"
   */
  appRights: oneOf(["login", "administer"] as const).default("login"),
  /** Attributes of the user pool that differ from this project's defaults, named as in `CognitoUserPoolConfig`. */
  userPool: attributesOf<CognitoUserPoolConfig>(CognitoUserPool),
  /** The same for the app client, `CognitoUserPoolClientConfig`. */
  client: attributesOf<CognitoUserPoolClientConfig>(CognitoUserPoolClient),
});

/** Some attributes of a resource, by the names that its class knows. `region` is left out: only provider 6 has it. */
function attributesOf<Config>(resource: { readonly prototype: object }) {
  return z
    .custom<Partial<Config>>(
      (value) => typeof value === "object" && value !== null && !Array.isArray(value),
      "is not a group of attributes: { … }",
    )
    .superRefine((attributes, context) => {
      for (const name of Object.keys(attributes as object)) {
        if (name === "lifecycle" || (name !== "region" && name in resource.prototype)) continue;
        context.addIssue({
          code: "custom",
          path: [name],
          message: "is not an attribute. Look its name up in the provider's documentation, and write it in camelCase.",
        });
      }
    })
    .default({});
}
