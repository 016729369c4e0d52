import { posix } from "node:path";
import type { Graph } from "../graph/graph.ts";
import { load } from "../graph/load.ts";
import { type Block, isBlock, isList, type Value } from "../graph/value.ts";
import { outcomeOf } from "../outcome.ts";
import { preflight } from "../preflight.ts";
import { type Example, type Failure, failuresOf, type Resources, type Rule, type Severity } from "../rule.ts";
import type { RuleGroup } from "../rules/index.ts";
import { FAILURE_MODES } from "./failure-modes.ts";

/** The pages of `packages/preflight/docs` that are made of the rules, by their paths there. */
export async function preflightPages(groups: readonly RuleGroup[]): Promise<ReadonlyMap<string, string>> {
  const inOrder = groups.map((group) => ({ ...group, rules: sorted(group.rules) }));
  const pages = inOrder.map(async (group) => [pathOf(group), await groupPage(group)] as const);
  return new Map([["rules.md", indexPage(inOrder)], ...(await Promise.all(pages))]);
}

/** How to use preflight, what it knows, and where each rule is described. */
function indexPage(groups: readonly RuleGroup[]): string {
  const sections = [
    "## The rules",
    ...groups.flatMap((group) => [
      `### [${group.title}](${pathOf(group)})`,
      group.rules.map((rule) => indexLine(rule, pathOf(group))).join("\n"),
    ]),
  ];
  return page([INTRODUCTION, failureTable(), ...sections]);
}

function indexLine({ id, title, severity }: Rule, page: string): string {
  const anchor = id.toLowerCase();
  return `- <a id="${anchor}"></a>[${id}](${page}#${anchor}) ${title} (${severity})`;
}

async function groupPage(group: RuleGroup): Promise<string> {
  const sections = await Promise.all(group.rules.map(ruleSection));
  const index = posix.relative(posix.join(DOCS, pathOf(group), ".."), posix.join(DOCS, "rules.md"));
  const source = group.page === undefined ? `src/rules/${group.name}` : `src/${group.name}`;
  return page([GENERATED, `# ${group.title}`, `[All rules](${index}). Made of \`${source}\`.`, ...sections.flat()]);
}

const DOCS = "/packages/preflight/docs";

/** Path of a group's page, from the index. */
function pathOf({ name, page: path = `rules/${name}.md` }: RuleGroup): string {
  return path;
}

function page(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}

const GENERATED = "<!-- Made by `node bin/infra docs` from the rules themselves; a test compares. -->";

