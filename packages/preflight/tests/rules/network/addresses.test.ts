import { describeRule, type Json } from "../../support/rules.ts";
import { addOtherVpc } from "./changes.ts";

describeRule("NET-006", {
  "two subnets with one block": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_c.cidr_block = "10.0.10.0/24";
    },
    good: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_subnet.other.cidr_block = "10.0.10.0/24";
    },
    says: "aws_subnet.private_c has the block 10.0.10.0/24, which overlaps 10.0.10.0/24 of aws_subnet.private_a. Give each subnet a block of its own.",
  },
  "a subnet inside another": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.8.0/22";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.8.0/23";
      resource.aws_subnet.private_c.cidr_block = "10.0.10.0/23";
    },
    says: "aws_subnet.private_c has the block 10.0.11.0/24, which overlaps 10.0.8.0/22 of aws_subnet.private_a. Give each subnet a block of its own.",
  },
  "a subnet inside one that another lies between": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.16.0/20";
      resource.aws_subnet.private_c.cidr_block = "10.0.16.0/24";
      resource.aws_subnet.third = { ...resource.aws_subnet.private_c, cidr_block: "10.0.31.0/24" };
    },
    says: [
      "aws_subnet.private_c has the block 10.0.16.0/24, which overlaps 10.0.16.0/20 of aws_subnet.private_a. Give each subnet a block of its own.",
      "aws_subnet.third has the block 10.0.31.0/24, which overlaps 10.0.16.0/20 of aws_subnet.private_a. Give each subnet a block of its own.",
    ],
  },
  "blocks that are computed": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "${cidrsubnet(aws_vpc.main.cidr_block, 8, 0)}";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "${cidrsubnet(aws_vpc.main.cidr_block, 8, 12)}";
    },
    says: "aws_subnet.private_a has the block 10.0.0.0/24, which overlaps 10.0.0.0/24 of aws_subnet.public_a. Give each subnet a block of its own.",
  },
  "instances of count with one block": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_subnet.private_a, { count: 2, cidr_block: "10.0.20.0/24" });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_subnet.private_a, { count: 2, cidr_block: "10.0.2${count.index}.0/24" });
    },
    says: "aws_subnet.private_a[1] has the block 10.0.20.0/24, which overlaps 10.0.20.0/24 of aws_subnet.private_a[0]. Give each subnet a block of its own.",
  },
});

describeRule("NET-007", {
  "a subnet outside of its VPC": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.1.10.0/24";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.1.10.0/24";
      resource.aws_vpc_ipv4_cidr_block_association = {
        more: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.1.0.0/16" },
      };
    },
    says: "aws_subnet.private_a has the block 10.1.10.0/24, which lies outside of aws_vpc.main (10.0.0.0/16). Choose a block inside the VPC's.",
  },
  "a subnet that begins before its VPC": {
    bad: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.8.0/21";
    },
    good: (stack) => {
      stack.variable.cidr = {};
      stack.resource.aws_vpc.main.cidr_block = "${var.cidr}";
    },
    says: [
      "aws_subnet.public_a has the block 10.0.0.0/24, which lies outside of aws_vpc.main (10.0.8.0/21). Choose a block inside the VPC's.",
      "aws_subnet.public_c has the block 10.0.1.0/24, which lies outside of aws_vpc.main (10.0.8.0/21). Choose a block inside the VPC's.",
    ],
  },
});

describeRule("NET-008", {
  "a VPC larger than a /16": {
    bad: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.0.0/8";
    },
    good: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.0.0/16";
    },
    says: "aws_vpc.main has the block 10.0.0.0/8, which is not between /16 and /28. Write a prefix length from 16 (largest) to 28.",
  },
  "a subnet smaller than a /28": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.0/29";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.0/28";
    },
    says: "aws_subnet.private_a has the block 10.0.10.0/29, which is not between /16 and /28. Write a prefix length from 16 (largest) to 28.",
  },
  "a second block larger than a /16": {
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
    says: "aws_vpc_ipv4_cidr_block_association.more has the block 100.64.0.0/10, which is not between /16 and /28. Write a prefix length from 16 (largest) to 28.",
  },
});

describeRule("NET-019", {
  "a block that does not begin a network": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.5/24";
    },
    good: ({ resource }) => {
      resource.aws_subnet.private_a.cidr_block = "10.0.10.128/25";
    },
    says: "aws_subnet.private_a has the block 10.0.10.5/24, which is not the beginning of a network. Write its first address.",
  },
  "a VPC whose block does not": {
    bad: ({ resource }) => {
      resource.aws_vpc.main.cidr_block = "10.0.1.0/16";
    },
    says: "aws_vpc.main has the block 10.0.1.0/16, which is not the beginning of a network. Write its first address.",
  },
});

describeRule("NET-020", {
  "a zone of another region": {
    bad: ({ resource }) => {
      resource.aws_subnet.private_c.availability_zone = "us-east-1c";
    },
    good: ({ provider, resource }) => {
      provider.aws.push({ alias: "virginia", region: "us-east-1" });
      Object.assign(resource.aws_subnet.private_c, { availability_zone: "us-east-1c", provider: "aws.virginia" });
    },
    says: "aws_subnet.private_c is in us-east-1c, and its provider in ap-northeast-1. Write a zone of ap-northeast-1.",
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
    says: "aws_subnet.private_c is in us-east-2a, and its provider in us-east-1. Write a zone of us-east-1.",
  },
});
