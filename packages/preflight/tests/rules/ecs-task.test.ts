import { expect, it } from "vitest";
import { describeRule, editContainers, findingsOf, type Json } from "../support/rules.ts";

const task = (stack: Json, name = "app") => stack.resource.aws_ecs_task_definition[name];
const edit = (change: (container: Json) => void) => (stack: Json) =>
  editContainers(stack, "app", ([container]) => change(container));
const add = (sidecar: object) => (stack: Json) =>
  editContainers(stack, "app", (containers) =>
    containers.push({ name: "sidecar", image: "public.ecr.aws/x/y:1", ...sidecar }),
  );

describeRule("ECS-001", {
  "an image in ECR": {
    at: "aws_ecs_task_definition.app",
    bad: (stack) => {
      delete task(stack).execution_role_arn;
    },
    good: (stack) => {
      task(stack).execution_role_arn = "${var.role}";
    },
  },
  "awslogs alone": {
    bad: (stack) => {
      task(stack).execution_role_arn = null;
      edit((app) => {
        app.image = "public.ecr.aws/x/y:1";
        delete app.secrets;
      })(stack);
    },
    good: (stack) => {
      task(stack).execution_role_arn = "";
      edit((app) => {
        app.image = "public.ecr.aws/x/y:1";
        delete app.secrets;
        delete app.logConfiguration;
      })(stack);
    },
  },
  "secrets alone": {
    bad: (stack) => {
      delete task(stack).execution_role_arn;
      edit((app) => {
        app.image = "public.ecr.aws/x/y:1";
        delete app.logConfiguration;
      })(stack);
    },
  },
});

describeRule("ECS-002", {
  "no network mode": {
    bad: (stack) => {
      delete task(stack).network_mode;
    },
    good: (stack) => {
      task(stack).network_mode = "${var.mode}";
    },
  },
  bridge: {
    bad: (stack) => {
      task(stack).network_mode = "bridge";
    },
  },
  "a task that only its service puts on Fargate": {
    bad: (stack) => {
      delete task(stack).requires_compatibilities;
      delete task(stack).network_mode;
    },
    good: (stack) => {
      delete task(stack).requires_compatibilities;
      delete task(stack).network_mode;
      stack.resource.aws_ecs_service.app.launch_type = "EC2";
    },
  },
});

describeRule("ECS-003", {
  "no memory": {
    bad: (stack) => {
      delete task(stack).memory;
    },
    good: (stack) => {
      task(stack).memory = "${var.memory}";
    },
  },
  "no cpu": {
    bad: (stack) => {
      task(stack).cpu = null;
    },
  },
});

describeRule("ECS-004", {
  "a pair that Fargate does not have": {
    bad: (stack) => {
      task(stack).memory = 512;
    },
    good: (stack) => {
      task(stack).memory = "4 GB";
    },
  },
  "a number of CPU units that Fargate does not have": {
    bad: (stack) => {
      task(stack).cpu = "300";
    },
    good: (stack) => {
      task(stack).cpu = ".5 vCPU";
    },
  },
  "the largest task with other memory": {
    bad: (stack) => Object.assign(task(stack), { cpu: "32768", memory: "65536" }),
    good: (stack) => Object.assign(task(stack), { cpu: "32768", memory: "249856" }),
  },
  "a small Windows": {
    bad: (stack) => {
      task(stack).runtime_platform = { operating_system_family: "WINDOWS_SERVER_2022_CORE" };
    },
    good: (stack) =>
      Object.assign(task(stack), {
        cpu: "1024",
        memory: "2048",
        runtime_platform: [{ operating_system_family: "WINDOWS_SERVER_2022_CORE" }],
      }),
  },
});

