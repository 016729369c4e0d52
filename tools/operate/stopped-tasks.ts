import type { Task } from "@aws-sdk/client-ecs";
import { printable } from "@operation-app/preflight/input";

/** Why a task has stopped, in plain words. */
export interface Explanation {
  readonly cause: string;
  /** What to do about it. Nothing where nothing has to be done. */
  readonly cure?: string;
  /** Where AWS says so. */
  readonly source: string;
}

interface Pattern extends Explanation {
  /** Found in `stoppedReason` or in a container's `reason`. */
  readonly says?: RegExp;
  /** Exit code of the container that ended the task. */
  readonly exitCode?: number;
  /** `stopCode` of the task. */
  readonly stopCode?: string;
}

const GUIDE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide";
const PULL = `${GUIDE}/task_cannot_pull_image.html`;
const INITIALIZATION = `${GUIDE}/resource-initialization-error.html`;
const STOPPED = "https://repost.aws/knowledge-center/ecs-task-stopped";
const STOP_CODES = `${GUIDE}/stopped-task-error-codes.html`;

/**
 * What ECS says of stopped tasks, and what it comes from: the more particular before the more general.
 *
 * The messages are those that `packages/preflight/src/documentation/failure-modes.ts` prevents where they can be known before, and
 * their like; its `unknowable` ones are seen here.
 */
