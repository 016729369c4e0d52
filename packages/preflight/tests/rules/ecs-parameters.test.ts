import { describeRule, editContainers, type Json } from "../support/rules.ts";

const task = (values: object) => (stack: Json) => Object.assign(stack.resource.aws_ecs_task_definition.app, values);
const service = (values: object) => (stack: Json) => Object.assign(stack.resource.aws_ecs_service.app, values);
const app = (values: object) => (stack: Json) =>
  editContainers(stack, "app", ([container]) => Object.assign(container, values));
const check = (...command: string[]) => app({ healthCheck: { command } });
const logging = (logDriver: string, options?: object) => app({ logConfiguration: { logDriver, options } });
const awslogs = (options: object) => (stack: Json) =>
  editContainers(stack, "app", ([container]) => Object.assign(container.logConfiguration.options, options));
const router = (values: object = {}) => ({
  name: "router",
  image: "public.ecr.aws/aws-observability/aws-for-fluent-bit:2.34",
  firelensConfiguration: { type: "fluentbit" },
  ...values,
});
const firelens =
  (...routers: object[]) =>
  (stack: Json) => {
    logging("awsfirelens")(stack);
    editContainers(stack, "app", (containers) => containers.push(...routers));
  };
const efs = (configuration: object) =>
  task({ volume: [{ name: "files", efs_volume_configuration: [{ file_system_id: "fs-1", ...configuration }] }] });
const TASK = "aws_ecs_task_definition.app";

describeRule("ECS-080", {
  "a task for instances on Fargate": {
    bad: task({ requires_compatibilities: ["EC2"] }),
    good: task({ requires_compatibilities: ["EC2", "FARGATE"] }),
    says: `aws_ecs_service.app runs on FARGATE, and ${TASK} requires EC2. Add "FARGATE" to requires_compatibilities of ${TASK}.`,
  },
  "a task for instances on a provider of Fargate": {
    bad: (stack) => {
      task({ requires_compatibilities: ["EC2"] })(stack);
      service({ launch_type: null, capacity_provider_strategy: [{ capacity_provider: "FARGATE_SPOT" }] })(stack);
    },
    good: (stack) => {
      task({ requires_compatibilities: ["EC2"] })(stack);
      service({ launch_type: null, capacity_provider_strategy: [{ capacity_provider: "machines" }] })(stack);
    },
    says: `aws_ecs_service.app runs on FARGATE, and ${TASK} requires EC2. Add "FARGATE" to requires_compatibilities of ${TASK}.`,
  },
});

describeRule("ECS-081", {
  "a command without CMD": {
    bad: check("curl", "-f", "http://localhost:3000/up"),
    good: check("CMD", "curl", "-f", "http://localhost:3000/up"),
    says: `${TASK} has ["curl","-f","http://localhost:3000/up"] as health check of the container app. Write ["CMD-SHELL", "curl -f http://localhost:3000/up"].`,
  },
  "a command line without a shell": {
    bad: check("CMD", "curl -f http://localhost:3000/up"),
    good: check("CMD-SHELL", "curl -f http://localhost:3000/up || exit 1"),
    says: `${TASK} has ["CMD","curl -f http://localhost:3000/up"] as health check of the container app. Write "CMD-SHELL" instead of "CMD".`,
  },
  "several texts for a shell": {
    bad: check("CMD-SHELL", "curl", "-f", "http://localhost:3000/up"),
    good: check("NONE"),
    says: `${TASK} has ["CMD-SHELL","curl","-f","http://localhost:3000/up"] as health check of the container app. Write ["CMD-SHELL", "curl -f http://localhost:3000/up"].`,
  },
});

describeRule("ECS-082", {
  "no log router": {
    bad: logging("awsfirelens"),
    good: firelens(router()),
    says: `${TASK} logs app with awsfirelens, and no container has a firelensConfiguration. Add a container with firelensConfiguration = { type: "fluentbit" }.`,
  },
  "two log routers": {
    bad: firelens(router(), router({ name: "second" })),
    good: firelens(router(), router({ name: "second", firelensConfiguration: null })),
    says: `${TASK} has a firelensConfiguration on router and second. Keep one.`,
  },
  "another log router": {
    bad: firelens(router({ firelensConfiguration: { type: "vector" } })),
    good: firelens(router({ firelensConfiguration: { type: "fluentd" } })),
    says: `${TASK} has a firelensConfiguration of the type "vector" on router. Write "fluentbit" or "fluentd".`,
  },
  "a configuration from S3 on Fargate": {
    bad: firelens(router({ firelensConfiguration: { type: "fluentbit", options: { "config-file-type": "s3" } } })),
    good: firelens(router({ firelensConfiguration: { type: "fluentbit", options: { "config-file-type": "file" } } })),
    says: `${TASK} has the config-file-type "s3" on router, on Fargate. Write "file", and put the file into the image.`,
  },
  "a log router that logs to itself": {
    bad: firelens(router({ logConfiguration: { logDriver: "awsfirelens" } })),
    good: firelens(router({ logConfiguration: { logDriver: "awslogs" } })),
    says: `${TASK} logs router, which is the log router itself, with awsfirelens. Set its logDriver to "awslogs".`,
  },
});

