import { describeRule } from "../../support/rules.ts";

describeRule("NET-002", {
  "a CIDR block instead of a VPC": {
    bad: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "10.0.0.0/16";
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "vpc-0123456789abcdef0";
    },
    says: 'aws_security_group.app has "10.0.0.0/16" as vpc_id. Write the ID of an aws_vpc, such as ${aws_vpc.<name>.id}.',
  },
  "the block of a VPC instead of its id": {
    bad: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "${aws_vpc.main.cidr_block}";
    },
    good: ({ data, resource }) => {
      data.aws_vpc = { main: { default: true } };
      resource.aws_security_group.app.vpc_id = "${data.aws_vpc.main.id}";
    },
    says: "aws_security_group.app has the cidr_block of aws_vpc.main as vpc_id. Write the ID of an aws_vpc, such as ${aws_vpc.<name>.id}.",
  },
  "the ARN of a VPC": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.vpc_id = "${aws_vpc.main.arn}";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.vpc_id = "${aws_subnet.private_a.vpc_id}";
    },
    says: "aws_lb_target_group.nginx has the arn of aws_vpc.main as vpc_id. Write the ID of an aws_vpc, such as ${aws_vpc.<name>.id}.",
  },
  "a subnet instead of a VPC": {
    bad: ({ resource }) => {
      resource.aws_security_group.app.vpc_id = "${aws_subnet.private_a.id}";
    },
    says: "aws_security_group.app has the id of aws_subnet.private_a, which is no aws_vpc, as vpc_id. Write the ID of an aws_vpc, such as ${aws_vpc.<name>.id}.",
  },
  "the name of a security group in a block": {
    bad: ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.security_groups = ["${aws_security_group.app.name}"];
    },
    good: ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.security_groups = ["sg-0123456789abcdef0"];
    },
    says: "aws_ecs_service.app has the name of aws_security_group.app as security_groups. Write the ID of an aws_security_group, such as ${aws_security_group.<name>.id}.",
  },
  "a group that is named, in a list": {
    bad: ({ resource }) => {
      resource.aws_db_instance.main.vpc_security_group_ids.push("shop-database");
    },
    good: ({ resource }) => {
      resource.aws_db_instance.main.vpc_security_group_ids.push("${aws_vpc.main.default_security_group_id}");
    },
    says: 'aws_db_instance.main has "shop-database" as vpc_security_group_ids. Write the ID of an aws_security_group, such as ${aws_security_group.<name>.id}.',
  },
  "a block among subnets": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets = ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.cidr_block}"];
    },
    good: (stack) => {
      stack.variable.subnets = {};
      stack.resource.aws_lb.main.subnets = "${var.subnets}";
    },
    says: "aws_lb.main has the cidr_block of aws_subnet.public_c as subnets. Write the ID of an aws_subnet, such as ${aws_subnet.<name>.id}.",
  },
  "the address of an elastic IP instead of its id": {
    bad: ({ resource }) => {
      resource.aws_nat_gateway.main.allocation_id = "${aws_eip.nat.public_ip}";
    },
    good: ({ resource }) => {
      resource.aws_nat_gateway.main.allocation_id = "${aws_eip.nat.allocation_id}";
    },
    says: "aws_nat_gateway.main has the public_ip of aws_eip.nat as allocation_id. Write the ID of an aws_eip, such as ${aws_eip.<name>.id}.",
  },
});
