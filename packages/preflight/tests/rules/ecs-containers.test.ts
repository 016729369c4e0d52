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
  },
  "HEALTHY of a container without a health check": {
    bad: waitsFor("HEALTHY"),
    good: waitsFor("HEALTHY", { healthCheck: { command: ["CMD", "true"] } }),
  },
  "SUCCESS of an essential container": {
    bad: waitsFor("SUCCESS"),
    good: waitsFor("SUCCESS", { essential: false }),
  },
  "containers that wait for each other": {
    bad: waitsFor("START", { dependsOn: [{ containerName: "app", condition: "START" }] }),
  },
  "a container that waits for itself": {
    bad: edit((app) => {
      app.dependsOn = [{ containerName: "app", condition: "START" }];
    }),
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
  },
  links: {
    bad: edit((app) => {
      app.links = ["db"];
    }),
  },
  "extra hosts": {
    bad: edit((app) => {
      app.extraHosts = [{ hostname: "db", ipAddress: "10.0.0.9" }];
    }),
  },
  "capabilities that Fargate keeps": {
    bad: edit((app) => {
      app.linuxParameters = { capabilities: { add: ["NET_ADMIN"] } };
    }),
    good: edit((app) => {
      app.linuxParameters = { initProcessEnabled: true, capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] } };
    }),
  },
  "a directory of the host": {
    bad: (stack) => {
      task(stack).volume = { name: "data", host_path: "/data" };
    },
    good: (stack) => {
      task(stack).volume = [{ name: "data", host_path: "" }];
    },
  },
  "placement constraints": {
    bad: (stack) => {
      task(stack).placement_constraints = { type: "memberOf", expression: "attribute:ecs.os-type == linux" };
    },
    good: (stack) => {
      task(stack).placement_constraints = [];
    },
  },
});
