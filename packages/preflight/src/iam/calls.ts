import { registryOf, secretServiceOf } from "../ecs/needs.ts";
import { awslogsOptions, secretsOf, type TaskDefinition } from "../ecs/tasks.ts";
import type { Graph, Resource } from "../graph/graph.ts";
import { linked } from "../graph/links.ts";
import { remembered, rememberedIn } from "../graph/remembered.ts";
import {
  type Block,
  flag,
  GAP,
  isAbsent,
  isBlock,
  referencesIn,
  text,
  textWithGaps,
  type Value,
} from "../graph/value.ts";
import { anything, pattern } from "./pattern.ts";
import { arn, logStreamTarget, parameterTarget, repositoryTarget, secretTarget, type Target } from "./permissions.ts";

/** A call that starting a task makes, which a policy must allow. */
export interface Call {
  /** Service that answers it, by the last part of its endpoint's name. */
  readonly service: "ecr.api" | "ecr.dkr" | "logs" | "secretsmanager" | "ssm";
  readonly action: string;
  readonly target: Target | "*";
  /** What it is made on, in words. */
  readonly on: string;
}

/** A secret or parameter that a container gets. */
export interface SecretUse {
  readonly call: Call;
  /** Where it is kept, if that is in the configuration. */
  readonly kept: Resource | undefined;
}

const LOG_IN: Call = { service: "ecr.api", action: "ecr:GetAuthorizationToken", target: "*", on: "*" };
const PULL_ACTIONS = ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"];

/** Resources that a plan's container definitions are made of, where their text is not known. */
function madeOf({ containers, resource }: TaskDefinition, type: string, attribute = /(?:)/): Resource[] {
  if (containers) return [];
  return referencesIn(resource.get("container_definitions"))
    .filter((reference) => reference.certain && attribute.test(reference.attribute))
    .flatMap(({ resources }) => resources)
    .filter((one) => one.type === type);
}

/** What pulling the images of a task takes. */
export function pullCalls(task: TaskDefinition): Call[] {
  const images = (task.containers ?? []).map((container) => container.image ?? null);
  const calls = [...images.flatMap(pullCallsOf), ...madeOf(task, "aws_ecr_repository").flatMap(pullCallsOn)];
  return calls.length > 0 ? [LOG_IN, ...calls] : [];
}

const pullCallsOf = remembered((image: Value): readonly Call[] => {
  const repositories = referencesIn(image)
    .filter(({ certain }) => certain)
    .flatMap(({ resources }) => resources)
    .filter(({ type }) => type.endsWith("aws_ecr_repository"));
  if (repositories.length > 0) return repositories.flatMap(pullCallsOn);
  if (registryOf(image) !== "ecr") return [];
  // <account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>
  const name = /^(\d{12}|\0)\.dkr[.-]ecr\.([a-z0-9-]+)\.[a-z.-]+\/([^:@\0]+)(?=[:@]|$)/.exec(textWithGaps(image) ?? "");
  if (!name) return [{ ...LOG_IN }];
  const [, account = GAP, region, repository] = name;
  const target = {
    resource: undefined,
    arns: [
      pattern(
        "arn:",
        anything(),
        `:ecr:${region}:`,
        account === GAP ? anything() : account,
        `:repository/${repository}`,
      ),
    ],
  };
  return pulls(target, `repository ${repository}`);
});

function pullCallsOn(repository: Resource): Call[] {
  return pulls(repositoryTarget(repository), repository.address);
}

function pulls(target: Target, on: string): Call[] {
  return PULL_ACTIONS.map((action) => ({ service: "ecr.dkr", action, target, on }));
}

/** What writing the logs of a task takes. */
export function logCalls(graph: Graph, task: TaskDefinition): Call[] {
  const written = (task.containers ?? []).flatMap((container) => {
    const options = awslogsOptions(container);
    const group = options && logGroupOf(graph, options["awslogs-group"]);
    if (!group) return [];
    const creates = flag(options["awslogs-create-group"], false) === true;
    return writes(group, creates);
  });
  return [...written, ...madeOf(task, "aws_cloudwatch_log_group").flatMap((group) => writes(onGroup(group), false))];
}

function writes(group: Pick<Call, "target" | "on">, creates: boolean): Call[] {
  const actions = [...(creates ? ["logs:CreateLogGroup"] : []), "logs:CreateLogStream", "logs:PutLogEvents"];
  return actions.map((action) => ({ service: "logs", action, ...group }));
}

function onGroup(group: Resource): Pick<Call, "target" | "on"> {
  return { target: logStreamTarget(group), on: `${group.address} (its ARN with ":*")` };
}

/** A log group by reference, or by the name that it is made with. */
function logGroupOf(graph: Graph, value: Value | undefined): Pick<Call, "target" | "on"> | undefined {
  const [referred] = linked(value, "aws_cloudwatch_log_group", "data.aws_cloudwatch_log_group").resources;
  const name = text(value);
  const group = referred ?? (name === undefined ? undefined : namedOnes(graph, "aws_cloudwatch_log_group").get(name));
  if (group) return onGroup(group);
  if (name === undefined) return undefined;
  return {
    target: { resource: undefined, arns: [arn("logs", `log-group:${name}:log-stream:`, anything())] },
    on: `log group ${name}`,
  };
}

