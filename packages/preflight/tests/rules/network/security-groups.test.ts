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
  },
});

describeRule("NET-016", {
  "ports of all protocols": {
    at: "aws_vpc_security_group_egress_rule.app_to_internet",
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
  },
  "ports of all protocols in a group itself": {
    at: "aws_security_group.app",
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
  },
  "ports that go backwards": {
    at: "aws_security_group_rule.app",
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
  },
});

describeRule("NET-017", {
  "a description in Japanese": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.description = "アプリ";
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.description = "a-z A-Z 0-9 . _-:/()#,@[]+=&;{}!$*";
    },
  },
  "an apostrophe in a rule": {
    at: "aws_vpc_security_group_egress_rule.app_to_cache",
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_cache.description = "the app's cache";
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.app_to_cache.description = "";
    },
  },
  "a description of 256 characters in an inline rule": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.ingress = { ...fromGroup("nginx"), description: "a".repeat(256) };
    },
    good: ({ resource }) => {
      resource.aws_security_group.app.ingress = { ...fromGroup("nginx"), description: "a".repeat(255) };
    },
  },
});

describeRule("NET-018", {
  "rules beside inline ones": {
    at: "aws_security_group.app",
    bad: ({ resource }) => {
      resource.aws_security_group.app.ingress = [fromGroup("nginx")];
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_security_group.app, {
        ingress: [fromGroup("nginx")],
        lifecycle: { ignore_changes: ["ingress"] },
      });
    },
  },
  "rules of the one direction beside inline ones of the same": {
    bad: ({ resource }) => {
      resource.aws_security_group.endpoints.ingress = [fromGroup("nginx")];
    },
    good: ({ resource }) => {
      resource.aws_security_group.endpoints.egress = [fromGroup("nginx")];
    },
  },
});

describeRule("NET-021", {
  "a rule that is there twice": {
    at: "aws_vpc_security_group_ingress_rule.twice",
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
  },
});
