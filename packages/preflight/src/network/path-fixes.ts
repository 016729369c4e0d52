import type { HopKind } from "./path.ts";

/**
 * What to do about a hop that stops a path.
 *
 * @param otherWay what would lead there too, such as `an interface endpoint for logs`
 * @param port where the path to the internet ends. @default 443
 */
export function fixOf(hop: HopKind, otherWay: string, port = 443): string {
  switch (hop) {
    case "group":
      return "Allow the connection in both security groups: egress in one, ingress in the other.";
    case "group to the internet":
      return `Give the VPC ${otherWay}, and let its group pass; or let the group out to 0.0.0.0/0 on ${port}, where a NAT gateway leads out.`;
    case "acl":
      return "Let the network ACL pass the port, and ports 1024–65535 back.";
    case "address":
      return "Set assign_public_ip to true, or use subnets that route to a NAT gateway.";
    case "nat":
      return "Put a public NAT gateway into a subnet whose route table leads to the internet gateway.";
    case "endpoint":
      return "Give the endpoint subnets of the VPC.";
    case "policy":
      return "Allow the call in the endpoint's policy, or take the policy out.";
    case "route":
      return `Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC ${otherWay}.`;
  }
}

/** The same about a connection that comes from the internet, which is often stopped on purpose. */
export function fixFromInternet(hop: HopKind): string {
  switch (hop) {
    case "address":
      return "It has private addresses only. If the internet is to reach it, put a load balancer that faces the internet before it.";
    case "route":
      return "If the internet is to reach it, use subnets whose route table leads to an internet gateway.";
    case "acl":
      return "Let the network ACL pass the port, and ports 1024–65535 back.";
    default:
      return "If the internet is to reach it, let 0.0.0.0/0 in on this port in its security group.";
  }
}