function namedOnes(
  graph: Graph,
  type: "aws_cloudwatch_log_group" | "aws_ssm_parameter",
): ReadonlyMap<string, Resource> {
  return graph.once(type === "aws_ssm_parameter" ? indexParameters : indexLogGroups);
}

const indexLogGroups = (graph: Graph) => byName(graph.ofType("aws_cloudwatch_log_group"));
const indexParameters = (graph: Graph) => byName(graph.ofType("aws_ssm_parameter"));

function byName(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  return new Map(
    resources.flatMap((one) => (text(one.get("name")) === undefined ? [] : [[text(one.get("name")) as string, one]])),
  );
}

/** What reading the secrets of a task takes. */
export const secretUses = rememberedIn(findSecretUses);

function findSecretUses(graph: Graph, task: TaskDefinition): readonly SecretUse[] {
  const values = (task.containers ?? []).flatMap((container) => [
    ...secretsOf(container).map(({ valueFrom }) => valueFrom),
    ...credentialsOf(container),
  ]);
  const hidden = [
    ...["aws_secretsmanager_secret", "aws_secretsmanager_secret_version"].flatMap((type) => madeOf(task, type)),
    ...["aws_db_instance", "aws_rds_cluster"].flatMap((type) => madeOf(task, type, /^master_user_secret/)),
  ];
  return [
    ...values.flatMap((value) => secretUse(graph, value) ?? []),
    ...hidden.flatMap((one) => useOf(keeperOfResource(one), "secretsmanager") ?? []),
  ];
}

/** The secret with a private registry's password. */
function credentialsOf(container: Block): Value[] {
  const credentials = container.repositoryCredentials;
  const parameter = isBlock(credentials) ? credentials.credentialsParameter : undefined;
  return isAbsent(parameter) ? [] : [parameter];
}

const secretUse = rememberedIn((graph, value: Value): SecretUse | undefined => {
  const service = secretServiceOf(value);
  if (service === undefined) return undefined;
  return useOf(service === "ssm" ? parameterOf(graph, value) : secretOf(value), service);
});

function useOf(
  keeper: Pick<Call, "target" | "on"> | undefined,
  service: "secretsmanager" | "ssm",
): SecretUse | undefined {
  if (!keeper) return undefined;
  const action = service === "ssm" ? "ssm:GetParameters" : "secretsmanager:GetSecretValue";
  return { call: { service, action, ...keeper }, kept: keeper.target === "*" ? undefined : keeper.target.resource };
}

function parameterOf(graph: Graph, value: Value): Pick<Call, "target" | "on"> | undefined {
  const known = text(value);
  const [referred] = linked(value, "aws_ssm_parameter", "data.aws_ssm_parameter").resources;
  const parameter = referred ?? (known === undefined ? undefined : namedOnes(graph, "aws_ssm_parameter").get(known));
  if (parameter) return { target: parameterTarget(parameter), on: parameter.address };
  if (known === undefined) return undefined;
  const written = known.startsWith("arn:") ? pattern(known) : arn("ssm", `parameter/${known.replace(/^\//, "")}`);
  return { target: { resource: undefined, arns: [written] }, on: `parameter ${known}` };
}

function secretOf(value: Value): Pick<Call, "target" | "on"> | undefined {
  const [first] = referencesIn(value).filter(({ certain }) => certain);
  const [holder] = first?.resources ?? [];
  if (holder) return keeperOfResource(holder);
  const secret = /^(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:[^:]+)/.exec(text(value) ?? "")?.[1];
  if (secret === undefined) return undefined;
  // Secrets Manager takes an ARN without its ending too, and compares policies with the whole.
  const arns = [pattern(secret), pattern(secret, "-", anything())];
  return { target: { resource: undefined, arns }, on: `secret ${secret}` };
}

function keeperOfResource(holder: Resource): Pick<Call, "target" | "on"> | undefined {
  switch (holder.type) {
    case "aws_secretsmanager_secret":
    case "data.aws_secretsmanager_secret":
      return { target: secretTarget(holder), on: holder.address };
    case "aws_secretsmanager_secret_version": {
      const [secret] = linked(holder.get("secret_id"), "aws_secretsmanager_secret").resources;
      return secret && { target: secretTarget(secret), on: secret.address };
    }
    case "aws_db_instance":
    case "aws_rds_cluster": {
      const hole = { hole: `${holder.address}@master_user_secret.0.secret_arn`, whole: true };
      const managed = arn("secretsmanager", "secret:rds!", anything());
      return {
        target: { resource: holder, arns: [pattern(hole), managed] },
        on: `${holder.address}.master_user_secret`,
      };
    }
    default:
      return undefined;
  }
}

/**
 * The bucket that ECR keeps image layers in.
 * Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-minimum-s3-perms
 */
export const LAYER_BUCKET: Target = {
  resource: undefined,
  arns: [pattern("arn:", anything(), ":s3:::prod-", anything(), "-starport-layer-bucket/", anything())],
};
