import { describeRule, type Json } from "../../support/rules.ts";

const ANY = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" };
const ROOT = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root";

/** Image layers come by the endpoint only, which has a policy. */
const layers =
  (...Statement: Json[]) =>
  (stack: Json) => {
    delete stack.resource.aws_route.nat;
    stack.resource.aws_vpc_endpoint.s3.policy = JSON.stringify({ Version: "2012-10-17", Statement });
  };
const when = (operator: string, key: string, value: Json) => ({ Condition: { [operator]: { [key]: value } } });
const says = ["app", "nginx"].map(
  (name) =>
    `aws_ecs_service.${name} can't reach s3 (image layers): aws_vpc_endpoint.s3 does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.`,
);
const LAYERS = { ...ANY, Resource: "arn:aws:s3:::prod-ap-northeast-1-starport-layer-bucket/*" };

// Layers are fetched by a URL that ECR has signed, from a bucket of AWS.
describeRule("NET-101", {
  "a policy for principals of the account": {
    bad: layers({ ...ANY, Principal: { AWS: ROOT } }),
    good: layers({ ...ANY, Principal: { AWS: "*" } }),
    says,
  },
  "a policy for principals of the account, without what lets layers through": {
    bad: layers({ ...ANY, ...when("StringEquals", "aws:PrincipalAccount", "123456789012") }),
    good: layers({ ...ANY, ...when("StringEquals", "aws:PrincipalAccount", "123456789012") }, LAYERS),
    says,
  },
  "a policy for an organization": {
    bad: layers({ ...ANY, ...when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-1") }),
    good: layers({ ...ANY, ...when("StringEquals", "aws:SourceVpc", "vpc-1") }),
    says,
  },
  "a policy for buckets of the account": {
    bad: layers({ ...ANY, ...when("StringEquals", "s3:ResourceAccount", "123456789012") }),
    good: layers({ ...ANY, ...when("StringEquals", "s3:ResourceAccount", ["123456789012", "${var.ecr}"]) }),
    says,
  },
  "a refusal of all others": {
    bad: layers(ANY, { ...ANY, Effect: "Deny", ...when("StringNotEquals", "aws:PrincipalOrgID", "o-1") }),
    good: layers(ANY, {
      ...ANY,
      Effect: "Deny",
      Condition: {
        StringNotEquals: { "aws:PrincipalOrgID": "o-1" },
        BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      },
    }),
    says,
  },
});
