import { describeRule } from "../../support/rules.ts";

/** An inline rule that names a group. */
const fromGroup = (name: string) => ({
  from_port: 80,
  to_port: 80,
  protocol: "tcp",
  security_groups: [`\${aws_security_group.${name}.id}`],
});

describeRule("NET-009", {
  "two groups that name each other": {
    bad: ({ resource }) => {
      resource.aws_security_group.nginx.ingress = fromGroup("alb");
      resource.aws_security_group.alb.egress = [fromGroup("nginx")];
    },
    good: ({ resource }) => {
      resource.aws_security_group.nginx.ingress = fromGroup("alb");
    },
    says: "aws_security_group.alb and aws_security_group.nginx name each other in their inline rules. Write the rules as resources of their own: aws_vpc_security_group_ingress_rule and …_egress_rule.",
  },
  "three groups in a circle": {
    bad: ({ resource }) => {
      resource.aws_security_group.nginx.ingress = fromGroup("alb");
      resource.aws_security_group.alb.ingress = fromGroup("app");
      resource.aws_security_group.app.ingress = fromGroup("nginx");
    },
    good: ({ resource }) => {
      resource.aws_security_group.nginx.ingress = fromGroup("alb");
      resource.aws_security_group.app.ingress = [fromGroup("nginx"), fromGroup("alb")];
    },
    says: "aws_security_group.alb and aws_security_group.app, aws_security_group.nginx name each other in their inline rules. Write the rules as resources of their own: aws_vpc_security_group_ingress_rule and …_egress_rule.",
  },
});

describeRule("NET-016", {
  "ports of all protocols": {
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_internet.ip_protocol = "-1";
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_internet = {
        security_group_id: "${aws_security_group.app.id}",
        ip_protocol: "-1",
        cidr_ipv4: "0.0.0.0/0",
      };
    },
    says: 'aws_vpc_security_group_egress_rule.app_to_internet has a rule for all protocols with the ports 443 to 443: all protocols means all ports. Set the protocol to "tcp", or leave the ports out (0 and 0 in aws_security_group and aws_security_group_rule).',
  },
  "ports of all protocols in a group itself": {
    bad: ({ resource }) => {
      resource.aws_security_group.app.egress = [
        { from_port: 443, to_port: 443, protocol: "all", cidr_blocks: ["0.0.0.0/0"] },
      ];
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.egress = [
        { from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["0.0.0.0/0"] },
      ];
    },
    says: 'aws_security_group.app has a rule for all protocols with the ports 443 to 443: all protocols means all ports. Set the protocol to "tcp", or leave the ports out (0 and 0 in aws_security_group and aws_security_group_rule).',
  },
  "ports that go backwards": {
    bad: ({ resource }) => {
      resource.aws_security_group_rule = {
        app: {
          security_group_id: "${aws_security_group.app.id}",
          type: "egress",
          from_port: 65535,
          to_port: 1024,
          protocol: "tcp",
          cidr_blocks: ["0.0.0.0/0"],
        },
      };
    },
    good: ({ resource }) => {
      resource.aws_security_group_rule = {
        app: {
          security_group_id: "${aws_security_group.app.id}",
          type: "egress",
          from_port: 8, // the type and code of an ICMP message, which are no ports
          to_port: 0,
          protocol: "icmp",
          cidr_blocks: ["0.0.0.0/0"],
        },
      };
    },
    says: "aws_security_group_rule.app has a rule from port 65535 to port 1024, which is backwards. Write the lower port as from_port.",
  },
});

describeRule("NET-017", {
  "a description in Japanese": {
    bad: ({ resource }) => {
      resource.aws_security_group.app.description = "アプリ";
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.description = "a-z A-Z 0-9 . _-:/()#,@[]+=&;{}!$*";
    },
    says: 'aws_security_group.app has the description "アプリ", which EC2 does not take. Write it in English, with letters, digits and . _-:/()#,@[]+=&;{}!$* only.',
  },
  "an apostrophe in a rule": {
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_cache.description = "the app's cache";
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_cache.description = "";
    },
    says: 'aws_vpc_security_group_egress_rule.app_to_cache has the description "the app\'s cache", which EC2 does not take. Write it in English, with letters, digits and . _-:/()#,@[]+=&;{}!$* only.',
  },
  "a description of 256 characters in an inline rule": {
    bad: ({ resource }) => {
      resource.aws_security_group.app.ingress = { ...fromGroup("nginx"), description: "a".repeat(256) };
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.ingress = { ...fromGroup("nginx"), description: "a".repeat(255) };
    },
    says: 'aws_security_group.app has the description "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", which EC2 does not take. Write it in English, with letters, digits and . _-:/()#,@[]+=&;{}!$* only.',
  },
});

