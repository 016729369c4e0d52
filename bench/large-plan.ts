// Plans of any size, as of one stack with very many services: modules by `for_each`, policies, secrets, drift. Of each ten
// services six stay, two change, one is new and one goes. Written in pieces: no text is as long as the file.

import { once } from "node:events";
import { createWriteStream } from "node:fs";

const ACCOUNT = "123456789012";
const REGION = "ap-northeast-1";

type Values = Readonly<Record<string, unknown>>;

interface Planned {
  readonly type: string;
  readonly name: string;
  readonly before: Values | null;
  readonly after: Values | null;
  readonly unknown: Values;
  readonly sensitive: Values;
}

/** Writes a plan of about so many megabytes. @returns the number of its services */
export async function writeLargePlan(file: string, megabytes: number): Promise<number> {
  const bytesOfOne = Array.from({ length: 10 }, (_, index) => pieces(index)).reduce(
    (sum, parts) => sum + Object.values(parts).join().length / 10,
    0,
  );
  const count = Math.ceil((megabytes * 1e6) / bytesOfOne);
  const out = createWriteStream(file);
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, "drain");
  };
  const each = async (part: keyof ReturnType<typeof pieces>) => {
    let isFirst = true;
    for (let index = 0; index < count; index++) {
      const text = pieces(index)[part];
      if (text === "") continue;
      await write(isFirst ? text : `,${text}`);
      isFirst = false;
    }
  };
  await write('{"format_version":"1.2","terraform_version":"1.11.4","complete":true,"errored":false,');
  await write(
    `"variables":${JSON.stringify({ domain: { value: "example.com" } })},"planned_values":{"root_module":{"child_modules":[`,
  );
  await each("planned");
  await write(']}},"prior_state":{"format_version":"1.0","values":{"root_module":{"child_modules":[');
  await each("prior");
  await write(`]}}},"configuration":${JSON.stringify(configuration())},"resource_drift":[`);
  await each("drift");
  await write('],"resource_changes":[');
  await each("changes");
  await write("]}");
  out.end();
  await once(out, "close");
  return count;
}

function pieces(index: number) {
  const address = `module.service["${nameOf(index)}"]`;
  const all = resourcesOf(index);
  const side = (of: "before" | "after", resources: readonly Planned[]) =>
    resources.some((one) => one[of] !== null)
      ? JSON.stringify({
          address,
          resources: resources.flatMap(({ type, name, [of]: values, sensitive }) =>
            values === null
              ? []
              : [
                  {
                    address: `${address}.${type}.${name}`,
                    mode: "managed",
                    type,
                    name,
                    ...PROVIDER,
                    schema_version: 0,
                    values,
                    sensitive_values: sensitive,
                  },
                ],
          ),
        })
      : "";
  const changes = all.map(({ type, name, before, after, unknown, sensitive }) => ({
    address: `${address}.${type}.${name}`,
    module_address: address,
    mode: "managed",
    type,
    name,
    ...PROVIDER,
    change: {
      actions: before === null ? ["create"] : after === null ? ["delete"] : before === after ? ["no-op"] : ["update"],
      before,
      after,
      after_unknown: unknown,
      before_sensitive: before === null ? false : sensitive,
      after_sensitive: after === null ? false : sensitive,
    },
  }));
  const drifted = index % 20 === 0 ? changes.filter(({ type }) => type === "aws_ecs_service") : [];
  return {
    planned: side("after", all),
    prior: side("before", all),
    changes: changes.map((one) => JSON.stringify(one)).join(","),
    drift: drifted
      .map((one) =>
        JSON.stringify({
          ...one,
          change: { ...one.change, actions: ["update"], after: { ...one.change.before, desired_count: 9 } },
        }),
      )
      .join(","),
  };
}

const PROVIDER = { provider_name: "registry.terraform.io/hashicorp/aws" };

function nameOf(index: number): string {
  return `service-${index}`;
}

function resourcesOf(index: number): Planned[] {
  const kind = index % 10;
  return TYPES.map(({ type, name, values, computed, sensitive }) => {
    const id = `${type}-${index}`;
    const known = { ...values(index, "1"), ...Object.fromEntries(computed.map((one) => [one, arn(one, id)])), id };
    const changed = { ...known, ...values(index, "2") };
    if (kind === 8)
      return {
        type,
        name,
        sensitive,
        before: null,
        after: values(index, "1"),
        unknown: Object.fromEntries([...computed, "id"].map((one) => [one, true])),
      };
    if (kind === 9) return { type, name, sensitive, before: known, after: null, unknown: {} };
    const isChanged = kind >= 6 && JSON.stringify(known) !== JSON.stringify(changed);
    return { type, name, sensitive, before: known, after: isChanged ? changed : known, unknown: {} };
  });
}

function arn(attribute: string, id: string): string {
  return attribute === "arn" ? `arn:aws:ecs:${REGION}:${ACCOUNT}:${id}` : `${attribute}-${id}`;
}

interface Kind {
  readonly type: string;
  readonly name: string;
  readonly values: (index: number, version: string) => Values;
  readonly computed: readonly string[];
  readonly sensitive: Values;
}

const tags = (index: number) => ({
  tags: { Name: nameOf(index), Team: `team-${index % 7}` },
  tags_all: { Name: nameOf(index), Team: `team-${index % 7}`, Environment: "production" },
});

