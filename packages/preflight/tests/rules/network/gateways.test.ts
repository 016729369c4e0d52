import { describeRule } from "../../support/rules.ts";
import { addOtherVpc } from "./changes.ts";

describeRule("NET-004", {
  "a VPC without an internet gateway": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      delete resource.aws_internet_gateway;
    },
    good: ({ resource }) => {
      resource.aws_internet_gateway.main = {};
      resource.aws_internet_gateway_attachment = {
        main: { internet_gateway_id: "${aws_internet_gateway.main.id}", vpc_id: "${aws_vpc.main.id}" },
      };
    },
  },
  "an internet gateway of another VPC": {
    at: "aws_lb.main",
    bad: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_internet_gateway.main.vpc_id = "${aws_vpc.other.id}";
    },
    good: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_internet_gateway.other = { vpc_id: "${aws_vpc.other.id}" };
    },
  },
  "a load balancer that faces the internet, unless it is internal": {
    at: "aws_lb.main",
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
  },
});

describeRule("NET-005", {
  "a NAT gateway that may come before the internet gateway": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      delete resource.aws_nat_gateway.main.depends_on;
    },
    good: ({ resource }) => {
      resource.aws_nat_gateway.main.depends_on = ["aws_route.internet"]; // which names the gateway
    },
  },
  "a load balancer that may come before it": {
    at: "aws_lb.main",
    bad: ({ resource }) => {
      resource.aws_lb.main.depends_on = ["aws_s3_bucket_policy.logs"];
    },
    good: ({ resource }) => {
      resource.aws_lb.main.internal = true;
      resource.aws_lb.main.depends_on = ["aws_s3_bucket_policy.logs"];
    },
  },
  "a NAT gateway, unless it waits by what it names": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      resource.aws_nat_gateway.main.depends_on = ["aws_vpc.main"];
    },
    good: ({ resource }) => {
      delete resource.aws_nat_gateway.main.depends_on;
      resource.aws_eip.nat.depends_on = ["aws_internet_gateway.main"];
    },
  },
});

describeRule("NET-023", {
  "a public NAT gateway without an address": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      delete resource.aws_nat_gateway.main.allocation_id;
    },
    good: ({ resource }) => {
      delete resource.aws_nat_gateway.main.allocation_id;
      resource.aws_nat_gateway.main.connectivity_type = "private";
    },
  },
});
