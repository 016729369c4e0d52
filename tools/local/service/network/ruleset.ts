import type { IpPermission } from "@aws-sdk/client-ec2";

/** One rule of a security group. */
export interface Permission extends IpPermission {
  /** Ranges and single addresses as they are on this machine, also those of the interfaces that have a named group. */
  readonly addresses: readonly string[];
}

/** What an interface lets through. */
export interface Filter {
  readonly ingress: readonly Permission[];
  readonly egress: readonly Permission[];
  /** Range of the VPC. */
  readonly vpc: string;
  /** Whether the subnet has a way to the internet. */
  readonly hasInternet: boolean;
  readonly machine: Machine;
}

/** This machine as containers see it. */
export interface Machine {
  /** Where names are resolved, too. */
  readonly address: string;
  /** Where all of AWS answers. */
  readonly awsPort: number;
  /** Where a task gets the credentials of its role, under the address that it has on AWS. */
  readonly credentialsPort: number;
  /** Where a load balancer has people log in, which speaks to Cognito for it. */
  readonly loginPort: number;
}

/** On AWS, groups do not apply to it. */
const CREDENTIALS_ADDRESS = "169.254.170.2";

/**
 * An interface's security groups, and its subnet's way to the internet, as nftables takes them. As on AWS, both directions
 * are closed but for what is opened, answers come back by themselves, and names are resolved whatever the groups say.
 *
 * @returns text for `nft -f -` that replaces what was before
 */
export function ruleset({ ingress, egress, vpc, hasInternet, machine }: Filter): string {
  const aws = hasInternet && egress.some(reachesAws) ? "accept" : "drop";
  const { address, awsPort, credentialsPort, loginPort } = machine;
  return [
    "table inet vpc",
    "delete table inet vpc",
    "table inet vpc {",
    "chain input {",
    "type filter hook input priority 0; policy drop;",
    'iif "lo" accept',
    "ct state established,related accept",
    ...ingress.flatMap((permission) => lines("saddr", permission)),
    "}",
    "chain output {",
    "type filter hook output priority 0; policy drop;",
    'oif "lo" accept',
    "ct state established,related accept",
    `ip daddr ${address} meta l4proto { tcp, udp } th dport 53 accept`,
    `ip daddr ${address} tcp dport ${credentialsPort} accept`,
    `ip daddr ${address} tcp dport { ${awsPort}, ${loginPort} } ${aws}`,
    `ip daddr ${address} drop`,
    ...(hasInternet ? [] : [`ip daddr != ${vpc} drop`]),
    ...egress.flatMap((permission) => lines("daddr", permission)),
    "}",
    "chain credentials {",
    "type nat hook output priority -100; policy accept;",
    `ip daddr ${CREDENTIALS_ADDRESS} tcp dport 80 dnat ip to ${address}:${credentialsPort}`,
    "}",
    "}",
    "",
  ].join("\n");
}

function lines(
  side: "saddr" | "daddr",
  { IpProtocol = "-1", FromPort = -1, ToPort = FromPort, addresses }: Permission,
): string[] {
  return addresses.map((address) => {
    const from = address === "0.0.0.0/0" ? "meta nfproto ipv4" : `ip ${side} ${address}`;
    if (IpProtocol === "-1") return `${from} accept`;
    if (FromPort === -1 || !["tcp", "udp"].includes(IpProtocol)) return `${from} meta l4proto ${IpProtocol} accept`;
    return `${from} ${IpProtocol} dport ${FromPort}-${ToPort} accept`;
  });
}

/** AWS's own addresses are on the internet, where no endpoint leads to them. */
function reachesAws(permission: Permission): boolean {
  return opensHttps(permission) && permission.addresses.includes("0.0.0.0/0");
}

/** Whether a rule is also for HTTPS. */
export function opensHttps({ IpProtocol = "-1", FromPort = 0, ToPort = 65_535 }: IpPermission): boolean {
  return IpProtocol === "-1" || (IpProtocol === "tcp" && FromPort <= 443 && 443 <= ToPort);
}
