import { tasksToRegister } from "../../ecs/containers.ts";
import { services, taskDefinitions } from "../../ecs/tasks.ts";
import { decodeJsonText } from "../../graph/json-text.ts";
import { linked } from "../../graph/links.ts";
import { type Block, blocks, Expression, isBlock, isEmpty, isList, text, type Value } from "../../graph/value.ts";
import { LB_TYPES, TARGET_GROUP_TYPES } from "../../network/load-balancers.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { atMost, attributeRule, oneOf } from "../shared/attribute-rule.ts";
import { eachContainer } from "./each.ts";

const PARAMETERS = "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html";

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html */
const PLATFORMS: Readonly<Record<string, readonly string[]>> = {
  cpu_architecture: ["X86_64", "ARM64"],
  operating_system_family: [
    "LINUX",
    "WINDOWS_SERVER_2004_CORE",
    "WINDOWS_SERVER_2016_FULL",
    "WINDOWS_SERVER_2019_CORE",
    "WINDOWS_SERVER_2019_FULL",
    "WINDOWS_SERVER_2022_CORE",
    "WINDOWS_SERVER_2022_FULL",
    "WINDOWS_SERVER_2025_CORE",
    "WINDOWS_SERVER_2025_FULL",
    "WINDOWS_SERVER_20H2_CORE",
  ],
};

