import type { Json } from "../../support/rules.ts";

/** A second VPC with a subnet in it. */
export function addOtherVpc({ resource }: Json): void {
  resource.aws_vpc.other = { cidr_block: "10.0.0.0/16", enable_dns_support: true, enable_dns_hostnames: true };
  resource.aws_subnet.other = {
    vpc_id: "${aws_vpc.other.id}",
    cidr_block: "10.0.10.0/24",
    availability_zone: "ap-northeast-1a",
  };
}
