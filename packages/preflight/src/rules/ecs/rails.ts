import { type Container, namesIn } from "../../ecs/containers.ts";
import { contentsBySecret, jsonKeyOf, secretsAt } from "../../ecs/secrets.ts";
import { environmentOf, secretsOf } from "../../ecs/tasks.ts";
import type { Resource } from "../../graph/graph.ts";
import { decodeJsonText } from "../../graph/json-text.ts";
import { linked } from "../../graph/links.ts";
import { remembered, rememberedIn } from "../../graph/remembered.ts";
import { blocks, Expression, flag, isAbsent, isBlock, referencesIn, text, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { eachContainer } from "./each.ts";

const CACHE_TYPES = [
  "aws_elasticache_replication_group",
  "aws_elasticache_cluster",
  "aws_elasticache_serverless_cache",
];

export const ECS_RAILS_RULES: readonly Rule[] = [
  {
    id: "ECS-073",
    severity: "error",
    title: "Rails in production has its secret_key_base",
    when: "runtime",
    prevents:
      "ArgumentError: Missing `secret_key_base` for 'production' environment, set this string with `bin/rails credentials:edit`",
    cause:
      "In production Rails takes secret_key_base from SECRET_KEY_BASE, or from the credentials that RAILS_MASTER_KEY opens.",
    reference: "https://guides.rubyonrails.org/security.html#custom-credentials",
    check: eachContainer(function* (container) {
      const environment = productionVariable(container);
      if (!environment || mayHaveKeyBase(container)) return;
      yield {
        message: `runs the container ${container.name} with ${environment}=production, and gives it neither SECRET_KEY_BASE nor RAILS_MASTER_KEY.`,
        fix: "Add SECRET_KEY_BASE to its secrets.",
        // Other frameworks read RACK_ENV too.
        ...(environment === "RACK_ENV" && { severity: "warning" as const }),
      };
    }),
  },
  defineRule({
    id: "ECS-074",
    severity: "error",
    title: "Addresses of Redis say rediss where there is TLS, and redis where there is none",
    reference: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html",
    problems: {
      plain: {
        when: "runtime",
        prevents: "RedisClient::CannotConnectError: Connection reset by peer, or a read that times out",
        cause:
          "transit_encryption_enabled makes TLS the only way in, and a client uses TLS only where the address says rediss.",
      },
      tls: {
        when: "runtime",
        prevents: "SSL_connect returned=1 errno=0 state=error: wrong version number",
        cause:
          "The client begins with TLS where the address says rediss, and a cache without transit_encryption_enabled does not know it.",
      },
    },
    check: eachContainer(function* ({ name, block }, _task, graph) {
      const variables = [
        ...environmentOf(block),
        ...secretsOf(block).flatMap(({ name: variable, valueFrom }) =>
          contentsOf(graph, valueFrom).map((value) => ({ name: variable, value })),
        ),
      ];
      for (const { name: variable, value } of variables) {
        const wrong = wrongScheme(value);
        if (!wrong) continue;
        yield {
          kind: wrong.scheme === "redis" ? "plain" : "tls",
          message: `gives the container ${name} a ${variable} that begins with ${wrong.scheme}://, and ${wrong.cache.address} ${wrong.scheme === "redis" ? "speaks TLS only" : "speaks no TLS"}.`,
          fix:
            wrong.scheme === "redis"
              ? "Begin the address with rediss://."
              : "Begin the address with redis://, or set transit_encryption_enabled to true.",
        };
      }
    }),
  }),
  {
    id: "ECS-076",
    severity: "error",
    title: "A variable for a host holds no port",
    when: "runtime",
    prevents: "Mysql2::Error::ConnectionError: Unknown MySQL server host '….rds.amazonaws.com:3306'",
    cause: "The endpoint of an RDS instance is its address, a colon and its port.",
    reference: "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance#endpoint-1",
    check: eachContainer(function* ({ name, block }) {
      for (const { name: variable, value } of environmentOf(block)) {
        const only = value instanceof Expression ? value.only : undefined;
        const [database] = only?.resources ?? [];
        if (
          !/(?:^|_)HOST(?:NAME)?$/i.test(variable) ||
          database?.type !== "aws_db_instance" ||
          only?.attribute !== "endpoint"
        )
          continue;
        yield {
          message: `gives the container ${name} the endpoint of ${database.address} as ${variable}, which has the port in it.`,
          fix: `Write \${${database.address}.address}.`,
        };
      }
    }),
  },
];

function productionVariable({ block }: Container): "RAILS_ENV" | "RACK_ENV" | undefined {
  const variables = new Map(environmentOf(block).map(({ name, value }) => [name, text(value)]));
  if (variables.has("RAILS_ENV")) return variables.get("RAILS_ENV") === "production" ? "RAILS_ENV" : undefined;
  return variables.get("RACK_ENV") === "production" ? "RACK_ENV" : undefined;
}

const KEY_BASES = ["SECRET_KEY_BASE", "RAILS_MASTER_KEY", "SECRET_KEY_BASE_DUMMY"];
/** Programs that fetch variables themselves before they start another. */
const FETCHERS = /chamber|vault|doppler|infisical|dotenv|secret|ssm|aws/i;

/** It has secret_key_base, or may get it from elsewhere. */
function mayHaveKeyBase({ block }: Container): boolean {
  const lists = [namesIn(block, "environment"), namesIn(block, "secrets")];
  const starts = [block.entryPoint, block.command].filter((value) => !isAbsent(value));
  return (
    lists.some(({ names, complete }) => !complete || KEY_BASES.some((name) => names.has(name))) ||
    !blocks(block.environmentFiles).complete ||
    blocks(block.environmentFiles).blocks.length > 0 ||
    starts.some((start) => text(start) === undefined && !Array.isArray(start)) ||
    starts.some((start) => FETCHERS.test(JSON.stringify(start)))
  );
}

/** What a secret or parameter holds that a container reads, as far as the configuration writes it. */
const contentsOf = rememberedIn((graph, valueFrom: Value): readonly Value[] => {
  const [parameter] = linked(valueFrom, "aws_ssm_parameter").resources;
  if (parameter) return [parameter.get("value") ?? null];
  const key = jsonKeyOf(valueFrom);
  return secretsAt(valueFrom)
    .flatMap((secret) => graph.once(contentsBySecret).get(secret) ?? [])
    .flatMap((content) => {
      if (key === undefined) return [content];
      const decoded = decodeJsonText(content);
      return isBlock(decoded) && decoded[key] !== undefined ? [decoded[key]] : [];
    });
});

interface WrongScheme {
  readonly scheme: "redis" | "rediss";
  readonly cache: Resource;
}

const wrongScheme = remembered((value: Value): WrongScheme | undefined => {
  const first = text(value) ?? (value instanceof Expression ? value.parts?.[0] : undefined);
  const scheme = typeof first === "string" ? /^(rediss?):\/\//.exec(first)?.[1] : undefined;
  if (scheme !== "redis" && scheme !== "rediss") return undefined;
  for (const { resources, attribute, certain } of referencesIn(value)) {
    const [cache] = resources;
    if (
      !certain ||
      resources.length !== 1 ||
      !cache ||
      !CACHE_TYPES.includes(cache.type) ||
      !/endpoint|address|cache_nodes/.test(attribute)
    )
      continue;
    const tls = hasTls(cache);
    if (tls !== undefined && tls !== (scheme === "rediss")) return { scheme, cache };
  }
  return undefined;
});

/** It speaks TLS only, or not at all; undefined where that can't be known, or where it speaks both. */
function hasTls(cache: Resource): boolean | undefined {
  if (cache.type === "aws_elasticache_serverless_cache") return true;
  if (text(cache.get("transit_encryption_mode")) === "preferred" || !isAbsent(cache.get("global_replication_group_id")))
    return undefined;
  return flag(cache.get("transit_encryption_enabled"), false);
}
