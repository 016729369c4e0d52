import { type Check, type Control, each, type Json, option, passes, referring, waived } from "./control.ts";

const ANYWHERE = ["0.0.0.0/0", "::/0"];
/** The first of a block that is there once. */
const firstOf = (block: Json) => (Array.isArray(block) ? block[0] : block);
const isOpen = (rule: Json) => ANYWHERE.includes(rule.cidr_ipv4 ?? rule.cidr_ipv6);

/** What is open to everybody is none of these ports. */
const closed = (...ports: readonly number[]): Check =>
  each(
    "aws_vpc_security_group_ingress_rule",
    (rule) =>
      !isOpen(rule) ||
      (rule.ip_protocol !== "-1" && ports.every((port) => port < rule.from_port || port > rule.to_port)),
  );

/** Ports that EC2.19 calls high risk. Source: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html */
const HIGH_RISK = [
  20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080, 8088, 8888,
  9200, 9300,
];

/** VPC, subnets, security groups and addresses. */
export const NETWORK: readonly Control[] = [
  option(
    ["CKV2_AWS_11", "EC2.6", "CIS 3.7"],
    "VPC flow logging should be enabled in all VPCs",
    { "network.flowLogRetentionDays": 30 },
    "0.76 USD a GB in Tokyo; a small app writes some hundred MB a month.",
    each("aws_vpc", (_vpc, stack) => stack.resource.aws_flow_log !== undefined),
  ),
  passes(
    ["CKV2_AWS_12", "EC2.2", "CIS 5.5"],
    "VPC default security groups should not allow inbound or outbound traffic",
    each(
      "aws_vpc",
      (vpc, stack) =>
        Object.entries(stack.resource.aws_vpc ?? {})
          .filter(([, one]) => one === vpc)
          .flatMap(([name]) => referring(stack, "aws_default_security_group", "vpc_id", `aws_vpc.${name}`))
          .filter(({ ingress, egress }) => ingress === undefined && egress === undefined).length === 1,
    ),
  ),
  passes(
    ["CKV_AWS_130", "EC2.15"],
    "EC2 subnets should not automatically assign public IP addresses",
    each("aws_subnet", (subnet) => subnet.map_public_ip_on_launch !== true),
  ),
  passes(
    ["CKV_AWS_23"],
    "Ensure every security group and rule has a description",
    each("aws_vpc_security_group_ingress_rule", (rule) => Boolean(rule.description)),
  ),
  passes(
    ["CKV_AWS_24", "CKV_AWS_25", "EC2.13", "EC2.14", "EC2.53", "EC2.54", "CIS 5.3", "CIS 5.4"],
    "Security groups should not allow ingress from 0.0.0.0/0 or ::/0 to remote server administration ports",
    closed(22, 3389),
  ),
  passes(
    ["CKV_AWS_277"],
    "Ensure no security groups allow ingress from 0.0.0.0:0 to port -1",
    each("aws_vpc_security_group_ingress_rule", (rule) => !isOpen(rule) || rule.ip_protocol !== "-1"),
  ),
  passes(
    ["CKV_AWS_382"],
    "Ensure no security groups allow egress from 0.0.0.0:0 to port -1",
    each("aws_vpc_security_group_egress_rule", (rule) => !isOpen(rule) || rule.ip_protocol !== "-1"),
  ),
  passes(
    ["EC2.18"],
    "Security groups should only allow unrestricted incoming traffic for authorized ports",
    each(
      "aws_vpc_security_group_ingress_rule",
      (rule) => !isOpen(rule) || (rule.from_port === rule.to_port && [80, 443].includes(rule.from_port)),
    ),
    { note: "80 and 443 of the load balancer." },
  ),
  passes(
    ["EC2.19", "CIS 5.1.2"],
    "Security groups should not allow unrestricted access to ports with high risk",
    closed(...HIGH_RISK),
  ),
  waived(
    ["CKV_AWS_260"],
    "Ensure no security groups allow ingress from 0.0.0.0:0 to port 80",
    "Port 80 of the load balancer answers with the redirect to HTTPS that ELB.1 asks for.",
    closed(80),
  ),
  waived(
    ["CKV2_AWS_1", "EC2.21", "CIS 5.2"],
    "Network ACLs should not allow ingress from 0.0.0.0/0 to port 22 or port 3389",
    "The VPC keeps AWS's default ACL, which lets everything through. Security groups open what is needed, port by port; an ACL would have to repeat them without knowing connections.",
    each("aws_vpc", (_vpc, stack) => stack.resource.aws_default_network_acl !== undefined),
  ),
  passes(
    ["EC2.16"],
    "Unused network access control lists should be removed",
    each("aws_vpc", (_vpc, stack) => stack.resource.aws_network_acl === undefined),
    { note: "None is made." },
  ),
  passes(
    ["CKV2_AWS_5"],
    "Ensure that Security Groups are attached to another resource",
    each("aws_security_group", (group, { resource }) => {
      const [name] = Object.entries(resource.aws_security_group ?? {}).find(([, one]) => one === group) ?? [];
      const { aws_security_group: _own, ...others } = resource;
      return name === "firewall_endpoints" || JSON.stringify(others).includes(`aws_security_group.${name}.id`);
    }),
    { note: "That of the interface endpoints is there, and empty, where there are none." },
  ),
  passes(
    ["CKV2_AWS_19", "EC2.12"],
    "Unused Amazon EC2 EIPs should be removed",
    each(
      "aws_eip",
      (_address, { resource }) =>
        Object.keys(resource.aws_nat_gateway ?? {}).length +
          Object.keys(resource.aws_network_interface ?? {}).length ===
        Object.keys(resource.aws_eip ?? {}).length,
    ),
    { note: "Each is a NAT gateway's, or the NAT instance's." },
  ),
  passes(
    ["CKV_AWS_79", "EC2.170", "AutoScaling.3", "CIS 5.7"],
    "EC2 launch templates should use Instance Metadata Service Version 2",
    each("aws_launch_template", (template) => firstOf(template.metadata_options)?.http_tokens === "required"),
    { note: 'The NAT instance, with `network.nat: "instance"`.' },
  ),
  passes(
    ["CKV_AWS_341", "AutoScaling.4"],
    "The metadata response hop limit of a launch template should not be greater than 1",
    each("aws_launch_template", (template) => firstOf(template.metadata_options)?.http_put_response_hop_limit === 1),
  ),
  passes(
    ["CKV_AWS_315", "AutoScaling.9"],
    "EC2 Auto Scaling groups should use EC2 launch templates",
    each("aws_autoscaling_group", (group) => group.launch_template !== undefined),
  ),
  passes(
    ["CKV_AWS_153"],
    "Autoscaling groups should supply tags to launch configurations",
    each("aws_autoscaling_group", (group) => group.tag !== undefined),
  ),
  passes(["CKV_AWS_46"], "Ensure no hard-coded secrets exist in EC2 user data", undefined, {
    note: "The NAT instance's switches on what forwards packets, and has no secret.",
  }),
  passes(["CKV_AWS_88"], "EC2 instance should not have public IP", undefined, {
    note: "The NAT instance gets none of its own; its network interface has an Elastic IP, without which it could not translate.",
  }),
  waived(
    ["AutoScaling.2", "AutoScaling.6"],
    "EC2 Auto Scaling groups should cover multiple Availability Zones",
    'The NAT instance is one, with one network interface, which is in one zone. `network.nat: "per-zone"` has a NAT gateway in each.',
  ),
  passes(["CKV2_AWS_35"], "AWS NAT Gateways should be utilized for the default route", undefined, {
    note: 'But for `network.nat: "instance"`, which is a choice to do without.',
  }),
  passes(
    ["CKV2_AWS_44"],
    "Ensure AWS route table with VPC peering does not contain routes overly permissive to all traffic",
    each("aws_route", (route) => route.vpc_peering_connection_id === undefined),
    { note: "There is no peering." },
  ),
  waived(
    ["EC2.10"],
    "Amazon EC2 should be configured to use VPC endpoints that are created for the Amazon EC2 service",
    "Nothing in the VPC calls EC2's API. An endpoint costs about 10 USD a month and zone.",
    each("aws_vpc", (_vpc, { resource }) => JSON.stringify(resource.aws_vpc_endpoint ?? {}).includes(".ec2")),
  ),
  waived(
    ["EC2.172"],
    "EC2 VPC Block Public Access settings should block internet gateway traffic",
    "The load balancer faces the internet.",
    each("aws_vpc", (_vpc, { resource }) => resource.aws_internet_gateway === undefined),
  ),
];
