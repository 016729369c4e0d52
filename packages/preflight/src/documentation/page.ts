import { type Block, isBlock, isList, type Value } from "../graph/value.ts";
import { type Example, failuresOf, type Resources, type Rule, type When } from "../rule.ts";
import { FAILURE_MODES } from "./failure-modes.ts";

const FAMILIES: Readonly<Record<string, string>> = {
  NET: "Network",
  LB: "Load balancer",
  IAM: "Permissions",
  ECR: "Registry",
  ECS: "Containers",
  COG: "Cognito",
  DNS: "Names and certificates",
  DB: "Databases",
  CACHE: "Caches",
  REF: "References",
  STATE: "State and plans",
};

const SHOWS: Readonly<Record<When, string>> = {
  plan: "`terraform plan`",
  apply: "`terraform apply`",
  push: "pushing an image",
  runtime: "at runtime, after a successful apply",
  destroy: "`terraform destroy`",
};

/** `packages/preflight/docs/rules.md`: how to use preflight, and every rule. */
export function preflightPage(rules: readonly Rule[]): string {
  return [
    INTRODUCTION,
    failureTable(rules),
    "## The rules",
    ...families(sorted(rules)).flatMap(([family, own]) => [`### ${family}`, ...own.map(ruleSection)]),
  ]
    .join("\n\n")
    .concat("\n");
}

const INTRODUCTION = `<!-- Made by \`npm run docs\` from the rules themselves; a test compares. -->

# Preflight

[日本語での使い方](README.ja.md)

What would fail at apply, or die at runtime without a word, is found before anything exists. Preflight reads a
configuration as a graph — what refers to what — and asks it what AWS would: does this task reach its registry, may this
role read that secret, does the load balancer's log-in lead back to it?

It runs on every stack at the end of each synth, so \`cdktf synth\`, \`diff\` and \`deploy\` stop on an **error** (it will fail)
and tell of a **warning** (it will likely hurt). And it runs on any file:

\`\`\`sh
bin/infra check cdktf.out/stacks/production/cdk.tf.json
bin/infra check ../other-project/plan.json   # a plan of any project: see below
bin/infra check plan.json --format json   # or sarif, for code scanning
bin/infra check plan.json --path aws_ecs_service.app ecr.api   # one connection, hop by hop
\`\`\`

A plan comes from the project that it is of: there, \`terraform plan -out=plan.bin\` and
\`terraform show -json plan.bin > plan.json\`. It holds secrets in the clear, so delete it afterwards.

Exit codes: 0 no error, 1 at least one error (or the path is blocked), 2 the file can't be used. JSON is
\`{"findings":[{"id","severity","address","message","cause","fix","source"?}]}\`; \`source\` is there at synth, where the line
is known that made the resource. \`message\` goes on from the address: "aws_lb.main" "has one subnet only". What Terraform
calls \`manage_master_user_password\` is \`manageMasterUserPassword\` in TypeScript.

## The way of one connection

\`--path <from> <to>\` looks at security groups, network ACLs, route tables, NAT and endpoints in their order, and shows
where it stops:

\`\`\`
$ bin/infra check cdktf.out/stacks/production/cdk.tf.json --path aws_ecs_service.ecs_app_service ecr.api
aws_ecs_service.ecs_app_service → ecr.api
  ✓ aws_security_group.firewall_app: lets out to aws_vpc_endpoint.network_endpoint_ecr_api on 443
  ✓ aws_security_group.firewall_endpoints: lets aws_security_group.firewall_app in on 443
It gets through.
\`\`\`

It leads to an AWS service (\`ecr.api\`, \`s3\`, \`logs\`, \`secretsmanager\` …), an address and a port
(\`aws_ecs_service.app:3000\`), a database (\`aws_db_instance.main\`) or the \`internet\`; and from the \`internet\` it asks
whether a load balancer can be reached.

## What it knows, and what not

- A **configuration** in JSON tells everything that is written, and nothing of what is in the account. A **plan** knows
  what is there already, and what would be replaced; of what is new it knows what refers to what, but not the text around
  a reference, nor what a \`local\` is made of.
- A value that can't be known is never guessed: a rule that needs it says nothing. What is looked up (\`data\`), named by an
  id, or made by a module that is not in the file counts as unknown; so does what is added to a
  group, a table or a role that such a module, another provider or a CloudFormation stack is given.
- Paths are computed over security groups in all styles, network ACLs both ways, route tables (the main one included),
  internet and NAT gateways, NAT instances, gateway and interface endpoints with their groups, private DNS and policies.
  IPv4 only; transit gateways, peerings and firewalls count as unknown.
- A variable's default is taken as its value, except where it switches something off.
- A plan that changes nothing only warns: what is there already works, or is known not to.
- Networks are judged for services of ECS, load balancers, databases, caches and file systems; permissions for starting
  tasks, for ECS Exec and for log deliveries. What else an app may do, a Lambda function or a queue, is not looked at:
  "nothing found" is no approval of these.
- It does not judge security or cost, and does not replace \`terraform validate\`, which knows every argument.

## Acknowledging a finding

A finding that you know and accept goes into the environment file, by id and address, with the reason. One that matches
nothing any more is a warning itself (\`ACK-001\`).

\`\`\`ts
acknowledgements: [
  { id: "NET-114", address: "aws_ecs_service.ecs_app_service", reason: "Only the load balancer logs people in." },
],
\`\`\`

An error that is acknowledged does not stop a synth. On a file, \`--environment production\` takes that environment's
acknowledgements into account, and says how many findings it left out.`;

function failureTable(rules: readonly Rule[]): string {
  const ids = new Set(rules.map(({ id }) => id));
  const rows = FAILURE_MODES.map((mode) => {
    const unknown = mode.rules?.find((id) => !ids.has(id));
    if (unknown) throw new Error(`${unknown} is not a rule, and is said to stop "${mode.failure}".`);
    return `| ${[mode.area, mode.failure, mode.type ?? "", mode.schema ?? "", (mode.rules ?? []).map(link).join(", "), mode.unknowable ?? ""].map(cell).join(" | ")} |`;
  });
  return [
    "## What people have met, and what stops it",
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

/** Families in their order, and rules by their numbers. */
function sorted(rules: readonly Rule[]): Rule[] {
  const order = Object.keys(FAMILIES);
  const [family, number] = [
    (id: string) => order.indexOf(id.split("-")[0] ?? ""),
    (id: string) => Number(id.split("-")[1]),
  ];
  return [...rules].sort((a, b) => family(a.id) - family(b.id) || number(a.id) - number(b.id));
}

function families(rules: readonly Rule[]): [string, Rule[]][] {
  const found = new Map<string, Rule[]>();
  for (const rule of rules) {
    const family = FAMILIES[rule.id.split("-")[0] ?? ""] ?? "Others";
    found.set(family, [...(found.get(family) ?? []), rule]);
  }
  return [...found];
}

function ruleSection(rule: Rule): string {
  return [
    `#### ${rule.id}`,
    `**${rule.title}** (${rule.severity}).`,
    ...failuresOf(rule).map(
      ({ when, prevents, cause }) => `${cause} Without it, ${SHOWS[when]}: \`${prevents.replaceAll("`", "'")}\``,
    ),
    ...(rule.examples ?? []).map(exampleBlock),
    `<${rule.reference}>`,
  ].join("\n\n");
}

function exampleBlock({ bad, good }: Example): string {
  return ["```hcl", "# refused", ...configuration(bad), "", "# taken", ...configuration(good), "```"].join("\n");
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
