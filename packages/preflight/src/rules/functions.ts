import type { Graph, Resource } from "../graph/graph.ts";
import { linkedResource } from "../graph/links.ts";
import { type Block, blocks, isBlock, isEmpty, items, text, type Value } from "../graph/value.ts";
import { arn, namePattern, permissionsOf, roleMay, roleMaySomewhere, roleOf, targetOf } from "../iam/permissions.ts";
import { defineRule, type KindOfProblem, type Rule } from "../rule.ts";
import { attributeRule, without } from "./shared/attribute-rule.ts";
import { quoted } from "./shared/attributes.ts";
import { callableBy } from "./shared/functions.ts";

const FUNCTION = "aws_lambda_function";
const GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg";

/** Variables that Lambda sets itself. Source: "Defined runtime environment variables" of its guide. */
const RESERVED = [
  "_HANDLER",
  "_X_AMZN_TRACE_ID",
  "AWS_ACCESS_KEY",
  "AWS_ACCESS_KEY_ID",
  "AWS_DEFAULT_REGION",
  "AWS_EXECUTION_ENV",
  "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
  "AWS_LAMBDA_FUNCTION_NAME",
  "AWS_LAMBDA_FUNCTION_VERSION",
  "AWS_LAMBDA_INITIALIZATION_TYPE",
  "AWS_LAMBDA_LOG_GROUP_NAME",
  "AWS_LAMBDA_LOG_STREAM_NAME",
  "AWS_LAMBDA_RUNTIME_API",
  "AWS_REGION",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "LAMBDA_RUNTIME_DIR",
  "LAMBDA_TASK_ROOT",
];

/** Runtimes that no function can be made with any more. Source: "Deprecated runtimes" of its guide. */
const GONE =
  /^(nodejs(4\.3(-edge)?|6\.10|8\.10|10\.x|12\.x|14\.x)?|python(2\.7|3\.6|3\.7)|ruby2\.[57]|dotnet(core[123]\.[01]|5\.0)|go1\.x|java8|provided)$/;

/** A function that Lambda accepts, with these settings. */
const zipped = (settings: Block): Block => ({
  function_name: "worker",
  role: "arn:aws:iam::123456789012:role/worker",
  handler: "index.handler",
  runtime: "nodejs22.x",
  filename: "worker.zip",
  ...settings,
});
const imaged = (settings: Block): Block => ({
  function_name: "worker",
  role: "arn:aws:iam::123456789012:role/worker",
  package_type: "Image",
  image_uri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/worker:1",
  ...settings,
});

/** Who may call a function by a permission of its own, where an attribute names it. */
interface Caller {
  readonly type: string;
  readonly attribute: string;
  readonly service: string;
  readonly kind: CallKind;
  readonly where?: (resource: Resource) => boolean;
}
type CallKind = "logs" | "rotation" | "topic";

const CALLERS: readonly Caller[] = [
  {
    type: "aws_cloudwatch_log_subscription_filter",
    attribute: "destination_arn",
    service: "logs.amazonaws.com",
    kind: "logs",
  },
  {
    type: "aws_secretsmanager_secret_rotation",
    attribute: "rotation_lambda_arn",
    service: "secretsmanager.amazonaws.com",
    kind: "rotation",
  },
  {
    type: "aws_sns_topic_subscription",
    attribute: "endpoint",
    service: "sns.amazonaws.com",
    kind: "topic",
    where: (one) => text(one.get("protocol")) === "lambda",
  },
];

/** What Lambda reads events from, and the calls that its role needs. */
const SOURCES: Readonly<
  Record<string, { readonly service: string; readonly before: string; readonly actions: readonly string[] }>
> = {
  aws_sqs_queue: {
    service: "sqs",
    before: "",
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  },
  aws_kinesis_stream: {
    service: "kinesis",
    before: "stream/",
    actions: ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:DescribeStream", "kinesis:ListShards"],
  },
};

const INTERFACES = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"];

