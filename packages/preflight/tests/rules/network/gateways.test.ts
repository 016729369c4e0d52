import { describeRule } from "../../support/rules.ts";
import { addOtherVpc } from "./changes.ts";

describeRule("NET-004", {
  "a VPC without an internet gateway": {
    bad: ({ resource }) => {
      delete resource.aws_internet_gateway;
    },
    good: ({ resource }) => {
      resource.aws_internet_gateway.main = {};
      resource.aws_internet_gateway_attachment = {
        main: { internet_gateway_id: "${aws_internet_gateway.main.id}", vpc_id: "${aws_vpc.main.id}" },
      };
    },
    says: [
      "aws_lb.main faces the internet, but aws_vpc.main has no internet gateway. Add an aws_internet_gateway to the VPC.",
      "aws_nat_gateway.main faces the internet, but aws_vpc.main has no internet gateway. Add an aws_internet_gateway to the VPC.",
    ],
  },
  "an internet gateway of another VPC": {
    bad: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_internet_gateway.main.vpc_id = "${aws_vpc.other.id}";
    },
    good: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_internet_gateway.other = { vpc_id: "${aws_vpc.other.id}" };
    },
    says: [
      "aws_lb.main faces the internet, but aws_vpc.main has no internet gateway. Add an aws_internet_gateway to the VPC.",
      "aws_nat_gateway.main faces the internet, but aws_vpc.main has no internet gateway. Add an aws_internet_gateway to the VPC.",
    ],
  },
  "a load balancer that faces the internet, unless it is internal": {
    bad: ({ resource }) => {
      delete resource.aws_internet_gateway;
      delete resource.aws_nat_gateway;
      delete resource.aws_lb.main.internal;
    },
    good: ({ resource }) => {
      delete resource.aws_internet_gateway;
      resource.aws_nat_gateway.main.connectivity_type = "private";
      resource.aws_lb.main.internal = true;
    },
    says: "aws_lb.main faces the internet, but aws_vpc.main has no internet gateway. Add an aws_internet_gateway to the VPC.",
  },
});

describeRule("NET-005", {
  "a NAT gateway that may come before the internet gateway": {
    bad: ({ resource }) => {
      delete resource.aws_nat_gateway.main.depends_on;
    },
    good: ({ resource }) => {
      resource.aws_nat_gateway.main.depends_on = ["aws_route.internet"]; // which names the gateway
    },
    says: 'aws_nat_gateway.main may be made before aws_internet_gateway.main. Add depends_on = ["aws_internet_gateway.main"].',
  },
  "a load balancer that may come before it": {
    bad: ({ resource }) => {
      resource.aws_lb.main.depends_on = ["aws_s3_bucket_policy.logs"];
    },
    good: ({ resource }) => {
      resource.aws_lb.main.internal = true;
      resource.aws_lb.main.depends_on = ["aws_s3_bucket_policy.logs"];
    },
    says: 'aws_lb.main may be made before aws_internet_gateway.main. Add depends_on = ["aws_internet_gateway.main"].',
  },
  "a NAT gateway, unless it waits by what it names": {
    bad: ({ resource }) => {
      resource.aws_nat_gateway.main.depends_on = ["aws_vpc.main"];
    },
    good: ({ resource }) => {
      delete resource.aws_nat_gateway.main.depends_on;
      resource.aws_eip.nat.depends_on = ["aws_internet_gateway.main"];
    },
    says: 'aws_nat_gateway.main may be made before aws_internet_gateway.main. Add depends_on = ["aws_internet_gateway.main"].',
  },
});

describeRule("NET-023", {
  "a public NAT gateway without an address": {
    bad: ({ resource }) => {
      delete resource.aws_nat_gateway.main.allocation_id;
    },
    good: ({ resource }) => {
      delete resource.aws_nat_gateway.main.allocation_id;
      resource.aws_nat_gateway.main.connectivity_type = "private";
    },
    says: 'aws_nat_gateway.main is public and has no allocation_id. Add an aws_eip with domain = "vpc", and pass its ID as allocation_id.',
  },
});
