import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { InputError } from "@operation-app/preflight/input";
import { dependable } from "cdktf";
import { Construct } from "constructs";
import { policy, type Statement } from "../iam-policy.ts";
import { applyStatements, namedWriteStatements, writeStatements } from "./apply-policy.ts";
import { boundaryStatements } from "./boundary.ts";
import { DIGEST_TAG, digestOf } from "./digest.ts";
import {
  boundaryName,
  CI_PATH,
  type CiRole,
  type CiTarget,
  namedPolicyNames,
  readPolicyName,
  roleName,
  writePolicyName,
} from "./names.ts";
import { planStatements } from "./plan-policy.ts";
import { namedReadStatements, readStatements } from "./reads.ts";
import { applySubjects, planSubjects, type Repository, trustSubjects } from "./subjects.ts";

/** Seconds that a session may last: a plan takes minutes, a first apply waits for a database and a cache. */
const LONGEST_SESSION = { plan: 3600, apply: 7200 };

/**
 * Characters that the policies in a role may have together.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const LONGEST_INLINE = 10_240;
/** Characters of a policy of its own. */
const LONGEST_POLICY = 6_144;

export interface CiProps {
  readonly target: CiTarget;
  readonly repository: Repository;
  /** ARN of the account's OIDC provider for GitHub. */
  readonly oidcProviderArn: string;
}

interface PolicyProps {
  readonly name: string;
  readonly description: string;
  readonly statements: readonly Statement[];
  readonly moreTags?: Readonly<Record<string, string>>;
}

/** The roles that GitHub Actions takes on for an environment, without any key: one that plans, and one that applies. */
export class Ci extends Construct {
  /** What both may read. */
  readonly readPolicy: IamPolicy;
  /** What the apply role may change by name. */
  readonly writePolicy: IamPolicy;
  /** More of both: one policy has too little room. */
  readonly namedPolicies: { readonly read: IamPolicy; readonly write: IamPolicy };
  /** What no role of the environment's own gets beyond. */
  readonly boundary: IamPolicy;
  readonly planRole: IamRole;
  readonly applyRole: IamRole;
  private readonly props: CiProps;

  /** @throws InputError when there are more secrets, or further rights, than a policy has room for */
  constructor(scope: Construct, id: string, props: CiProps) {
    super(scope, id);
    this.props = props;
    const { target, repository } = props;
    this.readPolicy = this.createPolicy("read", {
      name: readPolicyName(target),
      description: `What a plan of ${target.environment} looks at`,
      statements: readStatements(target),
    });
    this.boundary = this.createPolicy("boundary", {
      name: boundaryName(target),
      description: `The most that a role of ${target.environment} may do`,
      statements: this.boundaryStatements(),
      moreTags: { [DIGEST_TAG]: digestOf(target) },
    });
    this.writePolicy = this.createPolicy("write", {
      name: writePolicyName(target),
      description: `What an apply of ${target.environment} changes by name`,
      statements: writeStatements(target),
    });
    const names = namedPolicyNames(target);
    this.namedPolicies = {
      read: this.createPolicy("read_named", {
        name: names.read,
        description: `What a plan of ${target.environment} looks at, of what is named after the app`,
        statements: namedReadStatements(target),
      }),
      write: this.createPolicy("write_named", {
        name: names.write,
        description: `What an apply of ${target.environment} changes, of what is named after the app`,
        statements: namedWriteStatements(target),
      }),
    };
    this.planRole = this.createRole("plan", planSubjects(repository));
    this.applyRole = this.createRole("apply", applySubjects(repository));
    // Rights that an older version had in one policy move to another: where they go comes first, or a run would lack them meanwhile.
    this.writePolicy.dependsOn = [
      dependable(this.attach("apply_write_named", this.applyRole, this.namedPolicies.write)),
    ];
    const write = this.attach("apply_write", this.applyRole, this.writePolicy);
    this.createInline("plan", this.planRole, planStatements(target));
    this.createInline("apply", this.applyRole, applyStatements(target)).dependsOn = [dependable(write)];
  }

  private createPolicy(id: string, { statements, moreTags, ...config }: PolicyProps): IamPolicy {
    const tags = { ...this.tags, ...moreTags };
    return new IamPolicy(this, id, { ...config, path: CI_PATH, policy: policy(...statements), tags });
  }

  /** The boundary as IAM takes it. */
  private boundaryStatements(): readonly Statement[] {
    const { target } = this.props;
    const statements = boundaryStatements(target);
    const { length } = policy(...statements);
    if (length <= LONGEST_POLICY) return statements;
    throw new InputError(
      `environments/${target.environment}.ts: ecs.app.permissions: result in a permissions boundary of ${length} characters; the limit of IAM is ${LONGEST_POLICY}. List fewer resources, with * for parts of their names.`,
    );
  }

  private createRole(kind: CiRole, subjects: readonly string[]): IamRole {
    const { target, oidcProviderArn } = this.props;
    const role = new IamRole(this, kind, {
      name: roleName(target, kind),
      path: CI_PATH,
      description: `GitHub Actions, to ${kind} ${target.environment}`,
      assumeRolePolicy: trustSubjects(oidcProviderArn, subjects),
      maxSessionDuration: LONGEST_SESSION[kind],
      tags: this.tags,
    });
    this.attach(`${kind}_read`, role, this.readPolicy);
    const named = this.attach(`${kind}_read_named`, role, this.namedPolicies.read);
    this.readPolicy.dependsOn = [...(this.readPolicy.dependsOn ?? []), dependable(named)];
    return role;
  }

  private createInline(kind: CiRole, { name: role }: IamRole, statements: readonly Statement[]): IamRolePolicy {
    return new IamRolePolicy(this, `${kind}_policy`, {
      role,
      name: kind,
      policy: this.fitting(policy(...statements)),
    });
  }

  private attach(id: string, role: IamRole, { arn: policyArn }: IamPolicy): IamRolePolicyAttachment {
    return new IamRolePolicyAttachment(this, id, { role: role.name, policyArn });
  }

  private fitting(text: string): string {
    if (text.length <= LONGEST_INLINE) return text;
    const { environment, secretsInState } = this.props.target;
    throw new InputError(
      `environments/${environment}.ts: ecs.app.secrets: ${secretsInState.length} secrets are more than fit in a role's policy. Store several values in one secret, as JSON.`,
    );
  }

  private get tags(): Record<string, string> {
    const { app, environment } = this.props.target;
    return { Application: app, Environment: environment };
  }
}
