import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { CognitoUserPool } from "@cdktf/provider-aws/lib/cognito-user-pool";
import type { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { policy, type Statement, trust } from "../iam-policy.ts";
import type { SecretVariable } from "../secret.ts";

/** Asks for a token for the whole registry. */
export const REGISTRY_ACTION = "ecr:GetAuthorizationToken";

/** Pulls an image. */
export const PULL_ACTIONS = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"];

/** Writes a container's log. */
export const LOG_ACTIONS = ["logs:CreateLogStream", "logs:PutLogEvents"];

/** What every role of a task is made of. */
export interface TaskRoleProps {
  readonly name: string;
  readonly region: string;
  /** The account's number, twelve digits. */
  readonly account: string;
}

export interface ExecutionRoleProps extends TaskRoleProps {
  readonly repositories: readonly EcrRepository[];
  readonly logGroups: readonly CloudwatchLogGroup[];
  readonly secrets: readonly SecretVariable[];
}

/** A role, and the policy that must be attached before a task takes it on. */
export interface RoleWithPolicy {
  readonly role: IamRole;
  readonly policy: IamRolePolicy;
}

/** What ECS itself uses to start a task: pull its images, open its log, read its secrets. Nothing else, and no others. */
export function createExecutionRole(scope: Construct, id: string, props: ExecutionRoleProps): RoleWithPolicy {
  const role = createTaskRole(scope, id, props);
  const secretArns = [...new Set(props.secrets.map(({ secretArn }) => secretArn))];
  return {
    role,
    policy: new IamRolePolicy(scope, `${id}_policy`, {
      role: role.id,
      name: "start-tasks",
      policy: policy(
        // The one action that can't be narrowed down.
        { actions: [REGISTRY_ACTION], resources: ["*"] },
        {
          actions: PULL_ACTIONS,
          resources: props.repositories.map((repository) => repository.arn),
        },
        {
          actions: LOG_ACTIONS,
          resources: props.logGroups.map((logGroup) => `${logGroup.arn}:*`),
        },
        ...(secretArns.length > 0 ? [{ actions: ["secretsmanager:GetSecretValue"], resources: secretArns }] : []),
      ),
    }),
  };
}

export interface AppRoleProps extends TaskRoleProps {
  readonly userPool: CognitoUserPool;
  /** What it may do with the pool's users. */
  readonly userRights: keyof typeof USER_ACTIONS;
  /** Lets ECS Exec open a session into the containers. */
  readonly exec: boolean;
  /** What the app may do beside. @default nothing */
  readonly statements?: readonly Statement[];
}

/** What the app's own code may do: log users of its pool in, or administer them, and what its environment gives it. */
export function createAppRole(scope: Construct, id: string, props: AppRoleProps): RoleWithPolicy {
  const role = createTaskRole(scope, id, props);
  return {
    role,
    policy: new IamRolePolicy(scope, `${id}_policy`, {
      role: role.id,
      name: "run-app",
      policy: policy(
        { actions: USER_ACTIONS[props.userRights], resources: [props.userPool.arn] },
        ...(props.exec ? [EXEC_STATEMENT] : []),
        ...(props.statements ?? []),
      ),
    }),
  };
}

/** nginx calls no AWS service; its role is there for ECS Exec only. */
export function createNginxRole(
  scope: Construct,
  id: string,
  props: TaskRoleProps & { readonly exec: boolean },
): IamRole {
  const role = createTaskRole(scope, id, props);
  if (props.exec)
    new IamRolePolicy(scope, `${id}_policy`, { role: role.id, name: "exec", policy: policy(EXEC_STATEMENT) });
  return role;
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html */
function createTaskRole(scope: Construct, id: string, { name, region, account }: TaskRoleProps): IamRole {
  const source = `arn:aws:ecs:${region}:${account}:*`;
  return new IamRole(scope, id, { name, assumeRolePolicy: trust("ecs-tasks.amazonaws.com", { account, source }) });
}

/**
 * Calls that Cognito takes only when they are signed. The others that a login needs, such as `SignUp`, `InitiateAuth`
 * and `VerifySoftwareToken`, are made in the user's name and ask for no permission.
 */
const LOGIN_ACTIONS = [
  "cognito-idp:AdminConfirmSignUp",
  "cognito-idp:AdminGetUser",
  "cognito-idp:AdminInitiateAuth",
  "cognito-idp:AdminRespondToAuthChallenge",
];

/** What Rails may do with the users of its pool, by `cognito.appRights`. */
export const USER_ACTIONS = {
  login: LOGIN_ACTIONS,
  administer: [
    ...LOGIN_ACTIONS,
    "cognito-idp:AdminCreateUser",
    "cognito-idp:AdminDeleteUser",
    "cognito-idp:AdminDisableUser",
    "cognito-idp:AdminEnableUser",
    "cognito-idp:AdminResetUserPassword",
    "cognito-idp:AdminSetUserMFAPreference",
    "cognito-idp:AdminSetUserPassword",
    "cognito-idp:AdminUpdateUserAttributes",
    "cognito-idp:AdminUserGlobalSignOut",
    "cognito-idp:ListUsers",
  ],
} as const;

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html (required permissions) */
export const EXEC_ACTIONS = [
  "ssmmessages:CreateControlChannel",
  "ssmmessages:CreateDataChannel",
  "ssmmessages:OpenControlChannel",
  "ssmmessages:OpenDataChannel",
];

const EXEC_STATEMENT = { actions: EXEC_ACTIONS, resources: ["*"] };