describeRule("NET-018", {
  "rules beside inline ones": {
    bad: ({ resource }) => {
      resource.aws_security_group.app.ingress = [fromGroup("nginx")];
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_security_group.app, {
        ingress: [fromGroup("nginx")],
        lifecycle: { ignore_changes: ["ingress"] },
      });
    },
    says: "aws_security_group.app has inline ingress rules, and aws_vpc_security_group_ingress_rule.app_from_nginx beside them. Write all rules as resources of their own.",
  },
  "rules of the one direction beside inline ones of the same": {
    bad: ({ resource }) => {
      resource.aws_security_group.endpoints.ingress = [fromGroup("nginx")];
    },
    good: ({ resource }) => {
      resource.aws_security_group.endpoints.egress = [fromGroup("nginx")];
    },
    says: "aws_security_group.endpoints has inline ingress rules, and aws_vpc_security_group_ingress_rule.endpoints_from_nginx beside them. Write all rules as resources of their own.",
  },
});

describeRule("NET-021", {
  "a rule that is there twice": {
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.twice = {
        ...resource.aws_vpc_security_group_ingress_rule.database_from_app,
      };
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.twice = {
        ...resource.aws_vpc_security_group_ingress_rule.database_from_app,
        to_port: 3307,
      };
    },
    says: "aws_vpc_security_group_ingress_rule.twice lets through what aws_vpc_security_group_ingress_rule.database_from_app lets through already. Keep one of the two rules.",
  },
  "a rule that is written in the older way beside it": {
    bad: ({ resource }) => {
      resource.aws_security_group_rule = {
        twice: {
          security_group_id: "${aws_security_group.app.id}",
          type: "egress",
          protocol: "6",
          from_port: 443,
          to_port: 443,
          cidr_blocks: ["0.0.0.0/0"],
        },
      };
    },
    good: ({ resource }) => {
      resource.aws_security_group_rule = {
        other: {
          security_group_id: "${aws_security_group.app.id}",
          type: "ingress",
          protocol: "6",
          from_port: 443,
          to_port: 443,
          cidr_blocks: ["0.0.0.0/0"],
        },
      };
    },
    says: "aws_vpc_security_group_egress_rule.app_to_internet lets through what aws_security_group_rule.twice lets through already. Keep one of the two rules.",
  },
});

describeRule("NET-030", {
  "a protocol above IP": {
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_internet.ip_protocol = "https";
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_internet.ip_protocol = "TCP";
    },
    says: 'aws_vpc_security_group_egress_rule.app_to_internet has ip_protocol = "https". Write "tcp", "udp", "icmp", "icmpv6", "-1" for all, or a number.',
  },
});

describeRule("NET-025", {
  "two groups of one name": {
    bad: ({ resource }) => {
      resource.aws_security_group.cache.name = "Shop-App";
    },
    good: ({ resource }) => {
      resource.aws_vpc.other = { cidr_block: "10.1.0.0/16" };
      resource.aws_security_group.other = { name: "shop-app", vpc_id: "${aws_vpc.other.id}" };
    },
    says: 'aws_security_group.cache has name = "Shop-App", like aws_security_group.app in aws_vpc.main. Give one of the two another name, or write name_prefix.',
  },
  "two groups of the default VPC": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_security_group, { a: { name: "a" }, b: { name: "a" } });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_security_group, { a: { name: "a" }, b: { name: "a", vpc_id: "${var.vpc}" } });
    },
    says: 'aws_security_group.b has name = "a", like aws_security_group.a in the default VPC. Give one of the two another name, or write name_prefix.',
  },
  "a name of EC2's own": {
    bad: ({ resource }) => {
      resource.aws_security_group.cache.name = "sg-cache";
    },
    good: ({ resource }) => {
      resource.aws_security_group.cache.name = "cache-sg-default";
    },
    says: 'aws_security_group.cache has name = "sg-cache". Give it another name.',
  },
});