const INTRODUCTION = `${GENERATED}

# Preflight

[日本語での使い方](README.ja.md)

Preflight finds what would fail at apply, or fail silently at runtime, before anything is made. It reads a configuration
as a graph — what refers to what — and asks what AWS would: does this task reach its registry, is this role allowed to
read that secret, does the load balancer's login lead back to it?

It runs on every stack at the end of each synth, so \`cdktf synth\`, \`diff\` and \`deploy\` stop on an **error** (it will fail)
and print a **warning** (it will likely hurt). And it runs on any file:

\`\`\`sh
bin/infra check cdktf.out/stacks/production/cdk.tf.json
bin/infra check ../other-project/plan.json   # a plan of any project: see below
bin/infra check plan.json --format json   # or sarif, for code scanning
bin/infra check plan.json --path aws_ecs_service.app ecr.api   # one connection, hop by hop
bin/infra check plan.json --source ../other-project   # with the source that the plan was made of
bin/infra check --source ../other-project   # a project in HCL, without a plan
\`\`\`

A plan comes from the project that it is of: there, \`terraform plan -out=plan.bin\` and
\`terraform show -json plan.bin > plan.json\`. It holds secrets in the clear, so delete it afterwards.

Exit codes: 0 no error, 1 at least one error (or the path is blocked), 2 the file can't be used. With \`--strict\`, 1 also
where something could not be judged. JSON is
\`{"findings":[{"id","severity","address","message","cause","fix","source"?}],"unjudged"?:[…]}\`; \`source\` is there at synth,
where the line is known that made the resource. \`message\` goes on from the address: "aws_lb.main" "has one subnet only". What Terraform
calls \`manage_master_user_password\` is \`manageMasterUserPassword\` in TypeScript.

## What could not be judged

A plan does not contain what a \`dynamic\` block refers to, what a \`local\` is made of, or a text around the ARN of a new
resource. Where such a value decides, preflight says what it did not judge, and which value is not known:

\`\`\`
1 of 1 services could not be judged for reachability, because
  module.service.aws_ecs_service.this.network_configuration.subnets comes from a dynamic block, whose references a plan does not contain.
  Fix: Pass the plan's source directory, which has these references: --source DIR.

plan.json: no findings. Not everything could be judged.
\`\`\`

In JSON it is \`"unjudged":[{"message","subjects","question","count","of","because":[{"address","attribute","reason"}],"remedy"?}]\`,
which is there only where something was not judged; in SARIF a notification of the run. What is named by an id and is not in
the file (\`is "subnet-…", which is not in this plan\`) is told, too: no source helps there.

\`--source DIR\` is the directory in which \`terraform plan\` was run, after \`terraform init\`: preflight reads its \`.tf\` and
\`.tf.json\` files, the modules under \`.terraform/modules\`, and evaluates them with the variables of the plan. What the plan knows
stays as it is; a source that says something else is not believed. \`bin/infra plan\`, \`apply\` and \`release\` take the source of
their own plans by themselves. Reading it takes a few seconds for large modules.

## A connection, traced

\`--path <from> <to>\` looks at security groups, network ACLs, route tables, NAT and endpoints in their order, and shows
where it stops:

\`\`\`
$ bin/infra check cdktf.out/stacks/production/cdk.tf.json --path aws_ecs_service.ecs_app_service ecr.api
aws_ecs_service.ecs_app_service → ecr.api
  ✓ aws_security_group.firewall_app: lets out to aws_vpc_endpoint.network_endpoint_ecr_api on 443
  ✓ aws_security_group.firewall_endpoints: lets aws_security_group.firewall_app in on 443
It gets through.
\`\`\`

It leads to an AWS service (\`ecr.api\`, \`s3\`, \`logs\`, \`secretsmanager\` …), or to what one keeps (a queue, a bucket, a
secret); to an address and a port (\`aws_ecs_service.app:3000\`), a load balancer, a database, a cache, a function, an
endpoint or an instance; or to the \`internet\`. From the \`internet\` it asks whether something can be reached from outside.

| | how it is judged |
|---|---|
| addresses | Rules and routes are added up: 0.0.0.0/1 and 128.0.0.0/1 are everything, a part is "can't be known". Less than 1 % of the internet counts as nothing |
| answers | A network ACL must let them back on any of the client's ports: 32768–60999 for tasks on Linux, 49152–65535 on Windows, 1024–65535 for load balancers, NAT gateways, functions and people on the internet. Of the ports that it refuses, the share is shown; below 1 % counts as nothing, up to 90 % is a warning |
| the internet as a client | It reaches public addresses only: a load balancer that is not internal, a task with \`assign_public_ip\`, a database that is \`publicly_accessible\`, an instance with a public address |
| a load balancer that faces the internet | Its name leads to public addresses, from within the VPC too: through NAT or a public address, and no security group of the client counts |
| routes | The longest prefix. A route that is more specific than the local one, or leads to a VPN, a peering, a transit gateway or a firewall, can't be looked into; a VPC without any route there or back is not reached |
| S3 and DynamoDB | Through the gateway endpoint of the route table, unless private DNS of an interface endpoint is for the whole VPC (\`private_dns_only_for_inbound_resolver_endpoint = false\`) |
| IPv6 | Not computed. Where IPv4 leads nowhere and addresses, rules and routes may let IPv6 through, the answer is "can't be known" |

## What it knows, and what not

- A **configuration** in JSON tells everything that is written, and nothing of what is in the account. A **plan** knows
  what is there already, and what would be replaced; of what is new it knows what refers to what, but not the text around
  a reference, nor what a \`local\` or a \`dynamic\` block is made of: that is in its source.
- A value that can't be known is never guessed: a rule that needs it says nothing, and the report says what was [not
  judged](#what-could-not-be-judged). What is looked up (\`data\`), named by an
  id, or made by a module that is not in the file counts as unknown; so does what is added to a
  group, a table or a role that such a module, another provider or a CloudFormation stack is given.
- Paths are computed over security groups in all styles, network ACLs both ways, route tables (the main one included),
  internet and NAT gateways, NAT instances, gateway and interface endpoints with their groups, private DNS and policies:
  see [the table](#a-connection-traced).
- A variable's default is taken as its value, except where it switches something off.
- A plan that changes nothing only warns: what is there already works, or is known not to.
- Networks are judged for services of ECS, load balancers, databases, caches and file systems; permissions for starting
  tasks (by a schedule too), for ECS Exec, for log deliveries, and for what EventBridge and buckets call. What else an app may do, a Lambda function or a queue, is not looked at:
  "no findings" is no approval of these.
- It does not judge security or cost, and does not replace \`terraform validate\`, which knows every argument.

## Acknowledging a finding

A finding that you know and accept goes into the environment file, by id and address, with the reason. One that matches
nothing any more is a warning itself (\`ACK-001\`).

\`\`\`ts
acknowledgements: [
  { id: "NET-114", address: "aws_ecs_service.ecs_app_service", reason: "Only the load balancer logs users in." },
],
\`\`\`

An error that is acknowledged does not stop a synth. On a file, \`--environment production\` takes that environment's
acknowledgements into account, and says how many findings it left out.`;

