import type { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import type { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import type { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import type { Subnet } from "@cdktf/provider-aws/lib/subnet";
import type { FargateSize } from "@operation-app/preflight/fargate";
import type { ITerraformDependable } from "cdktf";
import type { Statement } from "../iam-policy.ts";
import type { SecretVariable } from "../secret.ts";
import type { Hours } from "./hours.ts";
import type { Permission } from "./permissions.ts";
import type { AppRoleProps } from "./roles.ts";
import type { ServiceProps, Tasks } from "./service.ts";

export interface EcsProps {
  /** Name of the cluster, and prefix of what is in it. */
  readonly name: string;
  readonly region: string;
  /** Private subnets. */
  readonly subnets: readonly Subnet[];
  /** `separate`: nginx and app are services of their own. `together`: one task has both containers. */
  readonly topology: "separate" | "together";
  readonly architecture: "ARM64" | "X86_64";
  /** Lets `aws ecs execute-command` into running containers. */
  readonly exec: boolean;
  readonly logRetentionDays: number;
  /** Replaces the app's tasks when a secret that they read has another value. */
  readonly redeployOnNewSecrets: boolean;
  readonly nginx: NginxProps;
  readonly app: AppProps;
  /** When services have tasks. @default always */
  readonly hours?: Hours;
  /** Services that run the app's image with another command, by name. */
  readonly workers: Readonly<Record<string, WorkerProps>>;
  /** Tasks that schedules start, by name. @default none */
  readonly scheduled?: Readonly<Record<string, TaskOfAppProps>>;
  /** What takes requests to the targets: ECS refuses a service whose target group no listener or rule leads to. */
  readonly listeners: readonly ITerraformDependable[];
  /** The pool whose users the app logs in. */
  readonly userPool: CognitoUserPool;
  /** What the app may do with them. */
  readonly userRights: AppRoleProps["userRights"];
  /** A deleted secret can be had back for 30 days. */
  readonly protection: boolean;
}

/** A container that serves requests. */
export interface ServerProps {
  readonly repository: EcrRepository;
  /** Version that was pushed. @default what runs it stands at zero tasks */
  readonly version?: string;
  readonly port: number;
  /** User, and group, by number, that its containers run as. @default the image's own */
  readonly user?: string;
  readonly size: FargateSize;
  readonly tasks: Tasks;
  readonly securityGroup: SecurityGroup;
}

export interface NginxProps extends ServerProps {
  readonly targets: LbTargetGroup;
  /** Host that Rails sees on the load balancer's health checks. @default the image's own */
  readonly host?: string;
}

export interface AppProps extends ServerProps {
  /** The load balancer's targets for paths that go past nginx. @default none */
  readonly targets?: LbTargetGroup;
  readonly healthCheckPath: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretVariable>>;
  /** Secrets of the app's own by their variables' names: made up once, or put in by hand. */
  readonly ownSecrets: Readonly<Record<string, "generated" | "by-hand">>;
  readonly migrateCommand: readonly string[];
  /** What only the migration gets, and an execution role of its own for it. @default the same as the app */
  readonly migration?: MigrationProps | undefined;
  /** Further rights of its code. @default none */
  readonly permissions?: readonly Permission[];
  /** What other modules ask for it to be allowed. @default nothing */
  readonly statements?: readonly Statement[];
}

/** Variables in place of the app's. */
export interface MigrationProps {
  readonly environment: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, SecretVariable>>;
  /** Further secrets that copies of its task definition take. */
  readonly reads: readonly SecretVariable[];
}

/** The app's image with another command. */
export interface TaskOfAppProps {
  readonly command: readonly string[];
  /** @default the app's */
  readonly size?: FargateSize;
}

export interface WorkerProps extends TaskOfAppProps, Pick<ServiceProps, "spot"> {
  readonly size: FargateSize;
  readonly tasks: Tasks;
}
