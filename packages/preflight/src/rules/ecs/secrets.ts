import { namesIn, tasksToRegister } from "../../ecs/containers.ts";
import { contentsBySecret, jsonKeyOf, secretsAt } from "../../ecs/secrets.ts";
import { secretsOf, services } from "../../ecs/tasks.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { decodeJsonText } from "../../graph/json-text.ts";
import { linked } from "../../graph/links.ts";
import {
  Expression,
  isBlock,
  isEmpty,
  items,
  type Reference,
  referencesIn,
  text,
  UNKNOWN,
  type Value,
} from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { eachContainer } from "./each.ts";

const SECRETS = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html";

export const ECS_SECRET_RULES: readonly Rule[] = [
  {
    id: "ECS-024",
    severity: "error",
    title: "A variable is either plain or a secret",
    when: "apply",
    prevents:
      "ClientException: The secret name must be unique and not shared with any new or existing environment variables set on the container, such as '…'.",
    cause: "Secrets become environment variables too.",
    reference: SECRETS,
    check: eachContainer(function* ({ name, block }) {
      const plain = namesIn(block, "environment").names;
      const both = [...namesIn(block, "secrets").names].filter((variable) => plain.has(variable));
      if (both.length === 0) return;
      yield {
        message: `has ${both.join(" and ")} in both environment and secrets of the container ${name}.`,
        fix: `Drop ${both.join(" and ")} from environment.`,
      };
    }),
  },
  defineRule({
    id: "ECS-025",
    severity: "error",
    title: "valueFrom names a secret",
    reference: SECRETS,
    problems: {
      suffix: {
        when: "runtime",
        prevents:
          "ResourceInitializationError: unable to pull secrets or registry auth: … unexpected ARN format with parameters when trying to retrieve ASM secret",
        cause:
          "Of a secret in Secrets Manager, valueFrom is the ARN, alone or followed by :key:stage:version, each of which may be empty.",
      },
      parameter: {
        when: "runtime",
        prevents:
          "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: … invalid ssm parameters: …",
        cause: "ECS takes anything that is not an ARN for the name of a parameter.",
      },
    },
    check: eachContainer(function* ({ name, block }, _task, graph) {
      for (const { name: variable, valueFrom } of secretsOf(block)) {
        const wrong = wrongSource(graph, valueFrom);
        if (wrong)
          yield {
            kind: wrong.kind,
            message: `takes ${variable} of the container ${name} from ${wrong.what}.`,
            fix: wrong.fix,
          };
      }
    }),
  }),
  {
    id: "ECS-026",
    severity: "warning",
    title: "Secrets that tasks read have a value",
    when: "runtime",
    prevents:
      "ResourceInitializationError: … ResourceNotFoundException: Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    cause: "A secret without a version is an empty box, and Terraform makes no version by itself.",
    reference:
      "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/secretsmanager_secret_version",
    *check(graph) {
      const filled = graph.once(filledSecrets);
      if (!filled) return;
      const reads = tasksToRegister(graph)
        .flatMap(({ containers }) => containers.flatMap(({ block }) => secretsOf(block)))
        .flatMap(({ name, valueFrom }) => {
          const { resources, certain } = linked(valueFrom, "aws_secretsmanager_secret");
          return (certain ? resources : []).map((secret) => [secret, name] as const);
        });
      for (const [secret, variable] of new Map(reads.reverse())) {
        if (filled.has(secret) || !secret.isMade) continue;
        yield {
          at: secret,
          message: `has no aws_secretsmanager_secret_version: the tasks that read ${variable} from it do not start until it has a value.`,
          fix: "Add an aws_secretsmanager_secret_version, or store the value by hand before the tasks start.",
        };
      }
    },
  },
  {
    id: "ECS-030",
    severity: "error",
    title: "A secret has the key that is asked of it",
    when: "runtime",
    prevents:
      "ResourceInitializationError: unable to pull secrets or registry auth: … retrieved secret from Secrets Manager did not contain json key …",
    cause: "In valueFrom, what follows the ARN is a key of the JSON object that the secret holds.",
    reference: SECRETS,
    check: eachContainer(function* ({ name, block }, _task, graph) {
      for (const { name: variable, valueFrom } of secretsOf(block)) {
        const key = jsonKeyOf(valueFrom);
        const keys = key === undefined ? undefined : keysOf(graph, valueFrom);
        if (key === undefined || !keys || keys.includes(key)) continue;
        yield {
          message: `takes ${variable} of the container ${name} from the key ${key} of a secret that has ${keys.length === 0 ? "none" : `only ${keys.join(", ")}`}.`,
          fix: "Write a key that the secret has.",
        };
      }
    }),
  },
  {
    id: "ECS-088",
    severity: "warning",
    title: "Tasks get a password that is rotated",
    when: "runtime",
    prevents:
      "Access denied for user '…' (using password: YES), for every new connection of running tasks, from the rotation until the service is deployed again",
    cause:
      "A container keeps the value that a secret had when it started, and RDS rotates a password that it manages every 7 days.",
    reference:
      "https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html",
    *check(graph) {
      if (graph.once(hearsOfSecrets)) return;
      const served = new Set(services(graph).flatMap(({ task }) => task ?? []));
      for (const { definition, resource, containers } of tasksToRegister(graph)) {
        if (!served.has(definition)) continue;
        const secrets = containers.flatMap(({ block }) => secretsOf(block));
        const rotated = secrets.filter(({ valueFrom }) => isRotated(graph, valueFrom)).map(({ name }) => name);
        if (rotated.length === 0) continue;
        yield {
          at: resource,
          message: `takes ${[...new Set(rotated)].join(" and ")} from a secret that is rotated, and nothing here replaces the tasks after a rotation.`,
          fix: 'Add an aws_cloudwatch_event_rule for "Secret Label Updated" of aws.secretsmanager whose target calls UpdateService of ECS with ForceNewDeployment, such as a state machine.',
          attribute: "container_definitions",
        };
      }
    },
  },
];

