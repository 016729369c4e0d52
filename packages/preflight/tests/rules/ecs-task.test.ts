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
    bad: (stack) => {
      delete task(stack).execution_role_arn;
    },
    good: (stack) => {
      task(stack).execution_role_arn = "${var.role}";
    },
    says: "aws_ecs_task_definition.app has no execution_role_arn, which it needs to pull the image of app. Set execution_role_arn to a role that ecs-tasks.amazonaws.com may assume.",
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
    says: "aws_ecs_task_definition.app has no execution_role_arn, which it needs to write the log of app. Set execution_role_arn to a role that ecs-tasks.amazonaws.com may assume.",
  },
  "secrets alone": {
    bad: (stack) => {
      delete task(stack).execution_role_arn;
      edit((app) => {
        app.image = "public.ecr.aws/x/y:1";
        delete app.logConfiguration;
      })(stack);
    },
    says: "aws_ecs_task_definition.app has no execution_role_arn, which it needs to read the secret SECRET_KEY_BASE of app. Set execution_role_arn to a role that ecs-tasks.amazonaws.com may assume.",
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
    says: 'aws_ecs_task_definition.app has no network_mode, which means bridge. Set network_mode to "awsvpc".',
  },
  bridge: {
    bad: (stack) => {
      task(stack).network_mode = "bridge";
    },
    says: 'aws_ecs_task_definition.app has the network_mode bridge. Set network_mode to "awsvpc".',
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
    says: 'aws_ecs_task_definition.app has no network_mode, which means bridge. Set network_mode to "awsvpc".',
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
    says: "aws_ecs_task_definition.app has no memory of its own. Set memory on the task definition, next to container_definitions.",
  },
  "no cpu": {
    bad: (stack) => {
      task(stack).cpu = null;
    },
    says: "aws_ecs_task_definition.app has no cpu of its own. Set cpu on the task definition, next to container_definitions.",
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
    says: "aws_ecs_task_definition.app asks for a cpu of 512 and a memory of 512: Fargate has no task of 512 CPU units with 512 MiB of memory. With 512 units, memory is 1024, 2048, 3072, 4096. Set memory to one of these.",
  },
  "a number of CPU units that Fargate does not have": {
    bad: (stack) => {
      task(stack).cpu = "300";
    },
    good: (stack) => {
      task(stack).cpu = ".5 vCPU";
    },
    says: "aws_ecs_task_definition.app asks for a cpu of 300 and a memory of 1024: Fargate has no task of 300 CPU units. Use one of 256, 512, 1024, 2048, 4096, 8192, 16384. Set cpu to one of these.",
  },
  "the largest task with other memory": {
    bad: (stack) => Object.assign(task(stack), { cpu: "32768", memory: "65536" }),
    good: (stack) => Object.assign(task(stack), { cpu: "32768", memory: "249856" }),
    says: "aws_ecs_task_definition.app asks for a cpu of 32768 and a memory of 65536: Fargate has no task of 32768 CPU units. Use one of 256, 512, 1024, 2048, 4096, 8192, 16384. Set cpu to one of these.",
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
    says: "aws_ecs_task_definition.app asks for a cpu of 512 and a memory of 1024: Windows begins at 1024 CPU units. Set cpu to 1024 or more.",
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
    says: "aws_ecs_task_definition.app gives the container app a memory of 2048, more than the 1024 of the whole task. Lower memory of app, or leave it out.",
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
    says: "aws_ecs_task_definition.app gives its containers a cpu of 640 together, more than its own 512. Lower the cpu of the containers, or leave it out.",
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
    says: "aws_ecs_task_definition.app gives its containers a memory of 1280 together, more than its own 1024. Lower the memory of the containers, or leave it out.",
  },
  "a reservation above the limit": {
    bad: edit((app) => Object.assign(app, { memory: 256, memoryReservation: 512 })),
    says: "aws_ecs_task_definition.app gives the container app a memoryReservation of 512, more than its memory of 256. Lower memoryReservation, or leave it out.",
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
    says: "aws_ecs_task_definition.app maps port 3000 of the container app to the host port 80. Leave hostPort out.",
  },
});

describeRule("ECS-007", {
  "two containers of one name": {
    bad: add({ name: "app", essential: false }),
    good: add({ name: "app2", essential: false }),
    says: "aws_ecs_task_definition.app uses the container name app more than once. Give each its own, or drop one.",
  },
  "two containers on one port": {
    bad: add({ portMappings: [{ containerPort: 3000 }] }),
    good: add({ portMappings: [{ containerPort: 3000, protocol: "udp" }] }),
    says: "aws_ecs_task_definition.app uses the port 3000/tcp more than once. Give each its own, or drop one.",
  },
  "two port mappings of one name": {
    bad: add({ portMappings: [{ name: "http", containerPort: 3001 }] }),
    good: add({ portMappings: [{ name: "metrics", containerPort: 3001 }] }),
    says: "aws_ecs_task_definition.app uses the name of a port mapping http more than once. Give each its own, or drop one.",
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
    says: "aws_ecs_task_definition.app has essential = false on app, and no other container. Set essential to true on the container that the task is for.",
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
    says: "aws_ecs_task_definition.app mounts the volume tmp in the container app, but has no volume. Add a volume block with the name tmp.",
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
    says: "aws_ecs_task_definition.app has a stopTimeout of 300 on the container app, which may be 2 to 120. Set stopTimeout to a number from 2 to 120.",
  },
  "a health check that begins after six minutes": {
    bad: edit((app) => {
      app.healthCheck = { command: ["CMD", "true"], startPeriod: 360 };
    }),
    good: edit((app) => {
      app.healthCheck = { command: ["CMD", "true"], startPeriod: 300, interval: 5, timeout: 2, retries: 10 };
    }),
    says: "aws_ecs_task_definition.app has a healthCheck.startPeriod of 360 on the container app, which may be 0 to 300. Set healthCheck.startPeriod to a number from 0 to 300.",
  },
  "a disk as small as the one that is there anyway": {
    bad: (stack) => {
      task(stack).ephemeral_storage = { size_in_gib: 20 };
    },
    good: (stack) => {
      task(stack).ephemeral_storage = [{ size_in_gib: 21 }];
    },
    says: "aws_ecs_task_definition.app has an ephemeral_storage of 20 GiB, which may be 21 to 200. Set size_in_gib to 21 or more, or drop ephemeral_storage: 20 GiB are there anyway.",
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
