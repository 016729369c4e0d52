import { type Block, block, blocks, flag, isAbsent, number, text } from "@operation-app/preflight/graph";
import { hourly, type Line, type Meters, monthly, numberOr, textOr, unknown } from "./meter.ts";

const FREE_GP3_IOPS = 3_000;
const FREE_GP3_MIBPS = 125;

/** EC2 with Linux, and its volumes. */
export const COMPUTE: Meters = {
  aws_instance: (instance) => {
    const type = text(instance.get("instance_type"));
    if (type === undefined) return [unknown("instance", "instance_type is not known")];
    const root = block(instance.get("root_block_device"));
    return [
      hourly(`${type}, Linux`, `ec2.${type}`),
      ...(flag(instance.get("associate_public_ip_address"), false)
        ? [hourly("public IPv4 address", "public-ipv4-hour")]
        : []),
      ...volumeLines("root volume", { size: root?.volume_size, type: root?.volume_type, ...pick(root) }),
      ...blocks(instance.get("ebs_block_device")).blocks.flatMap((one) =>
        volumeLines("volume", { size: one.volume_size, type: one.volume_type, ...pick(one) }),
      ),
    ];
  },

  aws_ebs_volume: (volume) => volumeLines("volume", volume.values),
};

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