const TYPES: readonly Kind[] = [
  {
    type: "aws_ecs_task_definition",
    name: "this",
    computed: ["arn"],
    sensitive: {},
    values: (index, version) => ({
      family: nameOf(index),
      cpu: "256",
      memory: "512",
      network_mode: "awsvpc",
      requires_compatibilities: ["FARGATE"],
      execution_role_arn: `arn:aws:iam::${ACCOUNT}:role/${nameOf(index)}`,
      task_role_arn: `arn:aws:iam::${ACCOUNT}:role/${nameOf(index)}`,
      container_definitions: JSON.stringify([
        {
          name: "app",
          image: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${nameOf(index)}:${version}`,
          essential: true,
          portMappings: [{ containerPort: 3000 }],
          environment: Array.from({ length: 40 }, (_, one) => ({
            name: `SETTING_${one}`,
            value: `value ${one} of ${nameOf(index)}`,
          })),
          secrets: Array.from({ length: 5 }, (_, one) => ({
            name: `SECRET_${one}`,
            valueFrom: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${nameOf(index)}-${one}`,
          })),
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-group": nameOf(index), "awslogs-region": REGION },
          },
        },
      ]),
      ...tags(index),
    }),
  },
  {
    type: "aws_ecs_service",
    name: "this",
    computed: [],
    sensitive: {},
    values: (index, version) => ({
      name: nameOf(index),
      cluster: "main",
      launch_type: "FARGATE",
      desired_count: Number(version),
      task_definition: `arn:aws:ecs:${REGION}:${ACCOUNT}:task-definition/${nameOf(index)}:${version}`,
      load_balancer: [
        {
          target_group_arn: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:targetgroup/${nameOf(index)}`,
          container_name: "app",
          container_port: 3000,
        },
      ],
      network_configuration: [
        {
          assign_public_ip: false,
          security_groups: [`aws_security_group-${index}`],
          subnets: ["subnet-a", "subnet-b"],
        },
      ],
      ...tags(index),
    }),
  },
  ...["task", "execution"].map((name) => ({
    type: "aws_iam_role_policy",
    name,
    computed: [],
    sensitive: {},
    values: (index: number, version: string) => ({
      name,
      role: `${nameOf(index)}-${name}`,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: Array.from({ length: 8 }, (_, one) => ({
          Sid: `S${one}`,
          Effect: "Allow",
          Action: one === 3 && version === "2" ? ["s3:PutObject"] : ["s3:GetObject", "logs:PutLogEvents"],
          Resource: `arn:aws:s3:::${nameOf(index)}-${one}/*`,
        })),
      }),
    }),
  })),
  {
    type: "aws_security_group",
    name: "this",
    computed: ["arn"],
    sensitive: {},
    values: (index, version) => ({
      name: nameOf(index),
      vpc_id: "vpc-1",
      ingress: [
        {
          protocol: "tcp",
          from_port: 3000,
          to_port: 3000,
          cidr_blocks: [version === "1" ? "10.0.0.0/16" : "10.0.0.0/8"],
          ipv6_cidr_blocks: [],
          prefix_list_ids: [],
          security_groups: [],
          self: false,
          description: "",
        },
      ],
      egress: [
        {
          protocol: "-1",
          from_port: 0,
          to_port: 0,
          cidr_blocks: ["0.0.0.0/0"],
          ipv6_cidr_blocks: [],
          prefix_list_ids: [],
          security_groups: [],
          self: false,
          description: "",
        },
      ],
      ...tags(index),
    }),
  },
  {
    type: "aws_lb_target_group",
    name: "this",
    computed: ["arn"],
    sensitive: {},
    values: (index, version) => ({
      name: nameOf(index),
      port: 3000,
      protocol: "HTTP",
      target_type: "ip",
      vpc_id: "vpc-1",
      health_check: [{ path: `/up${version}`, matcher: "200", interval: 30, timeout: 5 }],
      ...tags(index),
    }),
  },
  {
    type: "aws_cloudwatch_log_group",
    name: "this",
    computed: ["arn"],
    sensitive: {},
    values: (index) => ({ name: nameOf(index), retention_in_days: 30, ...tags(index) }),
  },
  {
    type: "aws_ssm_parameter",
    name: "key",
    computed: ["arn"],
    sensitive: { value: true },
    values: (index, version) => ({
      name: `/${nameOf(index)}/key`,
      type: "SecureString",
      value: `hunter2-${index}-${version}`,
      ...tags(index),
    }),
  },
  {
    type: "aws_db_instance",
    name: "this",
    computed: ["arn", "endpoint"],
    sensitive: { password: true },
    values: (index, version) => ({
      identifier: nameOf(index),
      engine: "mysql",
      engine_version: "8.0",
      instance_class: "db.t4g.micro",
      username: "app",
      password: `correct horse ${index}`,
      backup_retention_period: 6 + Number(version),
      storage_encrypted: true,
      deletion_protection: true,
      ...tags(index),
    }),
  },
  {
    type: "aws_route53_record",
    name: "this",
    computed: ["fqdn"],
    sensitive: {},
    values: (index) => ({
      name: `${nameOf(index)}.example.com`,
      type: "CNAME",
      ttl: 60,
      zone_id: "Z1",
      records: ["lb.example.com"],
    }),
  },
];

function configuration() {
  const resources = TYPES.map(({ type, name, values }) => ({
    address: `${type}.${name}`,
    mode: "managed",
    type,
    name,
    provider_config_key: "aws",
    schema_version: 0,
    expressions: Object.fromEntries(Object.keys(values(0, "1")).map((key) => [key, { references: ["var.name"] }])),
  }));
  return {
    provider_config: { aws: { name: "aws", expressions: { region: { constant_value: REGION } } } },
    root_module: {
      module_calls: {
        service: {
          source: "./service",
          expressions: { name: { references: ["each.key"] } },
          for_each_expression: { references: ["local.services"] },
          module: { resources, variables: { name: {} } },
        },
      },
    },
  };
}
