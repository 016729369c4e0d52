import { describeRule, type Json } from "../../support/rules.ts";
import { addOtherVpc } from "./changes.ts";

describeRule("NET-006", {
  "two subnets with one block": {
    at: "aws_subnet.private_c",
    bad: ({ resource }) => {
      resource.aws_subnet.private_c.cidr_block = "10.0.10.0/24";
    },
    good: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_subnet.other.cidr_block = "10.0.10.0/24";
    },
  },
  "a subnet inside another": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.8.0/22";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.8.0/23";
      resource.aws_subnet.private_c.cidr_block = "10.0.10.0/23";
    },
  },
  "a subnet inside one that another lies between": {
    at: "aws_subnet.third",
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.16.0/20";
      resource.aws_subnet.private_c.cidr_block = "10.0.16.0/24";
      resource.aws_subnet.third = { ...resource.aws_subnet.private_c, cidr_block: "10.0.31.0/24" };
    },
  },
  "blocks that are computed": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "${cidrsubnet(aws_vpc.main.cidr_block, 8, 0)}";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "${cidrsubnet(aws_vpc.main.cidr_block, 8, 12)}";
    },
  },
  "instances of count with one block": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_subnet.private_a, { count: 2, cidr_block: "10.0.20.0/24" });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_subnet.private_a, { count: 2, cidr_block: "10.0.2${count.index}.0/24" });
    },
  },
});

describeRule("NET-007", {
  "a subnet outside of its VPC": {
    at: "aws_subnet.private_a",
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.1.10.0/24";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.1.10.0/24";
      resource.aws_vpc_ipv4_cidr_block_association = {
        more: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.1.0.0/16" },
      };
    },
  },
  "a subnet that begins before its VPC": {
    at: "aws_subnet.public_a",
    bad: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.8.0/21";
    },
    good: (stack) => {
      stack.variable.cidr = {};
      stack.resource.aws_vpc.main.cidr_block = "${var.cidr}";
    },
  },
});

describeRule("NET-008", {
  "a VPC larger than a /16": {
    at: "aws_vpc.main",
    bad: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.0.0/8";
    },
    good: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.0.0/16";
    },
  },
  "a subnet smaller than a /28": {
    at: "aws_subnet.private_a",
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.0/29";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.0/28";
    },
  },
  "a second block larger than a /16": {
    at: "aws_vpc_ipv4_cidr_block_association.more",
    bad: ({ resource }) => {
      resource.aws_vpc_ipv4_cidr_block_association = {
        more: { vpc_id: "${aws_vpc.main.id}", cidr_block: "100.64.0.0/10" },
      };
    },
    good: ({ resource }) => {
      resource.aws_vpc_ipv4_cidr_block_association = {
        more: { vpc_id: "${aws_vpc.main.id}", cidr_block: "100.64.0.0/16" },
      };
    },
  },
});

describeRule("NET-019", {
  "a block that does not begin a network": {
    at: "aws_subnet.private_a",
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.5/24";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.128/25";
    },
  },
  "a VPC whose block does not": {
    at: "aws_vpc.main",
    bad: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.1.0/16";
    },
  },
});

describeRule("NET-020", {
  "a zone of another region": {
    at: "aws_subnet.private_c",
    bad: ({ resource }) => {
      resource.aws_subnet.private_c.availability_zone = "us-east-1c";
    },
    good: ({ provider, resource }) => {
      provider.aws.push({ alias: "virginia", region: "us-east-1" });
      Object.assign(resource.aws_subnet.private_c, { availability_zone: "us-east-1c", provider: "aws.virginia" });
    },
  },
  "a zone of a region whose name begins alike": {
    bad: ({ provider, resource }) => {
      provider.aws[0].region = "us-east-1";
      for (const subnet of Object.values<Json>(resource.aws_subnet)) subnet.availability_zone = "us-east-1a";
      resource.aws_subnet.private_c.availability_zone = "us-east-2a";
    },
    good: (stack) => {
      stack.variable.region = {};
      stack.provider.aws = [{ region: "${var.region}" }];
    },
  },
});
