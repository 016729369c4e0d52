import {
  type Block,
  block,
  blocks,
  flag,
  isAbsent,
  linked,
  number,
  type Resource,
  text,
  type Value,
} from "@operation-app/preflight/graph";
import { times } from "../range.ts";
import { hourly, type Line, type Meters, monthly, numberOr, textOr, unknown, withoutNull } from "./meter.ts";

const FREE_GP3_IOPS = 3_000;
const FREE_GP3_MIBPS = 125;

/** Metrics of detailed monitoring. Source: https://aws.amazon.com/cloudwatch/pricing/ */
const DETAILED_METRICS = 7;

/** EC2 with Linux, and its volumes. */
export const COMPUTE: Meters = {
  aws_instance: (instance) => {
    const template = templateOf(instance) ?? {};
    const values = { ...template, ...withoutNull(instance.values) };
    const isMonitored = flag(
      values.monitoring === template.monitoring ? block(template.monitoring)?.enabled : values.monitoring,
      false,
    );
    return [
      ...instanceLines(values, text(values.tenancy ?? block(template.placement)?.tenancy), isMonitored),
      ...addressLines(values.associate_public_ip_address),
      ...deviceLines("root volume", block(values.root_block_device)),
      ...[...blocks(values.ebs_block_device).blocks, ...mappedIn(template)].flatMap((one) =>
        deviceLines("volume", one),
      ),
    ];
  },

  aws_autoscaling_group: (group) => {
    const [least, most] = [number(group.get("min_size")), number(group.get("max_size"))];
    const template = templateOf(group);
    if (least === undefined || most === undefined) return [unknown("instances", "min_size or max_size is not known")];
    if (template === undefined) return [unknown("instances", "their launch template is not in this configuration")];
    const placement = block(template.placement);
    const each = [
      ...instanceLines(template, text(placement?.tenancy), flag(block(template.monitoring)?.enabled, false)),
      ...addressLines(block(template.network_interfaces)?.associate_public_ip_address),
      ...mappedIn(template).flatMap((one) => deviceLines("volume", one)),
    ];
    return each.map((line) =>
      "unknown" in line ? line : { ...line, count: times(line.count, { low: least, high: most }) },
    );
  },

  aws_ebs_volume: (volume) => volumeLines("volume", volume.values),
};

/** What a group or an instance is made of: its launch template, or its launch configuration. */
function templateOf(group: Resource): Block | undefined {
  const { id, name } = block(group.get("launch_template")) ?? {};
  const template = linked(id ?? name, "aws_launch_template").resources[0];
  const configuration = linked(group.get("launch_configuration"), "aws_launch_configuration").resources[0];
  return (template ?? configuration)?.values;
}

/** Volumes of a launch template or configuration. */
function mappedIn(template: Block): Block[] {
  return ["block_device_mappings", "root_block_device", "ebs_block_device"].flatMap((name) =>
    blocks(template[name]).blocks.map((one) => block(one.ebs) ?? one),
  );
}

function instanceLines(values: Block, tenancy: string | undefined, isMonitored: boolean | undefined): Line[] {
  const type = text(values.instance_type);
  if (type === undefined) return [unknown("instance", "instance_type is not known")];
  if (tenancy !== undefined && tenancy !== "" && tenancy !== "default")
    return [unknown("instance", `${type} of tenancy ${tenancy}`)];
  if (block(values.instance_market_options) !== undefined || !isAbsent(values.spot_price))
    return [unknown("instance", `${type} on Spot, whose price moves`)];
  return [
    hourly(`${type}, Linux`, `ec2.${type}`),
    ...(isMonitored ? [monthly("detailed monitoring", "metric", DETAILED_METRICS)] : []),
  ];
}

function addressLines(isPublic: Value | undefined): Line[] {
  return flag(isPublic, false) ? [hourly("public IPv4 address", "public-ipv4-hour")] : [];
}

function deviceLines(what: string, device: Block | undefined): Line[] {
  return volumeLines(what, { size: device?.volume_size, type: device?.volume_type, ...pick(device) });
}

function pick(device: Block | undefined): Block {
  return {
    ...(device?.iops !== undefined && { iops: device.iops }),
    ...(device?.throughput !== undefined && { throughput: device.throughput }),
  };
}

function volumeLines(what: string, { size, type, iops, throughput }: Partial<Block>): Line[] {
  const [kind, gb] = [textOr(type, "gp2"), number(size)];
  if (kind === undefined || gb === undefined)
    return [
      unknown(what, isAbsent(size) ? "its size is that of its image or snapshot" : "its size or type is not known"),
    ];
  const free = kind === "gp3" ? FREE_GP3_IOPS : 0;
  const extra = kind === "gp3" || kind.startsWith("io") ? Math.max((numberOr(iops, 0) ?? 0) - free, 0) : 0;
  const faster = kind === "gp3" ? Math.max((numberOr(throughput, 0) ?? 0) - FREE_GP3_MIBPS, 0) : 0;
  return [
    monthly(`${what}, ${kind}`, `ebs-${kind}-gb`, gb),
    ...(extra > 0 ? [monthly(`${what}, provisioned IOPS`, `ebs-${kind}-iops`, extra)] : []),
    ...(faster > 0 ? [monthly(`${what}, throughput`, "ebs-gp3-mibps", faster)] : []),
  ];
}