/** Whether something waits for events of Secrets Manager; a pattern that can't be read may do so. */
function hearsOfSecrets(graph: Graph): boolean {
  const patterns = graph.ofType("aws_cloudwatch_event_rule").map((rule) => rule.get("event_pattern"));
  return patterns
    .filter((pattern) => !isEmpty(pattern))
    .some((pattern) => {
      const decoded = decodeJsonText(pattern);
      const sources = items(isBlock(decoded) ? decoded.source : UNKNOWN);
      return (
        !sources.complete || sources.items.some((one) => text(one) === undefined || text(one) === "aws.secretsmanager")
      );
    });
}

/** Whether RDS manages the secret, or a rotation is declared for it. */
function isRotated(graph: Graph, valueFrom: Value): boolean {
  if (referencesIn(valueFrom).some(({ attribute }) => /^master_user_secret/.test(attribute))) return true;
  return secretsAt(valueFrom).some((secret) => graph.once(rotatedSecrets).has(secret));
}

function rotatedSecrets(graph: Graph): ReadonlySet<Resource> {
  const rotations = graph.ofType("aws_secretsmanager_secret_rotation");
  return new Set(rotations.flatMap((one) => linked(one.get("secret_id"), "aws_secretsmanager_secret").resources));
}

/** Keys of the secret that RDS makes for the master user. */
const MASTER_SECRET_KEYS = ["username", "password"];

/** Keys of the JSON that a secret holds, where the configuration writes all of it. */
function keysOf(graph: Graph, valueFrom: Value): string[] | undefined {
  if (referencesIn(valueFrom).some(({ attribute }) => /^master_user_secret/.test(attribute))) return MASTER_SECRET_KEYS;
  const [secret, another] = secretsAt(valueFrom);
  const contents = secret && !another ? graph.once(contentsBySecret).get(secret) : undefined;
  const objects = (contents ?? []).map(decodeJsonText);
  return objects.length > 0 && objects.every(isBlock) ? objects.flatMap((object) => Object.keys(object)) : undefined;
}