const PATTERNS: readonly Pattern[] = [
  {
    says: /did not contain any value|can't find the specified secret value for staging label: AWSCURRENT|ResourceNotFoundException.*(secret|AWSCURRENT)/i,
    cause: "A secret of the container has no value yet, or was deleted.",
    cure: "`bin/infra secrets missing` names it, `bin/infra secrets set NAME` sets it.",
    source: INITIALIZATION,
  },
  {
    says: /retrieved secret.*did not contain json key|invalid character.*looking for beginning of value/i,
    cause: "The container reads a key that the secret's JSON value does not have.",
    cure: "Set the right value; DATABASE_PASSWORD is managed by RDS, or by bin/infra db rotate.",
    source: INITIALIZATION,
  },
  {
    says: /secret.*(AccessDenied|not authorized)|(AccessDenied|not authorized).*(secretsmanager|ssm:GetParameters|kms:Decrypt)/i,
    cause: "The execution role is not allowed to read a secret.",
    cure: "Preflight rules IAM-004 and IAM-005 find it: `bin/infra synth`. Apply the fix: `bin/infra apply`.",
    source: INITIALIZATION,
  },
  {
    says: /unable to (pull|retrieve) secrets? .*(timeout|deadline|retried|RequestCanceled|connection issue|dial tcp|send request failed)|unable to retrieve ecr registry auth.*(timeout|deadline|retried|RequestCanceled|connection issue|dial tcp|send request failed)/i,
    cause: "The task can't reach Secrets Manager or ECR: its subnet has no route, or a security group blocks it.",
    cure: "Preflight rules NET-101 to NET-104 show where: `bin/infra synth`; or trace it with `bin/infra check … --path`.",
    source: INITIALIZATION,
  },
  {
    says: /failed to validate logger args|log group.*(does not exist|connection issue)|logs:Create(LogStream|LogGroup)/i,
    cause: "The log group does not exist, can't be reached, or the execution role is not allowed to write to it.",
    cure: "Preflight rules ECS-023, NET-103 and IAM-003 show which: `bin/infra synth`. Apply the fix: `bin/infra apply`.",
    source: INITIALIZATION,
  },
  {
    says: /does not contain descriptor matching platform|exec format error/i,
    cause: "The image is built for another CPU architecture than the task's.",
    cure: "Build it with the --platform of ecs.architecture (linux/arm64 for ARM64, linux/amd64 for X86_64), under a new version.",
    source: PULL,
  },
  {
    says: /toomanyrequests|429 Too Many Requests|pull rate limit/i,
    cause: "The registry limits pulls: Docker Hub's rate limit for one address.",
    cure: "Push the image to ECR, or use an ECR pull-through cache.",
    source: "https://repost.aws/knowledge-center/ecs-pull-container-error-rate-limit",
  },
  {
    says: /CannotPull.*(not ?found|manifest unknown|does not exist|not-pushed-yet)/is,
    cause: "The registry has no image of that version.",
    cure: "Push it with `bin/infra release`, or return to a version that was pushed: `bin/infra rollback`.",
    source: PULL,
  },
  {
    says: /CannotPull.*(403|forbidden|AccessDenied|not authorized|denied)/is,
    cause: "The execution role is not allowed to pull the image, or an endpoint policy denies it.",
    cure: "Preflight rule IAM-002 finds it: `bin/infra synth`. Apply the fix: `bin/infra apply`.",
    source: PULL,
  },
  {
    says: /CannotPull.*(i\/o timeout|request canceled|deadline exceeded|dial tcp|connection (refused|reset))/is,
    cause: "The task can't reach ECR, or S3, from which an image's layers come.",
    cure: "Preflight rules NET-101 and NET-102 find where: `bin/infra synth`.",
    source: PULL,
  },
  { says: /CannotPull/, cause: "The image could not be pulled.", cure: "The message says why.", source: PULL },
  {
    says: /unable to assume (the )?role/i,
    cause: "ECS is not allowed to assume the task role or the execution role.",
    cure: "Preflight rule IAM-001 finds it: the role's trust policy must name ecs-tasks.amazonaws.com.",
    source: `${GUIDE}/task_execution_IAM_role.html`,
  },
  {
    says: /OutOfMemory|out of memory|\bOOM/i,
    cause: "It ran out of memory.",
    cure: "Raise `size.memory` in the environment, or run fewer processes and threads.",
    source: STOPPED,
  },
  {
    says: /failed (ELB|Elastic Load Balancing) health checks|is unhealthy in \(?target-group/i,
    cause: "It failed the load balancer's health check: it did not answer with 200 in time.",
    cure: "Check its log around that time. nginx and Rails must answer /up with the IP address as Host, without a redirect: README, 'What your images must do'.",
    source: STOPPED,
  },
  {
    says: /failed container health checks/i,
    cause: "The container's own health check failed: Rails did not answer /up with success on its port.",
    cure: "Look at its log. Rails must listen on 0.0.0.0:$PORT and boot within 60 seconds.",
    source: STOPPED,
  },
  {
    says: /CannotStartContainer.*(no such file|executable file not found|permission denied)|runc.*exec/is,
    cause: "The container's command is not in the image, or is not executable.",
    cure: "Look at the command in the environment and at the image's ENTRYPOINT.",
    source: `${GUIDE}/cannot-start-container.html`,
  },
  {
    says: /CannotStartContainer|ContainerRuntimeTimeout/,
    cause: "The container could not be started.",
    cure: "The message says why.",
    source: `${GUIDE}/cannot-start-container.html`,
  },
  {
    says: /Capacity is unavailable|RESOURCE:ENI|insufficient.*(capacity|address)/i,
    cause: "Fargate has no capacity, or the subnet has no free addresses.",
    cure: "ECS tries again. If it persists, check whether the private subnets have free addresses.",
    source: `${GUIDE}/service-event-messages-list.html`,
  },
  {
    says: /Scaling activity initiated by/i,
    cause: "ECS stopped it on purpose: a deployment replaced it, or the service scaled in.",
    source: STOPPED,
  },
  {
    says: /Fargate Spot|SpotInterruption/,
    cause: "AWS reclaimed its Spot capacity; ECS starts another task when there is capacity.",
    source: STOP_CODES,
  },
  {
    says: /task is retired|infrastructure|Host EC2 .*terminated/i,
    cause: "AWS retired the underlying host; ECS starts a new task elsewhere.",
    source: `${GUIDE}/task-maintenance.html`,
  },
  { stopCode: "UserInitiated", cause: "It was stopped by hand, or by a script.", source: STOP_CODES },
  {
    exitCode: 137,
    cause: "It was killed: out of memory, or still running 30 seconds after SIGTERM.",
    cure: "Check memory in CloudWatch Container Insights; then raise `size.memory`, or exit faster on SIGTERM.",
    source: STOPPED,
  },
  {
    exitCode: 139,
    cause: "It crashed in native code (segmentation fault).",
    cure: "Look for a gem with native extensions that was built for another platform.",
    source: STOPPED,
  },
  { exitCode: 143, cause: "It exited on SIGTERM, as requested.", source: STOPPED },
  {
    exitCode: 126,
    cause: "Its command exists but is not executable.",
    cure: "Look at its file mode in the image.",
    source: STOPPED,
  },
  {
    exitCode: 127,
    cause: "Its command was not found in the image.",
    cure: "Look at the command in the environment, and at PATH in the image.",
    source: STOPPED,
  },
  {
    exitCode: 0,
    cause: "Its process exited without an error, which a service's process must not.",
    cure: "Run the server in the foreground.",
    source: STOPPED,
  },
  {
    exitCode: 1,
    cause: "The app exited with an error.",
    cure: "Its last lines say why: `bin/infra logs`. Often a variable is missing, or the database does not answer.",
    source: STOPPED,
  },
];

/** Everything that ECS says of why a task has stopped, each once. */
export function stopText(task: Task): string {
  const { stoppedReason, containers = [] } = task;
  const said = [stoppedReason, ...containers.map(({ reason }) => reason)].filter((text) => text?.trim());
  return printable([...new Set(said)].join("; "));
}

/** What a task's stop comes from, and what to do; nothing where no known message or exit code fits. */
export function explainStop(task: Task): Explanation | undefined {
  const text = stopText(task);
  const exitCode = exitCodeOf(task);
  const pattern = PATTERNS.find(
    ({ says, exitCode: code, stopCode }) =>
      says?.test(text) ||
      (code !== undefined && code === exitCode) ||
      (stopCode !== undefined && stopCode === task.stopCode),
  );
  if (!pattern) return undefined;
  const { cause, cure, source } = pattern;
  return { cause, cure, source };
}

/** Whether ECS or a user ended it on purpose. */
export function isOnPurpose(task: Task): boolean {
  return explainStop(task) !== undefined && explainStop(task)?.cure === undefined;
}

/** The exit code that ended a task: that of a container that failed before that of one that was ended with it. */
export function exitCodeOf({ containers = [] }: Task): number | undefined {
  const codes = containers.flatMap(({ exitCode }) => (exitCode === undefined ? [] : [exitCode]));
  const ofTheirOwn = codes.filter((code) => code !== 143);
  return ofTheirOwn.find((code) => code !== 0) ?? ofTheirOwn[0] ?? codes[0];
}