function failureTable(): string {
  const rows = FAILURE_MODES.map((mode) => {
    return `| ${[mode.area, mode.failure, mode.type ?? "", mode.schema ?? "", (mode.rules ?? []).map(link).join(", "), mode.unknowable ?? ""].map(cell).join(" | ")} |`;
  });
  return [
    "## Known failures, and what prevents them",
    "The earlier the better: a type of this project does not let it be written, the schema of environments refuses it, or preflight finds it.",
    ["| | failure | type | schema | preflight | can't be known before |", "|---|---|---|---|---|---|", ...rows].join(
      "\n",
    ),
  ].join("\n\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function link(id: string): string {
  return `[${id}](#${id.toLowerCase()})`;
}

function sorted(rules: readonly Rule[]): Rule[] {
  return [...rules].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function ruleSection(rule: Rule): Promise<string[]> {
  const { id, title, severity, reference, examples = [] } = rule;
  const failures = failuresOf(rule).map((failure) => failureText(failure, severity));
  return [
    `## ${id}`,
    `**${title}** (${severity}, [reference](${reference}))`,
    failures.length === 1 ? failures.join() : failures.map((text) => `- ${text}`).join("\n"),
    ...(await Promise.all(examples.map((example) => exampleBlock(rule, example)))),
  ];
}

function failureText(failure: Failure & { readonly severity: Severity }, usual: Severity): string {
  const { how, what, silent } = outcomeOf(failure);
  const shown = silent ? `${what.replace(/\.$/, "")}.` : `\`${what.replaceAll("`", "'")}\``;
  return `${failure.cause} ${how}: ${shown}${failure.severity === usual ? "" : ` (${failure.severity})`}`;
}

/** A bad example and what the rule says of it, and a good one. */
async function exampleBlock(rule: Rule, { bad, good }: Example): Promise<string> {
  const found = preflight(await graphOf(bad), [rule]);
  const comments = found.map(({ address, message, fix }) => `# ${address} ${message} ${fix}`);
  return ["```hcl", ...comments, ...configuration(bad), "", "# good", ...configuration(good), "```"].join("\n");
}

/** A configuration with the resources of an example. */
export function graphOf(resources: Resources): Promise<Graph> {
  const resource = Object.fromEntries(Object.entries(resources).map(([type, main]) => [type, { main }]));
  return load({ resource }, "example.tf.json");
}

/** Resources in Terraform's own language. */
function configuration(resources: Resources): string[] {
  return Object.entries(resources).map(([type, body]) => `resource "${type}" "main" ${bodyOf(body)}`);
}

function bodyOf(body: Block, indent = ""): string {
  const lines = Object.entries(body).flatMap(([name, value]) => {
    const inner = isBlock(value) ? [value] : isList(value) && value.every(isBlock) ? value : undefined;
    if (!inner || inner.length === 0) return [`${indent}  ${name} = ${expressionOf(value)}`];
    return inner.map((one) => `${indent}  ${name} ${bodyOf(one, `${indent}  `)}`);
  });
  return ["{", ...lines, `${indent}}`].join("\n");
}

/** A value; what is nothing but a reference stands without `${}`. */
function expressionOf(value: Value): string {
  if (isList(value)) return `[${value.map(expressionOf).join(", ")}]`;
  return JSON.stringify(value).replace(/^"\$\{([^{}]*)\}"$/, "$1");
}
