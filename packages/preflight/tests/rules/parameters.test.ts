import { describeRule } from "../support/rules.ts";

describeRule("SSM-001", {
  "a name of AWS's own": {
    bad: ({ resource }) => {
      resource.aws_ssm_parameter = { main: { name: "/aws/shop", type: "String", value: "x" } };
    },
    good: ({ resource }) => {
      resource.aws_ssm_parameter = { main: { name: "/shop/aws", type: "String", value: "x" } };
    },
    says: 'aws_ssm_parameter.main has name = "/aws/shop". Write a name that begins otherwise, such as /shop/production/key.',
  },
  "a value that is too long for its tier": {
    bad: ({ resource }) => {
      resource.aws_ssm_parameter = { main: { name: "/shop", type: "String", value: "x".repeat(5000) } };
    },
    good: ({ resource }) => {
      const tier = "Intelligent-Tiering";
      resource.aws_ssm_parameter = { main: { name: "/shop", type: "String", value: "x".repeat(5000), tier } };
    },
    says: 'aws_ssm_parameter.main has a value of 5000 bytes, and the tier Standard takes 4096. Set tier to "Advanced".',
  },
});
