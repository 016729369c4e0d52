import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { TerraformOutput, type TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { namesOf } from "../environments/schema/domain.ts";
import { type Environment, gitHubEnvironment, stateKey } from "../environments/schema/index.ts";
import { OWN_ADDRESSES } from "../modules/cognito/adopted.ts";
import { parentOf } from "../modules/cognito/custom-domain.ts";
import { Ci } from "../modules/github-actions/index.ts";
import {
  boundaryName,
  type CiTarget,
  ciPolicyArn,
  namedPolicyNames,
  PLANS_FOLDER,
  readPolicyName,
  roleName,
  writePolicyName,
} from "../modules/github-actions/names.ts";
import { AUDIENCE, GITHUB_ISSUER } from "../modules/github-actions/subjects.ts";
import { domainOf } from "../modules/mail/index.ts";
import { StateBucket } from "../modules/state-bucket/index.ts";
import { AddressedStack } from "./addressed-stack.ts";
import { useAws } from "./aws-provider.ts";
import { keepStateInS3 } from "./remote-state.ts";

/** Name of the stack, and of the folder that its state is in. */
const BOOTSTRAP = "bootstrap";

/** Path of the stack's own state, in the bucket that it looks after. */
export const BOOTSTRAP_STATE_KEY = `${BOOTSTRAP}/terraform.tfstate`;

/** Tag of every role and provider that this stack has made; its value is the state bucket's name. */
export const BOOTSTRAP_TAG = "Bootstrap";

/** What an account has already of what the stack would make. */
export interface Existing {
  /** The account's number, twelve digits. */
  readonly account: string;
  /** `ours`: an earlier run made it. `theirs`: made by hand or by another project, so it is used and left alone. */
  readonly oidcProvider: "missing" | "ours" | "theirs";
  /** What an earlier run made: names of roles, ARNs of policies. */
  readonly made: readonly string[];
}

export interface BootstrapProps {
  readonly bucket: string;
  readonly region: string;
  /** Every environment that keeps its state in the bucket. */
  readonly environments: readonly Environment[];
  readonly existing: Existing;
  /** Refuses calls without TLS. false is for an emulator that speaks none. @default true */
  readonly tlsOnly?: boolean;
}

/**
 * What must be there before an environment can be deployed: the bucket of its state, and the roles that GitHub Actions
 * takes on. One stack a bucket, whatever number of environments are in it.
 *
 * Whatever is there already is imported: an import of what the state has is none, so the blocks can stay.
 */
export class BootstrapStack extends AddressedStack {
  private readonly imports: { to: string; id: string }[] = [];

  private readonly props: BootstrapProps;

  constructor(scope: Construct, props: BootstrapProps) {
    super(scope, BOOTSTRAP);
    this.props = props;
    const { bucket, region, environments, tlsOnly } = props;
    useAws(this, { region, tags: { [BOOTSTRAP_TAG]: bucket } });
    keepStateInS3(this, { bucket, key: BOOTSTRAP_STATE_KEY, region });

    const state = new StateBucket(this, "state", { bucket, plansFolder: PLANS_FOLDER, tlsOnly });
    this.take(state.bucket, bucket);
    new TerraformOutput(this, "bucket", { value: state.bucket.id, description: "Bucket of the Terraform states" });

    const oidcProviderArn = this.createOidcProvider(environments.some(({ ci }) => ci !== undefined));
    for (const environment of environments) this.createRoles(environment, oidcProviderArn);
    if (this.imports.length > 0) this.addOverride("import", this.imports);
  }

  /** An account has one provider for GitHub, whoever made it; one of ours stays, because others may use it by now. */
  private createOidcProvider(isWanted: boolean): string {
    const { account, oidcProvider } = this.props.existing;
    const arn = oidcProviderArn(account);
    if (oidcProvider === "theirs" || (oidcProvider === "missing" && !isWanted)) return arn;
    const provider = new IamOpenidConnectProvider(this, "github", {
      url: `https://${GITHUB_ISSUER}`,
      clientIdList: [AUDIENCE],
      lifecycle: { preventDestroy: true },
    });
    if (oidcProvider === "ours") this.take(provider, arn);
    return provider.arn;
  }

  private createRoles(environment: Environment, oidcProviderArn: string): void {
    if (environment.ci === undefined) return;
    const { name, ci } = environment;
    const { readPolicy, writePolicy, namedPolicies, boundary, planRole, applyRole } = new Ci(this, `ci_${name}`, {
      target: ciTarget(environment, this.props),
      repository: { ...ci, gitHubEnvironment: gitHubEnvironment(environment) },
      oidcProviderArn,
    });
    const ids = ciIds(environment, this.props.existing.account);
    this.takeMade(readPolicy, ids.read);
    this.takeMade(writePolicy, ids.write);
    this.takeMade(namedPolicies.read, ids.readNamed);
    this.takeMade(namedPolicies.write, ids.writeNamed);
    this.takeMade(boundary, ids.boundary);
    for (const [kind, role] of [["plan", planRole] as const, ["apply", applyRole] as const]) {
      this.takeMade(role, ids[kind]);
      new TerraformOutput(this, `${kind}_role_arn_${name}`, {
        value: role.arn,
        description: `Role that GitHub Actions takes on to ${kind} ${name}`,
      });
    }
  }

  private takeMade(resource: TerraformResource, id: string): void {
    if (this.props.existing.made.includes(id)) this.take(resource, id);
  }

  private take(resource: TerraformResource, id: string): void {
    this.imports.push({ to: `${resource.terraformResourceType}.${resource.friendlyUniqueId}`, id });
  }
}

/** By what AWS and Terraform know an environment's roles, what they may read and change, and the boundary of the stack's own. */
export function ciIds({ app, name: environment }: Environment, account: string) {
  const named = namedPolicyNames({ app, environment });
  return {
    plan: roleName({ app, environment }, "plan"),
    apply: roleName({ app, environment }, "apply"),
    read: ciPolicyArn(account, readPolicyName({ app, environment })),
    write: ciPolicyArn(account, writePolicyName({ app, environment })),
    readNamed: ciPolicyArn(account, named.read),
    writeNamed: ciPolicyArn(account, named.write),
    boundary: ciPolicyArn(account, boundaryName({ app, environment })),
  };
}

/** ARN of an account's OIDC provider for GitHub: it follows from the URL, which an account has only once. */
export function oidcProviderArn(account: string): string {
  return `arn:aws:iam::${account}:oidc-provider/${GITHUB_ISSUER}`;
}

/** What the policies of an environment's roles are about. */
export function ciTarget(
  environment: Environment,
  {
    environments,
    existing,
  }: { readonly environments: readonly Environment[]; readonly existing: Pick<Existing, "account"> },
): CiTarget {
  const { app, name, region, state, domain } = environment;
  return {
    app,
    environment: name,
    region,
    account: existing.account,
    stateBucket: state.bucket,
    stateKey: stateKey(environment),
    hostNames: domain ? namesOf(domain) : [],
    natInstance: environment.network.nat === "instance",
    storageCdn: environment.storage?.cdn !== undefined,
    loginDomain: loginNames(environment),
    mailDomain: environment.mail && domainOf(environment.mail.from),
    secretsInState: secretsInState(environment),
    appPermissions: environment.ecs.app.permissions,
    adoptedUserPool: environment.adoptedCognito?.[OWN_ADDRESSES.userPool]?.id,
    neighbours: environments.filter((other) => other !== environment).map((other) => other.app),
  };
}

/** Records that the login pages' own name brings. */
function loginNames({ cognito: { domain } }: Environment): CiTarget["loginDomain"] {
  return domain && [domain.name, ...(domain.parentRecord === "create" ? [parentOf(domain.name)] : [])];
}

/** Names of the secrets whose values Terraform makes or knows; the database's password and those put in by hand are none. */
function secretsInState({ app, ecs }: Environment): string[] {
  const generated = Object.entries(ecs.app.secrets).flatMap(([name, origin]) => (origin === "generated" ? [name] : []));
  // Also without a cache: until its secret is gone, a plan reads it.
  const made = new Set(["REDIS_URL", "COGNITO_CLIENT_SECRET", ...generated]);
  return [...made]
    .filter((variable) => ecs.app.secrets[variable] !== "by-hand")
    .map((variable) => `${app}/${variable}`);
}
