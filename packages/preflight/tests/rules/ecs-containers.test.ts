import { describeRule, editContainers, type Json } from "../support/rules.ts";

const task = (stack: Json) => stack.resource.aws_ecs_task_definition.app;
const edit = (change: (container: Json) => void) => (stack: Json) =>
  editContainers(stack, "app", ([container]) => change(container));
const waitsFor =
  (condition: string, sidecar: object = {}) =>
  (stack: Json) =>
    editContainers(stack, "app", (containers) => {
      containers[0].dependsOn = [{ containerName: "migrate", condition }];
      containers.push({ name: "migrate", image: "public.ecr.aws/x/y:1", ...sidecar });
    });

describeRule("ECS-008", {
  "a container that is not there": {
    bad: edit((app) => {
      app.dependsOn = [{ containerName: "migrate", condition: "START" }];
    }),
    good: waitsFor("START"),
    says: "aws_ecs_task_definition.app lets the container app depend on migrate, but the task only has app. Name a container of the same task in dependsOn.",
  },
  "HEALTHY of a container without a health check": {
    bad: waitsFor("HEALTHY"),
    good: waitsFor("HEALTHY", { healthCheck: { command: ["CMD", "true"] } }),
    says: "aws_ecs_task_definition.app lets the container app wait until migrate is HEALTHY, but migrate has no healthCheck. Add a healthCheck to migrate, or wait for START.",
  },
  "SUCCESS of an essential container": {
    bad: waitsFor("SUCCESS"),
    good: waitsFor("SUCCESS", { essential: false }),
    says: "aws_ecs_task_definition.app lets the container app wait for the SUCCESS of migrate, which is essential: when it ends, the task ends. Set essential to false on migrate.",
  },
  "containers that wait for each other": {
    bad: waitsFor("START", { dependsOn: [{ containerName: "app", condition: "START" }] }),
    says: "aws_ecs_task_definition.app has containers that wait for each other: app → migrate → app. Drop one of these dependsOn.",
  },
  "a container that waits for itself": {
    bad: edit((app) => {
      app.dependsOn = [{ containerName: "app", condition: "START" }];
    }),
    says: "aws_ecs_task_definition.app has containers that wait for each other: app → app. Drop one of these dependsOn.",
  },
});

describeRule("ECS-009", {
  "a privileged container": {
    bad: edit((app) => {
      app.privileged = true;
    }),
    good: edit((app) =>
      Object.assign(app, { privileged: false, links: [], dnsServers: [], extraHosts: null, hostname: "" }),
    ),
    says: "aws_ecs_task_definition.app has privileged on the container app, which Fargate does not support. Leave privileged out.",
  },
  links: {
    bad: edit((app) => {
      app.links = ["db"];
    }),
    says: "aws_ecs_task_definition.app has links on the container app, which Fargate does not support. Leave links out.",
  },
  "extra hosts": {
    bad: edit((app) => {
      app.extraHosts = [{ hostname: "db", ipAddress: "10.0.0.9" }];
    }),
    says: "aws_ecs_task_definition.app has extraHosts on the container app, which Fargate does not support. Leave extraHosts out.",
  },
  "capabilities that Fargate keeps": {
    bad: edit((app) => {
      app.linuxParameters = { capabilities: { add: ["NET_ADMIN"] } };
    }),
    good: edit((app) => {
      app.linuxParameters = { initProcessEnabled: true, capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] } };
    }),
    says: "aws_ecs_task_definition.app has linuxParameters.capabilities.add (NET_ADMIN) on the container app, which Fargate does not support. Leave linuxParameters.capabilities.add out.",
  },
  "a directory of the host": {
    bad: (stack) => {
      task(stack).volume = { name: "data", host_path: "/data" };
    },
    good: (stack) => {
      task(stack).volume = [{ name: "data", host_path: "" }];
    },
    says: "aws_ecs_task_definition.app has host_path in a volume, which Fargate does not support. Leave host_path in a volume out.",
  },
  "placement constraints": {
    bad: (stack) => {
      task(stack).placement_constraints = { type: "memberOf", expression: "attribute:ecs.os-type == linux" };
    },
    good: (stack) => {
      task(stack).placement_constraints = [];
    },
    says: "aws_ecs_task_definition.app has placement_constraints, which Fargate does not support. Leave placement_constraints out.",
  },
});

const limited = (softLimit: number, hardLimit: number) => (stack: Json) =>
  editContainers(stack, "app", ([container]) => {
    container.ulimits = [{ name: "nofile", softLimit, hardLimit }];
  });

describeRule("ECS-090", {
  "a soft limit above the hard one": {
    bad: limited(65536, 1024),
    good: limited(1024, -1),
    says: "aws_ecs_task_definition.app has the soft limit 65536 above the hard limit 1024 of nofile on the container app. Set softLimit to 1024 or less.",
  },
});