describeRule("ECS-083", {
  "a driver that ECS does not have": {
    bad: logging("cloudwatch"),
    good: logging("fluentd"),
    says: `${TASK} has logDriver = "cloudwatch" in the logConfiguration of the container app. Write one of awslogs, awsfirelens, splunk, json-file, fluentd, gelf, journald, syslog, logentries.`,
  },
  "an option that awslogs does not have": {
    bad: awslogs({ "awslogs-prefix": "app" }),
    good: awslogs({ "awslogs-datetime-format": "%Y" }),
    says: `${TASK} has the option awslogs-prefix in the logConfiguration of the container app. Drop it, or write one of awslogs-group, awslogs-region, awslogs-stream-prefix, awslogs-create-group.`,
  },
  "a mode that is none": {
    bad: awslogs({ mode: "nonblocking" }),
    good: awslogs({ mode: "non-blocking", "max-buffer-size": "25m" }),
    says: `${TASK} has mode = "nonblocking" in the logConfiguration of the container app. Write "non-blocking" or "blocking".`,
  },
  "Splunk without its token": {
    bad: logging("splunk", { "splunk-url": "https://splunk.example.com" }),
    good: app({
      logConfiguration: {
        logDriver: "splunk",
        options: { "splunk-url": "https://splunk.example.com" },
        secretOptions: [{ name: "splunk-token", valueFrom: "arn:aws:ssm:ap-northeast-1:123456789012:parameter/token" }],
      },
    }),
    says: `${TASK} has logDriver = "splunk" without splunk-token in the logConfiguration of the container app. Add splunk-token.`,
  },
});

describeRule("ECS-084", {
  "a protocol of another layer": {
    bad: app({ portMappings: [{ containerPort: 3000, protocol: "http" }] }),
    good: app({ portMappings: [{ containerPort: 3000, protocol: "tcp", appProtocol: "http" }] }),
    says: `${TASK} has protocol = "http" in portMappings of the container app. Write "tcp" or "udp".`,
  },
  "a condition that is none": {
    bad: app({ dependsOn: [{ containerName: "app", condition: "STARTED" }] }),
    good: app({ dependsOn: [{ containerName: "app", condition: "START" }] }),
    says: `${TASK} has condition = "STARTED" in dependsOn of the container app. Write "START", "COMPLETE", "SUCCESS" or "HEALTHY".`,
  },
  "a port that is none": {
    bad: app({ portMappings: [{ containerPort: 70000 }] }),
    good: app({ portMappings: [{ containerPort: 65535 }] }),
    says: `${TASK} has the containerPort 70000 on the container app. Write a port up to 65535.`,
  },
});

describeRule("ECS-085", {
  "a compatibility in lower case": {
    bad: task({ requires_compatibilities: ["fargate"] }),
    good: task({ requires_compatibilities: ["FARGATE"] }),
    says: `${TASK} has "fargate" in requires_compatibilities. Write some of "EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES".`,
  },
});

describeRule("ECS-086", {
  "an access point without TLS": {
    bad: efs({ authorization_config: [{ access_point_id: "fsap-1" }] }),
    good: efs({ transit_encryption: "ENABLED", authorization_config: [{ access_point_id: "fsap-1" }] }),
    says: `${TASK} mounts files with an access point, and without transit_encryption. Set transit_encryption to "ENABLED".`,
  },
  "an access point with a directory": {
    bad: efs({
      transit_encryption: "ENABLED",
      root_directory: "/files",
      authorization_config: [{ access_point_id: "fsap-1" }],
    }),
    good: efs({ root_directory: "/files" }),
    says: `${TASK} mounts files with an access point and root_directory = "/files". Drop root_directory.`,
  },
});

describeRule("ECS-087", {
  "a daemon on Fargate": {
    bad: service({ scheduling_strategy: "DAEMON" }),
    good: service({ scheduling_strategy: "REPLICA" }),
    says: 'aws_ecs_service.app has scheduling_strategy = "DAEMON" on Fargate. Write "REPLICA", with a desired_count.',
  },
});

const mounted = (target: Json) => (stack: Json) => {
  Object.assign(stack.resource, {
    aws_efs_file_system: { files: { encrypted: true } },
    ...(target && { aws_efs_mount_target: { a: { subnet_id: "subnet-1", file_system_id: target } } }),
  });
  stack.resource.aws_ecs_task_definition.app.volume = [
    { name: "files", efs_volume_configuration: [{ file_system_id: "${aws_efs_file_system.files.id}" }] },
  ];
};

describeRule("ECS-092", {
  "one without any": {
    bad: mounted(undefined),
    good: mounted("${aws_efs_file_system.files.id}"),
    says: "aws_ecs_task_definition.app mounts aws_efs_file_system.files, which has no aws_efs_mount_target. Add one in each subnet that tasks start in.",
  },
});
