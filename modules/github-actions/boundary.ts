import { backupStatements } from "../backup/actions.ts";
import { permissionStatements } from "../ecs/permissions.ts";
import { REDEPLOY_ACTION, START_ACTION } from "../ecs/redeployment.ts";
import { EXEC_ACTIONS, LOG_ACTIONS, PULL_ACTIONS, REGISTRY_ACTION, USER_ACTIONS } from "../ecs/roles.ts";
import type { Statement } from "../iam-policy.ts";
import { SEND_ACTIONS, senderCondition } from "../mail/names.ts";
import { FLOW_LOG_ACTIONS } from "../network/flow-logs.ts";
import { BUCKET_ACTIONS, FILE_ACTIONS } from "../storage/actions.ts";
import { type CiTarget, neighboursRefused, onUserPool } from "./names.ts";
import { namedResources, storageArn } from "./reads.ts";

/**
 * The most that a role of the stack may ever do, whatever its own policies say. It grants nothing by itself. What the
 * apply role makes or changes has to have it, so that nothing which that role writes into a policy gets beyond it.
 *
 * A new right of a role needs a line here as well, and `bin/infra bootstrap`, as does one of `ecs.app.permissions`; until then AWS
 * refuses the call "because no permissions boundary allows" it.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export function boundaryStatements(target: CiTarget): Statement[] {
  const { app, region, account, appPermissions, mailDomain, neighbours } = target;
  const {
    ecr = [],
    ecs = [],
    iam = [],
    logs = [],
    secretsmanager = [],
    ses = [],
    sqs = [],
    states = [],
  } = namedResources(target);
  return [
    { actions: [REGISTRY_ACTION, ...EXEC_ACTIONS], resources: ["*"] },
    { actions: PULL_ACTIONS, resources: ecr },
    { actions: [...new Set([...LOG_ACTIONS, ...FLOW_LOG_ACTIONS])], resources: logs },
    { actions: ["secretsmanager:GetSecretValue"], resources: secretsmanager },
    ...onUserPool(target, USER_ACTIONS.administer),
    { actions: [REDEPLOY_ACTION], resources: ecs },
    { actions: [START_ACTION], resources: states },
    { actions: BUCKET_ACTIONS, resources: [storageArn(target)] },
    { actions: FILE_ACTIONS, resources: [`${storageArn(target)}/*`] },
    // What starts tasks at set times.
    { actions: ["ecs:RunTask"], resources: [`arn:aws:ecs:${region}:${account}:task-definition/task-${app}-*`] },
    {
      actions: ["iam:PassRole"],
      resources: iam,
      condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
    { actions: ["sqs:SendMessage"], resources: sqs },
    ...(mailDomain === undefined
      ? []
      : [{ actions: SEND_ACTIONS, resources: ses, condition: senderCondition(mailDomain) }]),
    ...backupStatements({ app, region, account, bucketArn: storageArn(target) }),
    ...permissionStatements(appPermissions ?? [], target),
    ...neighboursRefused(neighbours),
  ];
}