/** Secrets that the configuration gives a value; undefined where it can't be known which. */
function filledSecrets(graph: Graph): Set<Resource> | undefined {
  const fillers = graph.ofType("aws_secretsmanager_secret_version", "aws_secretsmanager_secret_rotation");
  const links = fillers.map((filler) =>
    linked(filler.get("secret_id"), "aws_secretsmanager_secret", "data.aws_secretsmanager_secret"),
  );
  const isKnown = links.every(
    ({ certain, resources, literal }) => certain && (resources.length > 0 || literal !== undefined),
  );
  return isKnown ? new Set(links.flatMap(({ resources }) => resources)) : undefined;
}

interface Wrong {
  readonly kind: "suffix" | "parameter";
  readonly what: string;
  readonly fix: string;
}

/** Why a container can't read a secret from there; undefined where it can, or where that can't be known. */
function wrongSource(graph: Graph, valueFrom: Value): Wrong | undefined {
  const known = text(valueFrom);
  if (known === "")
    return {
      kind: "parameter",
      what: "an empty valueFrom",
      fix: "Write the ARN of the secret, or the name of the parameter.",
    };
  if (known !== undefined && /^arn:[^:]*:secretsmanager:/.test(known)) {
    const parts = known.split(":");
    return parts.length === 7 ? undefined : wrongSuffix(`:${parts.slice(7).join(":")}`);
  }
  if (known?.startsWith("arn:")) return undefined;
  if (known?.includes("${"))
    return {
      kind: "parameter",
      what: `the text ${known}, which Terraform does not replace`,
      fix: "Write the reference without the second dollar sign.",
    };
  if (known !== undefined) return wrongName(graph, known);
  if (!(valueFrom instanceof Expression) || valueFrom.parts === undefined) return undefined;
  const [first, ...rest] = valueFrom.parts;
  if (typeof first !== "object" || !isSecret(first)) return undefined;
  if (rest.length === 0) return wrongAttribute(first);
  const suffix = rest.map((part) => (typeof part === "string" ? part : text(new Expression({ parts: [part] }))));
  return suffix.includes(undefined) || !SECRET_ARNS.test(first.attribute) ? undefined : wrongSuffix(suffix.join(""));
}

const SECRET_ARNS = /^(?:arn|id|secret_arn|master_user_secret\.0\.secret_arn)$/;

function isSecret({ resources }: Reference): boolean {
  return (
    resources.length > 0 &&
    resources.every(({ type }) => /aws_(secretsmanager_secret|db_instance|rds_cluster)/.test(type))
  );
}

function wrongAttribute({ resources: [resource], attribute }: Reference): Wrong | undefined {
  if (resource?.type === "aws_secretsmanager_secret" && attribute === "name") {
    return {
      kind: "parameter",
      what: `the name of ${resource.address}, which ECS looks for among the parameters of Systems Manager`,
      fix: `Write \${${resource.address}.arn}.`,
    };
  }
  if (resource?.type.endsWith("aws_secretsmanager_secret_version") && attribute === "secret_string") {
    return {
      kind: "parameter",
      what: `the value of ${resource.address} instead of its ARN`,
      fix: `Write \${${resource.address}.arn}.`,
    };
  }
  return undefined;
}

/** What follows the ARN is `:key:stage:version`. */
function wrongSuffix(suffix: string): Wrong | undefined {
  if (suffix.split(":").length === 4 && suffix.startsWith(":")) return undefined;
  const key = suffix.split(":").find((part) => part !== "") ?? "key";
  return {
    kind: "suffix",
    what: `an ARN followed by ${suffix}, which has ${suffix.split(":").length - 1} of three colons`,
    fix: `Write the ARN followed by :${key}::.`,
  };
}

function wrongName(graph: Graph, name: string): Wrong | undefined {
  const secret = graph.ofType("aws_secretsmanager_secret").find((one) => text(one.get("name")) === name);
  const isParameter = graph
    .ofType("aws_ssm_parameter", "data.aws_ssm_parameter")
    .some((one) => text(one.get("name")) === name);
  if (!secret || isParameter) return undefined;
  return {
    kind: "parameter",
    what: `${name}, the name of ${secret.address}, which ECS looks for among the parameters of Systems Manager`,
    fix: `Write \${${secret.address}.arn}.`,
  };
}
