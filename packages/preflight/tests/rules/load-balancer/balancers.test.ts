import { describeRule } from "../../support/rules.ts";

describeRule("LB-001", {
  "a load balancer in one subnet": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
    },
    good: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
      resource.aws_lb.main.load_balancer_type = "network";
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "two subnets of one zone": {
    bad: ({ resource }) => {
      resource.aws_subnet.public_c.availability_zone = "ap-northeast-1a";
    },
    good: ({ resource }) => {
      delete resource.aws_subnet.public_c.availability_zone; // AWS chooses it
    },
    says: "aws_lb.main has 2 subnets, all in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "three subnets of two zones": {
    bad: ({ resource }) => {
      resource.aws_subnet.third = { ...resource.aws_subnet.public_a, cidr_block: "10.0.2.0/24" };
      resource.aws_lb.main.subnets.push("${aws_subnet.third.id}");
    },
    good: ({ resource }) => {
      resource.aws_subnet.third = {
        ...resource.aws_subnet.public_a,
        cidr_block: "10.0.2.0/24",
        availability_zone: "ap-northeast-1d",
      };
      resource.aws_lb.main.subnets.push("${aws_subnet.third.id}");
    },
    says: "aws_lb.main has 3 subnets in 2 zones: two of them share a zone. Name one subnet of each zone.",
  },
  "one subnet, unless it is on an Outpost": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
      resource.aws_lb.main.customer_owned_ipv4_pool = "";
    },
    good: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
      resource.aws_subnet.public_a.outpost_arn = "arn:aws:outposts:ap-northeast-1:123456789012:outpost/op-1";
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "one subnet, unless its addresses are the customer's own": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
    },
    good: ({ resource }) => {
      resource.aws_lb.main.subnets.pop();
      resource.aws_lb.main.customer_owned_ipv4_pool = "ipv4pool-coip-0123";
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "one subnet in a mapping": {
    bad: ({ resource }) => {
      delete resource.aws_lb.main.subnets;
      resource.aws_lb.main.subnet_mapping = [{ subnet_id: "${aws_subnet.public_a.id}" }];
    },
    good: ({ resource }) => {
      delete resource.aws_lb.main.subnets;
      resource.aws_lb.main.subnet_mapping = [
        { subnet_id: "${aws_subnet.public_a.id}" },
        { subnet_id: "${aws_subnet.public_c.id}" },
      ];
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "the only instance of count": {
    bad: ({ resource }) => {
      resource.aws_subnet.public_a.count = 1;
      resource.aws_lb.main.subnets = "${aws_subnet.public_a[*].id}";
    },
    good: (stack) => {
      stack.variable.zones = {};
      Object.assign(stack.resource.aws_subnet.public_a, {
        count: "${length(var.zones)}",
        availability_zone: "${var.zones[count.index]}",
      });
      stack.resource.aws_lb.main.subnets = "${aws_subnet.public_a[*].id}";
    },
    says: "aws_lb.main has one subnet in ap-northeast-1a. Name subnets of at least two zones.",
  },
  "no subnet at all": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets = [];
    },
    good: ({ data, resource }) => {
      data.aws_subnets = { public: {} };
      resource.aws_lb.main.subnets = "${data.aws_subnets.public.ids}";
    },
    says: "aws_lb.main has no subnet. Name subnets of at least two zones.",
  },
});

describeRule("LB-011", {
  "a name of 33 characters": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.name = "a".repeat(33);
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.name = "a".repeat(32);
    },
    says: 'aws_lb_target_group.nginx has name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa". Write at most 32 letters, digits and inner hyphens.',
  },
  "an underscore": {
    bad: ({ resource }) => {
      resource.aws_lb.main.name = "shop_alb";
    },
    good: ({ resource }) => {
      resource.aws_lb.main.name = "Shop-2";
    },
    says: 'aws_lb.main has name = "shop_alb". Write at most 32 letters, digits and inner hyphens.',
  },
  "a hyphen at the end": {
    bad: ({ resource }) => {
      resource.aws_lb.main.name = "shop-";
    },
    good: ({ resource }) => {
      delete resource.aws_lb.main.name;
    },
    says: 'aws_lb.main has name = "shop-". Write at most 32 letters, digits and inner hyphens.',
  },
  "what AWS calls its own": {
    bad: ({ resource }) => {
      resource.aws_lb.main.name = "internal-shop";
    },
    good: ({ resource }) => {
      resource.aws_lb.main.name = "shop-internal";
    },
    says: 'aws_lb.main has name = "internal-shop". Write a name that does not begin with "internal-".',
  },
});