export const ECS_SHAPE_RULES: readonly Rule[] = [
  {
    id: "ECS-013",
    severity: "error",
    title: "Container definitions have the types that the provider reads",
    when: "plan",
    prevents:
      "ECS Task Definition container_definitions is invalid: json: cannot unmarshal number into Go struct field KeyValuePair.Environment.Value of type string",
    cause:
      "The provider reads the JSON strictly: environment and options are texts, cpu, memory and ports are numbers.",
    reference: PARAMETERS,
    *check(graph) {
      for (const { resource } of taskDefinitions(graph)) {
        if (resource.isPlanned && isBlock(decodeJsonText(resource.get("container_definitions")))) {
          yield {
            at: resource,
            message: "has one container as its container_definitions, and not a list.",
            fix: "Put the container into a list.",
            attribute: "container_definitions",
          };
        }
      }
      for (const { resource, containers } of tasksToRegister(graph)) {
        for (const { name, block: container } of containers) {
          for (const [where, wanted] of wrongTypes(container)) {
            yield {
              at: resource,
              message: `has ${where} on the container ${name}, which must be a ${wanted}.`,
              fix: FIXES[wanted] ?? "Write it without quotes.",
              attribute: "container_definitions",
            };
          }
        }
      }
    },
  },
  {
    id: "ECS-014",
    severity: "error",
    title: "Roles of a task are ARNs",
    when: "plan",
    prevents:
      '"execution_role_arn" (…) is an invalid ARN: arn: invalid prefix (of AWS: ClientException: Role is not valid)',
    cause: "A role's id is its name.",
    reference: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ecs_task_definition",
    *check(graph) {
      for (const { resource } of tasksToRegister(graph)) {
        for (const attribute of ["execution_role_arn", "task_role_arn"]) {
          const wrong = whyNoRole(resource.get(attribute));
          if (wrong) yield { at: resource, message: `has ${wrong.what} as ${attribute}.`, fix: wrong.fix, attribute };
        }
      }
    },
  },
  defineRule({
    id: "ECS-015",
    severity: "error",
    title: "A task has containers, each with a name and an image",
    reference: PARAMETERS,
    problems: {
      none: {
        when: "apply",
        prevents: "ClientException: Container list cannot be empty.",
        cause: "A task definition has 1 to 10 containers.",
      },
      name: {
        when: "apply",
        prevents: "ClientException: Container.name contains invalid characters.",
        cause: "A name has up to 255 letters, digits, hyphens and underscores.",
      },
      image: {
        when: "apply",
        prevents: "ClientException: Container.image should not be null or empty.",
        cause: "ECS starts each container from an image.",
      },
    },
    *check(graph) {
      for (const { resource } of taskDefinitions(graph)) {
        const decoded = resource.isPlanned ? decodeJsonText(resource.get("container_definitions")) : undefined;
        if (isList(decoded) && decoded.length === 0) {
          yield {
            kind: "none",
            at: resource,
            message: "has no container.",
            fix: "Add a container to container_definitions.",
            attribute: "container_definitions",
          };
        }
      }
      yield* wrongContainers(graph);
    },
  }),
  attributeRule({
    id: "ECS-062",
    severity: "error",
    title: "A task uses a platform that ECS has",
    when: "plan",
    prevents: 'expected runtime_platform.0.cpu_architecture to be one of ["X86_64" "ARM64"], got arm64',
    cause: "ECS knows processors and systems by names of its own, in upper case.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RuntimePlatform.html",
    checks: Object.entries(PLATFORMS).map(([attribute, values]) => ({
      types: ["aws_ecs_task_definition"],
      attribute: `runtime_platform.${attribute}`,
      takes: oneOf(...values),
      bad: { runtime_platform: [{ [attribute]: (values[0] ?? "").toLowerCase() }] },
      good: { runtime_platform: [{ [attribute]: values[0] ?? "" }] },
    })),
  }),
  {
    id: "ECS-040",
    severity: "error",
    title: "target_group_arn is the ARN of a target group",
    when: "apply",
    prevents: "InvalidParameterException: Unable to find target group / invalid target group ARN",
    cause: "ECS registers tasks with target groups; the load balancer knows those by its listeners.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LoadBalancer.html",
    *check(graph) {
      for (const { resource } of services(graph).filter(({ resource }) => resource.isPlanned)) {
        for (const { target_group_arn } of blocks(resource.get("load_balancer")).blocks) {
          const wrong = whyNoTargetGroup(target_group_arn);
          if (wrong === undefined) continue;
          yield {
            at: resource,
            message: `has ${wrong} as target_group_arn.`,
            fix: "Write the arn of an aws_lb_target_group.",
            attribute: "load_balancer",
          };
        }
      }
    },
  },
  attributeRule({
    id: "ECS-057",
    severity: "error",
    title: "Tasks have up to five security groups and sixteen subnets",
    when: "apply",
    prevents: "InvalidParameterException: securityGroups can have at most 5 items.",
    cause: "A service takes no more.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html",
    checks: [
      {
        types: ["aws_ecs_service"],
        attribute: "network_configuration.security_groups",
        takes: atMost(5),
        bad: { network_configuration: [{ security_groups: ids("sg", 6) }] },
        good: { network_configuration: [{ security_groups: ids("sg", 5) }] },
      },
      {
        types: ["aws_ecs_service"],
        attribute: "network_configuration.subnets",
        takes: atMost(16),
        prevents: "InvalidParameterException: subnets can have at most 16 items.",
        bad: { network_configuration: [{ subnets: ids("subnet", 17) }] },
        good: { network_configuration: [{ subnets: ids("subnet", 16) }] },
      },
    ],
  }),
  {
    id: "ECS-059",
    severity: "error",
    title: "An old platform version is not asked for what it lacks",
    when: "apply",
    prevents: "InvalidParameterException: The specified platform does not satisfy the task's required capabilities.",
    cause: "ECS Exec, single keys of secrets, EFS volumes and larger disks came with platform version 1.4.0.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/platform-linux-fargate.html",
    *check(graph) {
      for (const { resource, task } of services(graph)) {
        const version = text(resource.get("platform_version"));
        if (!resource.isPlanned || !/^1\.[0-3]\.0$/.test(version ?? "")) continue;
        const volumes = blocks(task?.resource.get("volume")).blocks.some(
          (volume) => blocks(volume.efs_volume_configuration).blocks.length > 0,
        );
        const used = [
          ...(text(resource.get("enable_execute_command")) === "true" ? ["enable_execute_command"] : []),
          ...(volumes ? ["a volume on EFS"] : []),
          ...(blocks(task?.resource.get("ephemeral_storage")).blocks.length > 0 ? ["ephemeral_storage"] : []),
        ];
        if (used.length === 0) continue;
        yield {
          at: resource,
          message: `has the platform_version ${version} and ${used.join(" and ")}.`,
          fix: 'Set platform_version to "LATEST".',
          attribute: "platform_version",
        };
      }
    },
  },
];

