import type { Task } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import { explainStop, isOnPurpose, stopText } from "../../../tools/operate/stopped-tasks.ts";
import { stoppedTask } from "./deployed.ts";

/**
 * What ECS says, as people have met it, and what it comes from.
 *
 * Sources: docs.aws.amazon.com/AmazonECS/latest/developerguide (stopped-task-error-codes, resource-initialization-error,
 * task_cannot_pull_image), repost.aws/knowledge-center/ecs-task-stopped, and the public issues beside the messages.
 */
const SAID: readonly (readonly [cause: RegExp, task: Partial<Task>])[] = [
  [
    /no value yet/,
    {
      stopCode: "TaskFailedToStart",
      stoppedReason:
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:operation-app/RAILS_MASTER_KEY-AbCdEf from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    },
  ],
  [
    // umotif-public/terraform-aws-ecs-fargate#50
    /can't reach Secrets Manager or ECR/,
    {
      stopCode: "TaskFailedToStart",
      stoppedReason:
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadline exceeded",
    },
  ],
  [
    /can't reach Secrets Manager or ECR/,
    {
      stoppedReason:
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed",
    },
  ],
  [
    /not allowed to read a secret/,
    {
      stoppedReason:
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/r is not authorized to perform: secretsmanager:GetSecretValue",
    },
  ],
  [
    /log group/,
    {
      stoppedReason:
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.",
    },
  ],
  [
    /no image of that version/,
    {
      stoppedReason:
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/operation-app-app:9.9.9: not found",
    },
  ],
  [
    // aws/aws-cdk#14457
    /not allowed to pull the image/,
    {
      stoppedReason:
        "CannotPullContainerError: inspect image has been retried 1 time(s): failed to resolve ref: pulling from host failed with status code: unexpected status code 403 Forbidden",
    },
  ],
  [
    // deepfence/terraform-aws-cloud-scanner#13
    /can't reach ECR, or S3/,
    {
      stoppedReason:
        'CannotPullContainerError: failed to do request: Head "https://x": dial tcp 10.0.0.1:443: i/o timeout',
    },
  ],
  [
    /another CPU architecture/,
    {
      stoppedReason:
        "CannotPullContainerError: pull image manifest has been retried 5 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'",
    },
  ],
  [
    /limits pulls/,
    {
      stoppedReason:
        "CannotPullContainerError: inspect image has been retried 5 time(s): httpReaderSeeker: failed open: unexpected status code Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.",
    },
  ],
  [
    /not allowed to assume/,
    { stoppedReason: "ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task." },
  ],
  [
    /failed the load balancer's health check/,
    {
      stoppedReason:
        "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:ap-northeast-1:1:targetgroup/t/1)",
    },
  ],
  [/own health check/, { stoppedReason: "Task failed container health checks" }],
  [
    /ran out of memory/,
    {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [{ name: "app", exitCode: 137, reason: "OutOfMemoryError: Container killed due to memory usage" }],
    },
  ],
  [
    /killed/,
    {
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      containers: [
        { name: "app", exitCode: 137 },
        { name: "nginx", exitCode: 0 },
      ],
    },
  ],
  [
    /exited with an error/,
    { stoppedReason: "Essential container in task exited", containers: [{ exitCode: 1 }, { exitCode: 143 }] },
  ],
  [/not found in the image/, { stoppedReason: "Essential container in task exited", containers: [{ exitCode: 127 }] }],
  [
    /not in the image/,
    {
      stopCode: "TaskFailedToStart",
      stoppedReason: "Task failed to start",
      containers: [
        {
          reason:
            'CannotStartContainerError: failed to create task: OCI runtime create failed: runc create failed: exec: "sidekiqq": executable file not found in $PATH',
        },
      ],
    },
  ],
];

describe("a stopped task is explained", () => {
  it.each(SAID)("%s", (cause, changes) => {
    const explanation = explainStop(stoppedTask(changes));
    expect(explanation?.cause).toMatch(cause);
    expect(explanation?.cure).toBeTruthy();
    expect(explanation?.source).toMatch(/^https:\/\/(docs\.aws\.amazon\.com|repost\.aws)\//);
  });

  it("by all that ECS says, each once, and without what a terminal would obey", () => {
    const containers = [{ reason: "Out\u001b[2Jch" }, { reason: "Stopped" }];
    expect(stopText(stoppedTask({ stoppedReason: "Stopped", containers }))).toBe("Stopped; Out\\u001b[2Jch");
  });

  it("not at all where the message is unknown", () => {
    expect(explainStop(stoppedTask({ stoppedReason: "The moon was full" }))).toBeUndefined();
  });
});

describe("a stop is on purpose", () => {
  it.each([
    ["by a deployment", { stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)" }],
    ["by somebody", { stopCode: "UserInitiated" as const, stoppedReason: "Task stopped by user" }],
  ])("%s", (_, changes) => expect(isOnPurpose(stoppedTask(changes))).toBe(true));

  it("and not where the message is unknown, or has a cure", () => {
    expect(isOnPurpose(stoppedTask({ stoppedReason: "The moon was full" }))).toBe(false);
    expect(isOnPurpose(stoppedTask({ stoppedReason: "Task failed container health checks" }))).toBe(false);
  });
});
