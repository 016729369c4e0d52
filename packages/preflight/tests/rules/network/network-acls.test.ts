import { describeRule } from "../../support/rules.ts";

const aclRule = (rule_no: number) => ({
  rule_no,
  action: "allow",
  protocol: "-1",
  from_port: 0,
  to_port: 0,
  cidr_block: "0.0.0.0/0",
});

const separateAclRule = (rule_number: number, egress: boolean) => ({
  network_acl_id: "${aws_network_acl.main.id}",
  rule_number,
  egress,
  rule_action: "allow",
  protocol: "-1",
  cidr_block: "0.0.0.0/0",
});

describeRule("NET-022", {
  "two rules of a network ACL with one number": {
    bad: ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}", ingress: [aclRule(100), aclRule(100)] } };
    },
    good: ({ resource }) => {
      resource.aws_network_acl = {
        main: { vpc_id: "${aws_vpc.main.id}", ingress: [aclRule(100)], egress: [aclRule(100)] },
      };
    },
    says: "aws_network_acl.main has two ingress rules with the number 100. Give each rule another number.",
  },
  "two rules of their own with one number": {
    bad: ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_network_acl_rule = { first: separateAclRule(100, true), second: separateAclRule(100, true) };
    },
    good: ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_network_acl_rule = { first: separateAclRule(100, true), second: separateAclRule(100, false) };
    },
    says: "aws_network_acl_rule.second has the number 100, as aws_network_acl_rule.first of the same ACL and direction has. Give each rule another number.",
  },
});