const wrongContainers = eachContainer<Omit<KindOfProblem<"name" | "image">, "at">>(function* ({ name, block }) {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    yield {
      kind: "name",
      message: `has a container with the name ${JSON.stringify(name)}.`,
      fix: "Write letters, digits, hyphens and underscores.",
    };
  }
  // The provider reads names of any case.
  if (isEmpty(block.image) && block.Image === undefined)
    yield { kind: "image", message: `has no image on the container ${name}.`, fix: "Add image." };
});

function whyNoRole(value: Value | undefined): { what: string; fix: string } | undefined {
  const link = linked(value, "aws_iam_role", "data.aws_iam_role");
  const [role] = link.resources;
  const known = text(value);
  const isName = role !== undefined && /^(?:name|id)$/.test(link.attribute);
  if (known === undefined ? !isName : known === "" || known.startsWith("arn:")) return undefined;
  return {
    what: isName ? `the ${link.attribute} of ${role.address}` : String(known),
    fix: `Write ${role ? `\${${role.address}.arn}` : "the ARN of the role"}.`,
  };
}

function whyNoTargetGroup(value: Value | undefined): string | undefined {
  const only = value instanceof Expression ? value.only : undefined;
  const [other] = only?.resources ?? [];
  const known = text(value);
  const isNoArn = known !== undefined && known !== "" && !/^arn:.*:targetgroup\//.test(known);
  if (!other) return isNoArn ? known : undefined;
  const isBalancer = (LB_TYPES as readonly string[]).includes(other.type);
  const isName = (TARGET_GROUP_TYPES as readonly string[]).includes(other.type) && only?.attribute === "name";
  return isBalancer || isName || isNoArn ? `the ${only?.attribute} of ${other.address}` : undefined;
}

function ids(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
}

const FIXES: Readonly<Record<string, string>> = { text: "Put it into quotes.", list: "Write a list of texts." };
const NUMBERS = ["cpu", "memory", "memoryReservation", "startTimeout", "stopTimeout"];
const LISTS = ["command", "entryPoint"];

/** Values of a container that have another type than the provider reads, and that type. */
function wrongTypes(container: Block): [where: string, wanted: string][] {
  const options = isBlock(container.logConfiguration) ? container.logConfiguration.options : undefined;
  return [
    ...blocks(container.environment).blocks.flatMap(({ name, value }): [string, string][] =>
      isPlain(value) && typeof value !== "string" ? [[`${text(name)} = ${value} in environment`, "text"]] : [],
    ),
    ...Object.entries(isBlock(options) ? options : {}).flatMap(([name, value]): [string, string][] =>
      isPlain(value) && typeof value !== "string"
        ? [[`${name} = ${value} in the options of logConfiguration`, "text"]]
        : [],
    ),
    ...NUMBERS.flatMap((name): [string, string][] =>
      typeof container[name] === "string" ? [[`${name} = "${container[name]}"`, "number"]] : [],
    ),
    ...blocks(container.portMappings).blocks.flatMap((mapping) =>
      ["containerPort", "hostPort"].flatMap((name): [string, string][] =>
        typeof mapping[name] === "string" ? [[`${name} = "${mapping[name]}"`, "number"]] : [],
      ),
    ),
    ...(typeof container.essential === "string"
      ? ([[`essential = "${container.essential}"`, "boolean"]] as [string, string][])
      : []),
    ...LISTS.flatMap((name): [string, string][] =>
      typeof container[name] === "string" ? [[`${name} = "${container[name]}"`, "list"]] : [],
    ),
  ];
}

function isPlain(value: Value | undefined): value is string | number | boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
