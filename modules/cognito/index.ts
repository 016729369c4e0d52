import { CognitoUserPool, type CognitoUserPoolConfig } from "@cdktf/provider-aws/lib/cognito-user-pool";
import {
  CognitoUserPoolClient,
  type CognitoUserPoolClientConfig,
} from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain";
import { Construct } from "constructs";
import { createSecretWithValue, type SecretVariable } from "../secrets.ts";

export interface CognitoProps {
  /** Name of the pool, and prefix of its clients' names. */
  readonly name: string;
  readonly region: string;
  /**
   * First label of the pool's domain, unique in the region among all of AWS's customers.
   * @default the pool has no domain, and no log-in pages
   */
  readonly domainPrefix?: string;
  /**
   * Attributes of the pool that differ from the defaults below; `undefined` takes a default away.
   * @default none
   */
  readonly userPool?: Partial<CognitoUserPoolConfig>;
  /**
   * Attributes of the app client that differ from the defaults below; `undefined` takes a default away.
   * @default none
   */
  readonly client?: Partial<CognitoUserPoolClientConfig>;
  /**
   * Host name on which the load balancer logs people in, for which it gets a client of its own.
   * @default the load balancer does not log anybody in
   */
  readonly loadBalancerHost?: string;
  /** `prevent_destroy` and Cognito's own deletion protection. There is no way back to a deleted pool: its users are lost. */
  readonly protection: boolean;
}

/** Who may log in: users with a name, a password and an authenticator app. */
export class Cognito extends Construct {
  readonly userPool: CognitoUserPool;
  /** The client that Rails logs people in with. */
  readonly client: CognitoUserPoolClient;
  /** Where the log-in pages are; there only with a `domainPrefix`. */
  readonly domain?: CognitoUserPoolDomain;
  /** The client that the load balancer logs people in with; there only when it does. */
  readonly loadBalancerClient?: CognitoUserPoolClient;
  /** What Rails needs to know: region, pool and client. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretVariable>>;

  private readonly props: CognitoProps;

  constructor(scope: Construct, id: string, props: CognitoProps) {
    super(scope, id);
    this.props = props;

    this.userPool = this.createUserPool();
    this.client = this.createClient();
    if (props.domainPrefix) this.domain = this.createDomain(props.domainPrefix);
    if (props.loadBalancerHost) this.loadBalancerClient = this.createLoadBalancerClient(props.loadBalancerHost);
    this.environment = {
      COGNITO_REGION: props.region,
      COGNITO_USER_POOL_ID: this.userPool.id,
      COGNITO_CLIENT_ID: this.client.id,
    };
    this.secrets = { COGNITO_CLIENT_SECRET: this.keepClientSecret() };
  }

  private createUserPool(): CognitoUserPool {
    const { name, protection, userPool } = this.props;
    return new CognitoUserPool(this, "user_pool", {
      name,
      mfaConfiguration: "ON",
      // Cognito refuses the one without the other.
      ...(userPool?.mfaConfiguration !== "OFF" && { softwareTokenMfaConfiguration: { enabled: true } }),
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
      ...userPool,
      lifecycle: { preventDestroy: protection, ...userPool?.lifecycle },
    });
  }

  private createClient(): CognitoUserPoolClient {
    const { name, protection, client } = this.props;
    return new CognitoUserPoolClient(this, "user_pool_client", {
      name,
      userPoolId: this.userPool.id,
      generateSecret: true,
      explicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      preventUserExistenceErrors: "ENABLED",
      enableTokenRevocation: true,
      ...client,
      lifecycle: { preventDestroy: protection, ...client?.lifecycle },
    });
  }

  private createDomain(domain: string): CognitoUserPoolDomain {
    return new CognitoUserPoolDomain(this, "user_pool_domain", { domain, userPoolId: this.userPool.id });
  }

  /** Apart from Rails's client, so that switching the log-in at the load balancer on and off never touches that one. */
  private createLoadBalancerClient(host: string): CognitoUserPoolClient {
    return new CognitoUserPoolClient(this, "load_balancer_client", {
      name: `${this.props.name}-alb`,
      userPoolId: this.userPool.id,
      generateSecret: true,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid"],
      callbackUrls: [`https://${host}/oauth2/idpresponse`],
      supportedIdentityProviders: ["COGNITO"],
    });
  }

  private keepClientSecret(): SecretVariable {
    const { name, protection } = this.props;
    const description = "Secret of the app client that Rails logs people in with";
    return createSecretWithValue(
      this,
      "client_secret",
      { name: `${name}/COGNITO_CLIENT_SECRET`, description, protection },
      this.client.clientSecret,
    );
  }
}
