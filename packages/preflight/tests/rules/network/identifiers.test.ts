import { describeRule } from "../../support/rules.ts";

describeRule("NET-002", {
  "a CIDR block instead of a VPC": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "10.0.0.0/16";
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "vpc-0123456789abcdef0";
    },
  },
  "the block of a VPC instead of its id": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "${aws_vpc.main.cidr_block}";
    },
    good: ({ data, resource }) => {
      data.aws_vpc = { main: { default: true } };
      resource.aws_security_group.app.vpc_id = "${data.aws_vpc.main.id}";
    },
  },
  "the ARN of a VPC": {
    at: "aws_lb_target_group.nginx",
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.vpc_id = "${aws_vpc.main.arn}";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.vpc_id = "${aws_subnet.private_a.vpc_id}";
    },
  },
  "a subnet instead of a VPC": {
    bad: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "${aws_subnet.private_a.id}";
    },
  },
  "the name of a security group in a block": {
    at: "aws_ecs_service.app",
    bad: ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.security_groups = ["${aws_security_group.app.name}"];
    },
    good: ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.security_groups = ["sg-0123456789abcdef0"];
    },
  },
  "a group that is named, in a list": {
    at: "aws_db_instance.main",
    bad: ({ resource }) => {
      resource.aws_db_instance.main.vpc_security_group_ids.push("shop-database");
    },
    good: ({ resource }) => {
      resource.aws_db_instance.main.vpc_security_group_ids.push("${aws_vpc.main.default_security_group_id}");
    },
  },
  "a block among subnets": {
    at: "aws_lb.main",
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.cidr_block}"];
    },
    good: (stack) => {
      stack.variable.subnets = {};
      stack.resource.aws_lb.main.subnets = "${var.subnets}";
    },
  },
  "the address of an elastic IP instead of its id": {
    at: "aws_nat_gateway.main",
    bad: ({ resource }) => {
      resource.aws_nat_gateway.main.allocation_id = "${aws_eip.nat.public_ip}";
    },
    good: ({ resource }) => {
      resource.aws_nat_gateway.main.allocation_id = "${aws_eip.nat.allocation_id}";
    },
  },
});
