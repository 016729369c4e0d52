import { CognitoUserPool, type CognitoUserPoolConfig } from "@cdktf/provider-aws/lib/cognito-user-pool";
import {
  CognitoUserPoolClient,
  type CognitoUserPoolClientConfig,
} from "@cdktf/provider-aws/lib/cognito-user-pool-client";
import { CognitoUserPoolDomain } from "@cdktf/provider-aws/lib/cognito-user-pool-domain";
import { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { createSecretWithValue, type SecretVariable } from "../secret.ts";
import { type AdoptedCognito, defaultsBeside, dependOn, moveHere, OWN_ADDRESSES, takeOver } from "./adopted.ts";
import { type CustomDomainProps, createCustomDomain } from "./custom-domain.ts";
import { clientDefaults, userPoolDefaults } from "./defaults.ts";

export interface CognitoProps {
  /** Name of the pool, and prefix of its clients' names. */
  readonly name: string;
  readonly region: string;
  /**
   * First label of the pool's domain, unique in the region among all of AWS's customers.
   * @default the pool has no domain, and no login pages
   */
  readonly domainPrefix?: string;
  /** Login pages under a name of one's own, too. @default none */
  readonly customDomain?: CustomDomainProps;
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
   * Host names on which the load balancer logs people in, for which it gets a client of its own.
   * @default the load balancer does not log anybody in
   */
  readonly loadBalancerHosts?: readonly string[];
  /**
   * Existing objects that are taken over as they are. Their attributes stand instead of the defaults.
   * @default none: everything is made
   */
  readonly adopted?: AdoptedCognito;
  /** `prevent_destroy` and Cognito's own deletion protection. There is no way back to a deleted pool: its users are lost. */
  readonly protection: boolean;
}

const CLIENT = CognitoUserPoolClient.tfResourceType;

/** What a client names by text, so that Terraform does not see that it has to be there first. */
const NAMED_BY_CLIENTS = ["aws_cognito_resource_server", "aws_cognito_identity_provider"];

/** Who may log in: users with a name, a password and an authenticator app. */
export class Cognito extends Construct {
  readonly userPool: CognitoUserPool;
  /** The client that Rails logs people in with; not there while an adopted pool has none. */
  readonly client?: CognitoUserPoolClient;
  /** Where the login pages are: the domain of one's own before that of a `domainPrefix`. None without both. */
  readonly domain?: CognitoUserPoolDomain;
  /** The domain of one's own. */
  readonly customDomain?: CognitoUserPoolDomain;
  /** The client that the load balancer logs people in with; there only when it does. */
  readonly loadBalancerClient?: CognitoUserPoolClient;
  /** What Rails needs to know: region, pool and client. */
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretVariable>>;

  private readonly props: CognitoProps;
  private readonly adopted: AdoptedCognito;

  constructor(scope: Construct, id: string, props: CognitoProps) {
    super(scope, id);
    this.props = props;
    this.adopted = props.adopted ?? {};

    this.userPool = this.createUserPool();
    if (this.adopted[OWN_ADDRESSES.client] !== null) this.client = this.createClient();
    if (props.domainPrefix) this.domain = this.createDomain(props.domainPrefix);
    if (props.customDomain) {
      this.customDomain = createCustomDomain(this, this.userPool.id, props.customDomain);
      this.domain = this.customDomain;
    }
    this.keepOtherObjects();
    if (props.loadBalancerHosts) this.loadBalancerClient = this.createLoadBalancerClient(props.loadBalancerHosts);
    this.environment = {
      COGNITO_REGION: props.region,
      COGNITO_USER_POOL_ID: this.userPool.id,
      ...(this.client && { COGNITO_CLIENT_ID: this.client.id }),
    };
    this.secrets = this.hasSecret(this.client) ? { COGNITO_CLIENT_SECRET: this.keepClientSecret(this.client) } : {};
  }

  private createUserPool(): CognitoUserPool {
    const { name, protection, userPool = {} } = this.props;
    const pool = new CognitoUserPool(this, "user_pool", {
      ...defaultsBeside(this.adopted[OWN_ADDRESSES.userPool], userPoolDefaults(name, protection)),
      // Cognito refuses the one without the other.
      ...(userPool.mfaConfiguration === "OFF" && { softwareTokenMfaConfiguration: undefined }),
      ...userPool,
      lifecycle: { preventDestroy: protection, ...userPool.lifecycle },
    });
    return this.adopt(OWN_ADDRESSES.userPool, pool, userPool);
  }

  private createClient(): CognitoUserPoolClient {
    const { name, protection, client = {} } = this.props;
    const created = new CognitoUserPoolClient(this, "user_pool_client", {
      ...defaultsBeside(this.adopted[OWN_ADDRESSES.client], clientDefaults(name)),
      userPoolId: this.userPool.id,
      ...client,
      lifecycle: { preventDestroy: protection, ...client.lifecycle },
    });
    return this.adopt(OWN_ADDRESSES.client, created, client);
  }

  private createDomain(domain: string): CognitoUserPoolDomain {
    const created = new CognitoUserPoolDomain(this, "user_pool_domain", { domain, userPoolId: this.userPool.id });
    return this.adopt(OWN_ADDRESSES.domain, created);
  }

  private adopt<T extends TerraformResource>(address: string, resource: T, settings: object = {}): T {
    const object = this.adopted[address];
    if (object) {
      takeOver(resource, object, settings);
      moveHere(resource, object, this.adopted);
    }
    return resource;
  }

  /** Adopted objects beside the module's own: more clients, groups, resource servers, identity providers … */
  private keepOtherObjects(): void {
    const own: readonly string[] = Object.values(OWN_ADDRESSES);
    const prefix = `${this.node.id}_`;
    const others = Object.keys(this.adopted)
      .filter((address) => !own.includes(address) && this.adopted[address])
      .map((address) => {
        const [terraformResourceType = "", name = ""] = address.split(".");
        const resource = new TerraformResource(this, name.slice(prefix.length), { terraformResourceType });
        resource.addOverride("user_pool_id", this.userPool.id);
        if (terraformResourceType === CLIENT) resource.lifecycle = { preventDestroy: this.props.protection };
        return this.adopt(address, resource);
      });
    const named = others.filter(({ terraformResourceType }) => NAMED_BY_CLIENTS.includes(terraformResourceType));
    const clients = others.filter(({ terraformResourceType }) => terraformResourceType === CLIENT);
    for (const client of this.client ? [this.client, ...clients] : clients) dependOn(client, named);
  }

  /** Apart from Rails's client, so that switching the login at the load balancer on and off never touches that one. */
  private createLoadBalancerClient(hosts: readonly string[]): CognitoUserPoolClient {
    return new CognitoUserPoolClient(this, "load_balancer_client", {
      name: `${this.props.name}-alb`,
      userPoolId: this.userPool.id,
      generateSecret: true,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid"],
      callbackUrls: hosts.map((host) => `https://${host}/oauth2/idpresponse`),
      supportedIdentityProviders: ["COGNITO"],
    });
  }

  /** A client that is made gets one; one that is adopted may have none. */
  private hasSecret(client: CognitoUserPoolClient | undefined): client is CognitoUserPoolClient {
    const object = this.adopted[OWN_ADDRESSES.client];
    return client !== undefined && (object ? object.hasSecret === true : client.generateSecretInput === true);
  }

  private keepClientSecret(client: CognitoUserPoolClient): SecretVariable {
    const { name, protection } = this.props;
    const description = "Secret of the app client that Rails logs people in with";
    return createSecretWithValue(
      this,
      "client_secret",
      { name: `${name}/COGNITO_CLIENT_SECRET`, description, protection },
      client.clientSecret,
    );
  }
}