export const FUNCTION_RULES: readonly Rule[] = [
  attributeRule({
    id: "FN-001",
    severity: "error",
    title: "Lambda accepts the settings of a function",
    when: "apply",
    prevents:
      "InvalidParameterValueException: Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: AWS_REGION",
    cause: "Lambda sets these variables itself, and code reads them.",
    reference: `${GUIDE}/configuration-envvars.html`,
    checks: [
      {
        types: [FUNCTION],
        attribute: "environment.variables",
        takes: (_, value) => {
          const taken = isBlock(value) ? Object.keys(value).filter((name) => RESERVED.includes(name)) : [];
          return taken.length === 0
            ? undefined
            : {
                message: `sets ${quoted(taken)} in environment.`,
                fix: "Leave them out, or give them names of your own.",
              };
        },
        bad: zipped({ environment: [{ variables: { AWS_REGION: "eu-west-1" } }] }),
        good: zipped({ environment: [{ variables: { APP_REGION: "eu-west-1" } }] }),
      },
      {
        types: [FUNCTION],
        attribute: "runtime",
        takes: (_, value) =>
          GONE.test(text(value) ?? "")
            ? {
                message: `has runtime = "${text(value)}", which is no longer offered.`,
                fix: "Write a runtime that is, such as nodejs22.x.",
              }
            : undefined,
        prevents:
          "InvalidParameterValueException: The runtime parameter of nodejs12.x is no longer supported for creating or updating AWS Lambda functions.",
        cause: "A runtime is withdrawn some months after its language version has ended.",
        bad: zipped({ runtime: "nodejs12.x" }),
        good: zipped({ runtime: "nodejs22.x" }),
      },
      {
        types: [FUNCTION],
        attribute: "image_uri",
        takes: (_, value, { package_type: type }) =>
          isEmpty(value) || !(isEmpty(type) || text(type) === "Zip")
            ? undefined
            : {
                message: 'has image_uri and not package_type = "Image".',
                fix: 'Write package_type = "Image", and take handler and runtime out.',
              },
        prevents:
          "InvalidParameterValueException: Please don't provide ImageUri … with packageType Zip. (or, without handler and runtime: handler and runtime must be set when PackageType is Zip)",
        cause: "A function is a zip file unless it says otherwise.",
        bad: imaged({ package_type: null, handler: "index.handler", runtime: "nodejs22.x" }),
        good: imaged({}),
      },
      {
        types: [FUNCTION],
        attribute: "layers",
        where: ({ package_type: type }) => text(type) === "Image",
        takes: without("image_uri"),
        fix: "Put what is in the layers into the image.",
        prevents:
          "InvalidParameterValueException: Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.",
        cause: "An image has all that the function needs.",
        bad: imaged({ layers: ["arn:aws:lambda:eu-west-1:123456789012:layer:a:1"] }),
        good: imaged({}),
      },
      {
        types: [FUNCTION],
        attribute: "handler",
        where: ({ package_type: type, image_uri: image }) => (isEmpty(type) || text(type) === "Zip") && isEmpty(image),
        takes: (_, value, { runtime }) =>
          isEmpty(value) || isEmpty(runtime)
            ? {
                message: `has no ${isEmpty(value) ? "handler" : "runtime"}.`,
                fix: 'Set handler and runtime, or package_type = "Image".',
              }
            : undefined,
        when: "plan",
        prevents: "handler and runtime must be set when PackageType is Zip",
        cause: "Lambda does not read from the file which function to call.",
        bad: zipped({ runtime: null }),
        good: zipped({}),
      },
    ],
  }),
  {
    id: "FN-002",
    severity: "error",
    title: "The role of a function in a VPC may make network interfaces",
    when: "apply",
    prevents:
      "InvalidParameterValueException: The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
    cause:
      "Lambda makes an interface in the subnets with the function's own role, as AWSLambdaVPCAccessExecutionRole allows.",
    reference: `${GUIDE}/configuration-vpc.html#configuration-vpc-permissions`,
    *check(graph) {
      for (const at of graph.ofType(FUNCTION).filter(({ isPlanned }) => isPlanned)) {
        const isInside = blocks(at.get("vpc_config")).blocks.some(({ subnet_ids: ids }) => items(ids).items.length > 0);
        const role = isInside ? roleOf(at.get("role")) : undefined;
        const refused = role ? INTERFACES.filter((action) => isNowhere(graph, role, action)) : [];
        if (!role || refused.length === 0) continue;
        yield {
          at: role,
          message: `is not allowed to call ${refused.join(", ")}, which ${at.address} needs for its vpc_config.`,
          fix: "Attach arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole.",
        };
      }
    },
  },
  {
    id: "FN-003",
    severity: "error",
    title: "The role of a function may read what calls it",
    when: "apply",
    prevents:
      "InvalidParameterValueException: The provided execution role does not have permissions to call ReceiveMessage on SQS",
    cause: "Lambda fetches messages and records with the function's own role.",
    reference: `${GUIDE}/services-sqs-configure.html`,
    *check(graph) {
      for (const at of graph.ofType("aws_lambda_event_source_mapping").filter(({ isPlanned }) => isPlanned)) {
        const source = linkedResource(at.get("event_source_arn"), ...Object.keys(SOURCES));
        const role = roleOf(linkedResource(at.get("function_name"), FUNCTION)?.get("role"));
        const needs = source && SOURCES[source.type];
        if (!source || !role || !needs) continue;
        const target = targetOf(source, arn(needs.service, needs.before, ...namePattern(source)));
        const permissions = permissionsOf(graph, role);
        const refused = needs.actions.filter((action) => roleMay(permissions, action, target) === "no");
        if (refused.length === 0) continue;
        yield {
          at: role,
          message: `is not allowed to call ${refused.join(", ")} on ${source.address}, which ${at.address} needs.`,
          fix: `Allow ${refused.join(", ")} on ${source.address} in a policy of this role.`,
        };
      }
    },
  },
  defineRule({
    id: "FN-004",
    severity: "error",
    title: "A function allows the services that call it",
    reference: `${GUIDE}/access-control-resource-based.html`,
    problems: {
      logs: {
        when: "apply",
        prevents:
          "InvalidParameterException: Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
        cause:
          "CloudWatch Logs calls the function once when the filter is created; an aws_lambda_permission must allow it.",
      },
      rotation: {
        when: "apply",
        prevents:
          "AccessDeniedException: Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.",
        cause:
          "Secrets Manager calls the function by the function's own policy; Terraform does not add to it by itself.",
      },
      topic: {
        when: "runtime",
        prevents: "no error: the function is never called. The metric NumberOfNotificationsFailed of the topic counts",
        cause: "SNS calls a function by the function's own policy; Terraform does not add to it by itself.",
      },
    },
    check: uncallable,
  }),
];

/** Whether a role is allowed it for nothing at all. */
function isNowhere(graph: Graph, role: Resource, action: string): boolean {
  return roleMaySomewhere(permissionsOf(graph, role), action) === "no";
}

function* uncallable(graph: Graph): Generator<KindOfProblem<CallKind>> {
  for (const { type, attribute, service, kind, where = () => true } of CALLERS) {
    const callers = graph.ofType(type).filter((one) => one.isPlanned && where(one));
    const isCallable = callers.length > 0 ? callableBy(graph, service) : () => true;
    for (const at of callers) {
      const called = calledFunction(at.get(attribute));
      if (!called || isCallable(called)) continue;
      yield {
        kind,
        at,
        message: `calls ${called.address}, which has no aws_lambda_permission for ${service}.`,
        fix: `Add an aws_lambda_permission with action "lambda:InvokeFunction" and principal "${service}", and name it in depends_on.`,
        attribute,
      };
    }
  }
}

function calledFunction(value: Value | undefined): Resource | undefined {
  const called = linkedResource(value, FUNCTION);
  return called?.isMade ? called : undefined;
}
