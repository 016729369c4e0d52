import { sizeOf, type Task } from "../../ecs/containers.ts";
import { FARGATE_MEMORY, fargateSizeProblem } from "../../ecs/fargate-size.ts";
import { type Block, block, isEmpty, number, text } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { eachFargateTask, eachTask } from "./each.ts";

const PARAMETERS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html";
const FARGATE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html";

export const ECS_SIZE_RULES: readonly Rule[] = [
  defineRule({
    id: "ECS-003",
    severity: "error",
    title: "A Fargate task states its CPU and memory",
    reference: FARGATE,
    problems: {
      cpu: {
        when: "apply",
        prevents: "ClientException: Fargate requires that 'cpu' be defined at the task level.",
        cause: "Fargate sells tasks by size; what the containers say is not enough.",
      },
      memory: {
        when: "apply",
        prevents: "ClientException: Fargate requires that 'memory' be defined at the task level.",
        cause: "Fargate sells tasks by size; what the containers say is not enough.",
      },
    },
    check: eachFargateTask(function* ({ resource }) {
      for (const attribute of ["cpu", "memory"] as const) {
        if (!isEmpty(resource.get(attribute))) continue;
        yield {
          kind: attribute,
          message: `has no ${attribute} of its own.`,
          fix: `Set ${attribute} on the task definition, next to container_definitions.`,
          attribute,
        };
      }
    }),
  }),
  {
    id: "ECS-004",
    severity: "error",
    title: "Fargate has a task of that CPU and memory",
    when: "apply",
    prevents: "ClientException: No Fargate configuration exists for given values",
    cause: "Fargate has tasks of certain pairs of CPU and memory only.",
    reference: FARGATE,
    check: eachFargateTask(function* ({ resource }) {
      const cpu = sizeOf(resource.get("cpu"), 1024);
      const memory = sizeOf(resource.get("memory"), 1024);
      if (cpu === undefined || memory === undefined) return;
      const system = text(block(resource.get("runtime_platform"))?.operating_system_family) ?? "LINUX";
      const isSmallWindows = system.startsWith("WINDOWS") && cpu < 1024;
      const problem = isSmallWindows
        ? `Windows begins at 1024 CPU units.`
        : LARGEST.cpu === cpu && LARGEST.memory.includes(memory)
          ? undefined
          : fargateSizeProblem(cpu, memory);
      if (problem === undefined) return;
      yield {
        message: `asks for a cpu of ${cpu} and a memory of ${memory}: ${problem}`,
        fix: isSmallWindows
          ? "Set cpu to 1024 or more."
          : cpu in FARGATE_MEMORY
            ? "Set memory to one of these."
            : "Set cpu to one of these.",
        attribute: cpu in FARGATE_MEMORY && !isSmallWindows ? "memory" : "cpu",
      };
    }),
  },
  defineRule({
    id: "ECS-005",
    severity: "error",
    title: "Containers are no larger than their task",
    reference: PARAMETERS,
    problems: {
      task: {
        when: "apply",
        prevents: "ClientException: The 'memory' setting for container '…' is greater than for the task.",
        cause: "The containers of a task share its CPU and memory.",
      },
      reservation: {
        when: "apply",
        prevents:
          "ClientException: Invalid setting for container '…'. 'memory' must be greater than or equal to 'memoryReservation'.",
        cause: "memoryReservation is what a container gets for certain, and memory is where it is killed.",
      },
    },
    check: eachTask(function* (task) {
      for (const [kind, message, fix] of tooLarge(task))
        yield { kind, message, fix, attribute: "container_definitions" };
    }),
  }),
];

/** The newest size, which the project itself does not offer. */
const LARGEST = { cpu: 32768, memory: [61440, 122880, 249856] };

function* tooLarge({
  resource,
  containers,
  fargate,
}: Task): Generator<[kind: "task" | "reservation", message: string, fix: string]> {
  const size = { memory: sizeOf(resource.get("memory"), 1024), cpu: sizeOf(resource.get("cpu"), 1024) };
  const limits = [
    ["memory", size.memory],
    ["memoryReservation", size.memory],
    ["cpu", size.cpu],
  ] as const;
  for (const { name, block: container } of containers) {
    for (const [parameter, limit = Number.POSITIVE_INFINITY] of limits) {
      const value = number(container[parameter]);
      if (value === undefined || value <= limit) continue;
      yield [
        "task",
        `gives the container ${name} a ${parameter} of ${value}, more than the ${limit} of the whole task.`,
        `Lower ${parameter} of ${name}, or leave it out.`,
      ];
    }
    const [hard, soft] = [number(container.memory), number(container.memoryReservation)];
    if (hard !== undefined && soft !== undefined && soft > hard) {
      yield [
        "reservation",
        `gives the container ${name} a memoryReservation of ${soft}, more than its memory of ${hard}.`,
        "Lower memoryReservation, or leave it out.",
      ];
    }
  }
  const reserved: [parameter: string, of: (container: Block) => number, limit: number | undefined][] = [
    ["cpu", (container) => number(container.cpu) ?? 0, size.cpu],
    [
      "memory",
      (container) => number(container.memoryReservation) ?? number(container.memory) ?? 0,
      fargate ? size.memory : undefined,
    ],
  ];
  for (const [parameter, of, limit] of reserved) {
    const all = containers.map((container) => of(container.block));
    const sum = all.reduce((total, one) => total + one, 0);
    const isOneTooLarge = all.some((one) => one > (limit ?? 0)); // and reported by itself
    if (limit === undefined || sum <= limit || isOneTooLarge) continue;
    yield [
      "task",
      `gives its containers a ${parameter} of ${sum} together, more than its own ${limit}.`,
      `Lower the ${parameter} of the containers, or leave it out.`,
    ];
  }
}
