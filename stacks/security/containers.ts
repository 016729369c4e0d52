import { type Check, type Control, containers, each, type Json, option, passes, waived } from "./control.ts";

const eachContainer = (holds: (container: Json) => boolean): Check =>
  each("aws_ecs_task_definition", (task) => containers(task).every(holds));

/** Variables whose names say that they hold a secret. */
const SECRET_NAME = /SECRET|PASSWORD|TOKEN|_KEY$|ACCESS_KEY|REDIS_URL|DATABASE_URL/;

/** Cluster, services, tasks, images, logs and secrets. */
export const CONTAINERS: readonly Control[] = [
  passes(
    ["CKV_AWS_65", "ECS.12"],
    "ECS clusters should have Container Insights enabled",
    each("aws_ecs_cluster", ({ setting }) =>
      setting?.some(({ name, value }: Json) => name === "containerInsights" && value === "enabled"),
    ),
  ),
  waived(
    ["CKV_AWS_223", "CKV_AWS_224"],
    "Ensure ECS Cluster enables logging of ECS Exec, encrypted with a CMK",
    "CloudTrail has who opened a session where; what was typed can hold personal data. Without sessions: `ecs.exec: false`. A key of one's own costs 1 USD a month.",
    each("aws_ecs_cluster", (cluster) => cluster.configuration?.execute_command_configuration?.logging === "OVERRIDE"),
  ),
  passes(
    ["CKV_AWS_332", "ECS.10"],
    "ECS Fargate services should run on the latest Fargate platform version",
    each("aws_ecs_service", ({ platform_version: version = "LATEST" }) => version === "LATEST"),
  ),
  passes(
    ["CKV_AWS_333", "ECS.2"],
    "ECS services should not have public IP addresses assigned to them automatically",
    each("aws_ecs_service", (service) => service.network_configuration?.assign_public_ip === false),
  ),
  passes(
    ["CKV_AWS_334", "ECS.4"],
    "ECS containers should run as non-privileged",
    eachContainer((container) => container.privileged !== true),
  ),
  passes(
    ["CKV_AWS_335", "ECS.3"],
    "ECS task definitions should not share the host's process namespace",
    each("aws_ecs_task_definition", (task) => task.pid_mode !== "host"),
  ),
  passes(
    ["ECS.17"],
    "ECS task definitions should not use host network mode",
    each("aws_ecs_task_definition", (task) => task.network_mode === "awsvpc"),
  ),
  waived(
    ["CKV_AWS_336", "ECS.5"],
    "ECS containers should be limited to read-only access to root filesystems",
    "ECS Exec does not work with it, because its agent writes into the container. Without ECS Exec, Rails writes to `tmp/` and `log/`, and a volume of Fargate's belongs to root unless the image says otherwise.",
    eachContainer((container) => container.readonlyRootFilesystem === true),
  ),
  option(
    ["ECS.20"],
    "ECS Task Definitions should configure non-root users in Linux container definitions",
    { "ecs.nginx.user": "101", "ecs.app.user": "1000:1000" },
    "The image's own user runs otherwise: 101 in this project's nginx image, 1000 in what Rails generates. Security Hub looks at the task definition only.",
    eachContainer(({ user = "root" }) => !/^(0|root)(:|$)/.test(user)),
  ),
  passes(
    ["ECS.8"],
    "Secrets should not be passed as container environment variables",
    eachContainer(({ environment = [] }) => environment.every(({ name }: Json) => !SECRET_NAME.test(name))),
    { note: "They come from Secrets Manager." },
  ),
  passes(
    ["ECS.9"],
    "ECS task definitions should have a logging configuration",
    eachContainer((container) => container.logConfiguration?.logDriver !== undefined),
  ),
  passes(
    ["CKV_AWS_97"],
    "Ensure Encryption in transit is enabled for EFS volumes in ECS Task definitions",
    each("aws_ecs_task_definition", (task) => task.volume === undefined),
    { note: "There are no volumes." },
  ),
  passes(
    ["CKV_AWS_249"],
    "Ensure that the Execution Role ARN and the Task Role ARN are different in ECS Task definitions",
    each("aws_ecs_task_definition", (task) => task.execution_role_arn !== task.task_role_arn),
  ),
  passes(
    ["CKV_AWS_51", "ECR.2"],
    "ECR private repositories should have tag immutability configured",
    each("aws_ecr_repository", (repository) => repository.image_tag_mutability === "IMMUTABLE"),
  ),
  passes(
    ["CKV_AWS_163", "ECR.1"],
    "ECR private repositories should have image scanning configured",
    each("aws_ecr_repository", (repository) => repository.image_scanning_configuration?.scan_on_push === true),
  ),
  passes(
    ["ECR.3"],
    "ECR repositories should have at least one lifecycle policy configured",
    each(
      "aws_ecr_repository",
      (_repository, { resource }) =>
        Object.keys(resource.aws_ecr_lifecycle_policy ?? {}).length ===
        Object.keys(resource.aws_ecr_repository ?? {}).length,
    ),
  ),
  waived(
    ["CKV_AWS_136"],
    "Ensure that ECR repositories are encrypted using KMS",
    "They are encrypted with AES-256 by ECR. A key of one's own costs 1 USD a month, and a change of it replaces the repository with its images.",
    each(
      "aws_ecr_repository",
      ({ encryption_configuration: [encryption] = [] }) => encryption?.encryption_type === "KMS",
    ),
  ),
  passes(
    ["CKV_AWS_66"],
    "Ensure that CloudWatch Log Group specifies retention days",
    each("aws_cloudwatch_log_group", (group) => group.retention_in_days > 0),
  ),
  option(
    ["CKV_AWS_338"],
    "Ensure CloudWatch log groups retains logs for at least 1 year",
    { "ecs.logRetentionDays": 365, "database.logs.retentionDays": 365 },
    "30 days in the example: a GB costs 0.033 USD a month to keep, and logs have personal data in them.",
    each("aws_cloudwatch_log_group", (group) => group.retention_in_days >= 365),
  ),
  waived(
    ["CKV_AWS_158"],
    "Ensure that CloudWatch Log Group is encrypted by KMS",
    "CloudWatch Logs encrypts them. A key of one's own costs 1 USD a month, and each of its requests.",
    each("aws_cloudwatch_log_group", (group) => group.kms_key_id !== undefined),
  ),
  waived(
    ["CKV_AWS_149"],
    "Ensure that Secrets Manager secret is encrypted using KMS CMK",
    "Secrets Manager encrypts them with AWS's key. One of one's own costs 1 USD a month, and adds a right to each role that reads one.",
    each("aws_secretsmanager_secret", (secret) => secret.kms_key_id !== undefined),
  ),
  waived(
    ["CKV2_AWS_57", "SecretsManager.1", "SecretsManager.4"],
    "Secrets Manager secrets should have automatic rotation enabled",
    "The database's password has it; that of `database.appUser` changes by `bin/infra db rotate`. The others can't change alone: Rails signs cookies with `SECRET_KEY_BASE`, Cognito makes the client's secret, the cache takes its token from the same apply.",
    each(
      "aws_secretsmanager_secret",
      (_secret, { resource }) =>
        Object.keys(resource.aws_secretsmanager_secret_rotation ?? {}).length >=
        Object.keys(resource.aws_secretsmanager_secret ?? {}).length,
    ),
  ),
  option(
    ["CKV_AWS_304"],
    "Ensure Secrets Manager secrets should be rotated within 90 days",
    { "database.passwordRotationDays": 90 },
    "Each rotation replaces the tasks, see the setting.",
    each("aws_secretsmanager_secret_rotation", ({ rotation_rules: rules }) => rules.automatically_after_days <= 90),
  ),
  passes(
    ["SecretsManager.2"],
    "Secrets Manager secrets configured with automatic rotation should rotate successfully",
    undefined,
    { note: "RDS rotates its own, and `bin/infra status` says when the next is." },
  ),
  passes(
    ["SecretsManager.3"],
    "Remove unused Secrets Manager secrets",
    each("aws_secretsmanager_secret", (secret) => secret.recovery_window_in_days !== undefined),
    { note: "Each is in a task definition, and goes with the setting that made it." },
  ),
  waived(
    ["CKV_AWS_284"],
    "Ensure State Machine has X-Ray tracing enabled",
    "It makes one call for each service when a secret has a new value; there is no way to trace.",
    each("aws_sfn_state_machine", (machine) => machine.tracing_configuration?.enabled === true),
  ),
  waived(
    ["CKV_AWS_285", "StepFunctions.1"],
    "Step Functions state machines should have logging turned on",
    "Step Functions keeps the history of each run for 90 days, an alarm tells of one that fails, and CloudTrail has its calls. Its logs need write access to the log delivery of the whole account.",
    each("aws_sfn_state_machine", (machine) => (machine.logging_configuration?.level ?? "OFF") !== "OFF"),
  ),
  passes(
    ["CKV_AWS_27", "CKV2_AWS_73", "SQS.1"],
    "Amazon SQS queues should be encrypted at rest",
    each("aws_sqs_queue", (queue) => queue.sqs_managed_sse_enabled === true && queue.kms_master_key_id === undefined),
    { note: "With the key of SQS, which costs nothing." },
  ),
  passes(
    ["CKV_AWS_168", "SQS.3"],
    "SQS queue access policies should not allow public access",
    each("aws_sqs_queue", (queue, stack) => queue.policy === undefined && !stack.resource.aws_sqs_queue_policy),
    { note: "The queue has no policy: only roles of the account reach it." },
  ),
  waived(
    ["CKV_AWS_297"],
    "Ensure EventBridge Scheduler Schedule uses Customer Managed Key (CMK)",
    "EventBridge Scheduler encrypts them with AWS's key. What it encrypts is a command, which holds no secret; a key of one's own costs 1 USD a month.",
    each("aws_scheduler_schedule", (schedule) => schedule.kms_key_arn !== undefined),
  ),
];
