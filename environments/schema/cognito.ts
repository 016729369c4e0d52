import { CognitoUserPool, type CognitoUserPoolConfig } from "@cdktf/provider-aws/lib/cognito-user-pool";
import {
  CognitoUserPoolClient,
  type CognitoUserPoolClientConfig,
} from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import * as z from "zod";
import { domainName, oneOf, text } from "./values.ts";

/** Login pages under a name of one's own. */
const loginDomain = z.strictObject({
  /** Their host name, such as "auth.example.com": with TLS by a certificate in us-east-1 that is made with it. */
  name: domainName,
  /** The Route 53 zone that it is in, and that exists. @default the zone of `domain.name` */
  hostedZone: domainName.optional(),
  /**
   * The A record of the name above, such as "example.com", which Cognito looks for and where it leads does not matter. `create`: there is none,
   * and one is made that leads nowhere. Not asked where that name is `domain.name` or one of its aliases. @default "existing"
   */
  parentRecord: oneOf(["existing", "create"] as const).default("existing"),
});

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
    'is not a valid Cognito domain prefix. Write lower-case letters, digits and hyphens, without "aws", "amazon" and "cognito".',
  ).optional(),
  /**
   * Login pages under a name of your own, beside those of `domainPrefix`, which go on to work. Free. The load balancer's login uses it at once;
   * where a provider such as Google sends people back to, `https://<name>/oauth2/idpresponse`, is to be told it before. The first apply takes some
   * minutes more; another name is another domain, and whoever is logging in right then begins again. With `ci`, run `bin/infra bootstrap`
   * before. @default there is none
   */
  domain: loginDomain.optional(),
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
          message: "is not an attribute. Look up its name in the provider's documentation, and write it in camelCase.",
        });
      }
    })
    .default({});
}