describeRule("ECS-005", {
  "a container with more memory than the task": {
    bad: edit((app) => {
      app.memory = 2048;
    }),
    good: edit((app) => {
      app.memory = 1024;
    }),
  },
  "containers with more CPU together": {
    bad: (stack) => {
      edit((app) => {
        app.cpu = 512;
      })(stack);
      add({ cpu: 128 })(stack);
    },
    good: (stack) => {
      edit((app) => {
        app.cpu = 384;
      })(stack);
      add({ cpu: 128 })(stack);
    },
  },
  "containers with more memory together": {
    bad: (stack) => {
      edit((app) => {
        app.memory = 768;
      })(stack);
      add({ memory: 512 })(stack);
    },
    good: (stack) => {
      edit((app) => Object.assign(app, { memory: 768, memoryReservation: 512 }))(stack);
      add({ memory: 512 })(stack);
    },
  },
  "a reservation above the limit": {
    bad: edit((app) => Object.assign(app, { memory: 256, memoryReservation: 512 })),
  },
});

describeRule("ECS-006", {
  "another host port": {
    bad: edit((app) => {
      app.portMappings[0].hostPort = 80;
    }),
    good: edit((app) => {
      app.portMappings[0].hostPort = 3000;
    }),
  },
});

describeRule("ECS-007", {
  "two containers of one name": {
    bad: add({ name: "app", essential: false }),
    good: add({ name: "app2", essential: false }),
  },
  "two containers on one port": {
    bad: add({ portMappings: [{ containerPort: 3000 }] }),
    good: add({ portMappings: [{ containerPort: 3000, protocol: "udp" }] }),
  },
  "two port mappings of one name": {
    bad: add({ portMappings: [{ name: "http", containerPort: 3001 }] }),
    good: add({ portMappings: [{ name: "metrics", containerPort: 3001 }] }),
  },
});

describeRule("ECS-010", {
  "no essential container": {
    bad: edit((app) => {
      app.essential = false;
    }),
    good: (stack) => {
      edit((app) => {
        app.essential = false;
      })(stack);
      add({})(stack);
    },
  },
});

describeRule("ECS-011", {
  "a volume that is not there": {
    bad: edit((app) => {
      app.mountPoints = [{ sourceVolume: "tmp", containerPath: "/tmp" }];
    }),
    good: (stack) => {
      task(stack).volume = { name: "tmp" };
      edit((app) => {
        app.mountPoints = [{ sourceVolume: "tmp", containerPath: "/tmp" }];
      })(stack);
    },
  },
});

describeRule("ECS-012", {
  "a stop timeout that Fargate does not give": {
    bad: edit((app) => {
      app.stopTimeout = 300;
    }),
    good: edit((app) => {
      app.stopTimeout = 120;
    }),
  },
  "a health check that begins after six minutes": {
    bad: edit((app) => {
      app.healthCheck = { command: ["CMD", "true"], startPeriod: 360 };
    }),
    good: edit((app) => {
      app.healthCheck = { command: ["CMD", "true"], startPeriod: 300, interval: 5, timeout: 2, retries: 10 };
    }),
  },
  "a disk as small as the one that is there anyway": {
    bad: (stack) => {
      task(stack).ephemeral_storage = { size_in_gib: 20 };
    },
    good: (stack) => {
      task(stack).ephemeral_storage = [{ size_in_gib: 21 }];
    },
  },
});

it("says nothing in a plan about a task definition that is there already", async () => {
  const values = {
    family: "old",
    requires_compatibilities: ["FARGATE"],
    cpu: "256",
    memory: "4096",
    network_mode: "awsvpc",
  };
  const resource = {
    address: "aws_ecs_task_definition.old",
    mode: "managed",
    type: "aws_ecs_task_definition",
    name: "old",
  };
  const plan = (actions: string[]) => ({
    format_version: "1.2",
    planned_values: { root_module: { resources: [{ ...resource, values }] } },
    resource_changes: [{ ...resource, change: { actions, before: values, after: values, after_unknown: {} } }],
    configuration: { root_module: { resources: [{ ...resource, expressions: {} }] } },
  });
  const ids = async (actions: string[]) => (await findingsOf(plan(actions))).map(({ id }) => id);
  expect(await ids(["no-op"])).not.toContain("ECS-004");
  expect(await ids(["delete", "create"])).toContain("ECS-004");
});
