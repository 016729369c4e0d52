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
    cause: "A secret that the container gets has no value yet, or is gone.",
    cure: "`bin/infra secrets missing` names it, `bin/infra secrets set NAME` gives it one.",
    source: INITIALIZATION,
  },
  {
    says: /retrieved secret.*did not contain json key|invalid character.*looking for beginning of value/i,
    cause: "A secret of which the container gets one key has no such key: its value is not the JSON that is expected.",
    cure: "Put the right value in; that of DATABASE_PASSWORD is written by RDS, or bin/infra db rotate, alone.",
    source: INITIALIZATION,
  },
  {
    says: /secret.*(AccessDenied|not authorized)|(AccessDenied|not authorized).*(secretsmanager|ssm:GetParameters|kms:Decrypt)/i,
    cause: "The execution role may not read a secret.",
    cure: "Preflight rules IAM-004 and IAM-005 find it: `bin/infra synth`. Apply the fix: `bin/infra apply`.",
    source: INITIALIZATION,
  },
  {
    says: /unable to (pull|retrieve) secrets? .*(timeout|deadline|retried|RequestCanceled|connection issue|dial tcp|send request failed)|unable to retrieve ecr registry auth.*(timeout|deadline|retried|RequestCanceled|connection issue|dial tcp|send request failed)/i,
    cause: "The task can't reach Secrets Manager or ECR: its subnet has no way there, or a security group is in it.",
    cure: "Preflight rules NET-101 to NET-104 find where: `bin/infra synth`; or ask with `bin/infra check … --path`.",
    source: INITIALIZATION,
  },
  {
    says: /failed to validate logger args|log group.*(does not exist|connection issue)|logs:Create(LogStream|LogGroup)/i,
    cause: "The log group is missing, can't be reached, or the execution role may not write to it.",
    cure: "Preflight rules ECS-023, NET-103 and IAM-003 tell which: `bin/infra synth`. Apply the fix: `bin/infra apply`.",
    source: INITIALIZATION,
  },
  {
    says: /does not contain descriptor matching platform|exec format error/i,
    cause: "The image is built for another processor than the task's.",
    cure: "Build it with the --platform of ecs.architecture (linux/arm64 for ARM64, linux/amd64 for X86_64), under a new version.",
    source: PULL,
  },
  {
    says: /toomanyrequests|429 Too Many Requests|pull rate limit/i,
    cause: "The registry answers no more pulls for now: Docker Hub's limit for one address.",
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
    cause: "The execution role may not pull the image, or an endpoint's policy stands in the way.",
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
    cause: "ECS may not take on the task's role, or its execution role.",
    cure: "Preflight rule IAM-001 finds it: the role's trust policy must name ecs-tasks.amazonaws.com.",
    source: `${GUIDE}/task_execution_IAM_role.html`,
  },
  {
    says: /OutOfMemory|out of memory|\bOOM/i,
    cause: "It needed more memory than the task has.",
    cure: "Give it more in `size.memory` of the environment, or run fewer processes and threads in it.",
    source: STOPPED,
  },
  {
    says: /failed (ELB|Elastic Load Balancing) health checks|is unhealthy in \(?target-group/i,
    cause: "The load balancer took it out: it did not answer the health check with 200 in time.",
    cure: "Look at its log around that time. nginx and Rails must answer /up by the address as Host and without a redirect: README, 'What your images must do'.",
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
    cause: "The command that the container is to run is not in the image, or can't be run.",
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
    cause: "Fargate, or the subnet, has no room at the moment.",
    cure: "ECS tries again. Where it lasts, look whether the private subnets have free addresses.",
    source: `${GUIDE}/service-event-messages-list.html`,
  },
  {
    says: /Scaling activity initiated by/i,
    cause: "ECS ended it on purpose: a deployment replaced it, or there was less to do.",
    source: STOPPED,
  },
  {
    says: /Fargate Spot|SpotInterruption/,
    cause: "AWS took its Spot capacity back; ECS starts another task as soon as there is some.",
    source: STOP_CODES,
  },
  {
    says: /task is retired|infrastructure|Host EC2 .*terminated/i,
    cause: "AWS retired what it ran on; ECS starts it anew elsewhere.",
    source: `${GUIDE}/task-maintenance.html`,
  },
  { stopCode: "UserInitiated", cause: "It was stopped by hand, or by a script.", source: STOP_CODES },
  {
    exitCode: 137,
    cause: "It was killed: out of memory, or still running 30 seconds after SIGTERM.",
    cure: "Look at memory in CloudWatch's Container Insights; then give it more in `size.memory`, or end faster at SIGTERM.",
    source: STOPPED,
  },
  {
    exitCode: 139,
    cause: "It crashed in native code (segmentation fault).",
    cure: "Look for a gem with native extensions that was built for another system.",
    source: STOPPED,
  },
  { exitCode: 143, cause: "It ended at SIGTERM, as it was asked to.", source: STOPPED },
  {
    exitCode: 126,
    cause: "Its command is there but can't be run.",
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
    cause: "Its process came to an end, without an error. A service's must not.",
    cure: "Run the server in the foreground.",
    source: STOPPED,
  },
  {
    exitCode: 1,
    cause: "The app ended with an error.",
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
