import { describeRule, type Json } from "../../support/rules.ts";
import { addOtherVpc } from "./changes.ts";

/** An interface endpoint beside those of the stack. */
function endpoint(service: string, more: object = {}): object {
  return {
    vpc_id: "${aws_vpc.main.id}",
    service_name: `com.amazonaws.ap-northeast-1.${service}`,
    vpc_endpoint_type: "Interface",
    private_dns_enabled: true,
    subnet_ids: ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"],
    security_group_ids: ["${aws_security_group.endpoints.id}"],
    ...more,
  };
}

describeRule("NET-003", {
  "private DNS in a VPC without host names": {
    bad: ({ resource }) => {
      delete resource.aws_vpc.main.enable_dns_hostnames;
    },
    good: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_hostnames = "true";
      delete resource.aws_vpc.main.enable_dns_support; // on where it is not written
    },
    says: [
      "aws_vpc_endpoint.ecr_api has private DNS, but aws_vpc.main has enable_dns_hostnames off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.ecr_dkr has private DNS, but aws_vpc.main has enable_dns_hostnames off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.logs has private DNS, but aws_vpc.main has enable_dns_hostnames off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.secretsmanager has private DNS, but aws_vpc.main has enable_dns_hostnames off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.ssmmessages has private DNS, but aws_vpc.main has enable_dns_hostnames off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
    ],
  },
  "private DNS in a VPC without DNS": {
    bad: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_support = false;
    },
    good: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_support = false;
      for (const one of Object.values<Json>(resource.aws_vpc_endpoint)) one.private_dns_enabled = false;
    },
    says: [
      "aws_vpc_endpoint.ecr_api has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.ecr_dkr has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.logs has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.secretsmanager has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.ssmmessages has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
    ],
  },
  "private DNS that is a resource of its own": {
    bad: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_hostnames = false;
      for (const one of Object.values<Json>(resource.aws_vpc_endpoint)) delete one.private_dns_enabled;
      resource.aws_vpc_endpoint_private_dns = {
        logs: { vpc_endpoint_id: "${aws_vpc_endpoint.logs.id}", private_dns_enabled: true },
      };
    },
    says: "aws_vpc_endpoint.logs has private DNS, but aws_vpc.main has enable_dns_hostnames off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
  },
  "private DNS where a variable's default turns DNS off": {
    bad: (stack) => {
      stack.variable.dns = { default: false };
      stack.resource.aws_vpc.main.enable_dns_support = "${var.dns}";
    },
    good: (stack) => {
      stack.variable.dns = {};
      stack.resource.aws_vpc.main.enable_dns_support = "${var.dns}";
    },
    says: [
      "aws_vpc_endpoint.ecr_api has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.ecr_dkr has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.logs has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.secretsmanager has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
      "aws_vpc_endpoint.ssmmessages has private DNS, but aws_vpc.main has enable_dns_support off. Set enable_dns_support and enable_dns_hostnames of the VPC to true.",
    ],
  },
});

describeRule("NET-010", {
  "a gateway endpoint for a service that has none": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.vpc_endpoint_type = "Gateway";
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.dynamodb = {
        vpc_id: "${aws_vpc.main.id}",
        service_name: "com.amazonaws.ap-northeast-1.dynamodb",
      };
      resource.aws_vpc_endpoint.s3express = {
        vpc_id: "${aws_vpc.main.id}",
        service_name: "com.amazonaws.ap-northeast-1.s3express",
      };
    },
    says: [
      'aws_vpc_endpoint.logs is a gateway endpoint for logs, which has interface endpoints only. Set vpc_endpoint_type to "Interface", with subnet_ids, security_group_ids and private_dns_enabled.',
      "aws_vpc_endpoint.logs is a gateway endpoint with subnet_ids and security_group_ids, which only interface endpoints have. Name route_table_ids instead.",
    ],
  },
  "an endpoint whose type is not written": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api.vpc_endpoint_type;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_endpoint.s3.vpc_endpoint_type;
    },
    says: [
      'aws_vpc_endpoint.ecr_api is a gateway endpoint for ecr.api, which has interface endpoints only. Set vpc_endpoint_type to "Interface", with subnet_ids, security_group_ids and private_dns_enabled.',
      "aws_vpc_endpoint.ecr_api is a gateway endpoint with subnet_ids and security_group_ids, which only interface endpoints have. Name route_table_ids instead.",
    ],
  },
  "a service whose name holds a region that is looked up": {
    bad: ({ data, resource }) => {
      data.aws_region = { here: {} };
      delete resource.aws_vpc_endpoint.ecr_api.vpc_endpoint_type;
      resource.aws_vpc_endpoint.ecr_api.service_name = "com.amazonaws.${data.aws_region.here.name}.ecr.api";
    },
    good: ({ data, resource }) => {
      data.aws_region = { here: {} };
      delete resource.aws_vpc_endpoint.s3.vpc_endpoint_type;
      resource.aws_vpc_endpoint.s3.service_name = "com.amazonaws.${data.aws_region.here.name}.s3";
    },
    says: [
      'aws_vpc_endpoint.ecr_api is a gateway endpoint for ecr.api, which has interface endpoints only. Set vpc_endpoint_type to "Interface", with subnet_ids, security_group_ids and private_dns_enabled.',
      "aws_vpc_endpoint.ecr_api is a gateway endpoint with subnet_ids and security_group_ids, which only interface endpoints have. Name route_table_ids instead.",
    ],
  },
});

describeRule("NET-011", {
  "the service of another region": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.service_name = "com.amazonaws.us-east-1.logs";
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_vpc_endpoint.logs, {
        service_name: "com.amazonaws.us-east-1.logs",
        service_region: "us-east-1",
      });
    },
    says: "aws_vpc_endpoint.logs is for com.amazonaws.us-east-1.logs, a service of us-east-1, and stands in ap-northeast-1. Write com.amazonaws.ap-northeast-1.… as service_name.",
  },
  "a service of the default provider's region, where the endpoint has another": {
    bad: ({ provider, resource }) => {
      provider.aws.push({ alias: "virginia", region: "us-east-1" });
      resource.aws_vpc_endpoint.logs.provider = "aws.virginia";
    },
    good: ({ provider, resource }) => {
      provider.aws.push({ alias: "virginia", region: "us-east-1" });
      Object.assign(resource.aws_vpc_endpoint.logs, {
        provider: "aws.virginia",
        service_name: "com.amazonaws.us-east-1.logs",
      });
    },
    says: "aws_vpc_endpoint.logs is for com.amazonaws.ap-northeast-1.logs, a service of ap-northeast-1, and stands in us-east-1. Write com.amazonaws.us-east-1.… as service_name.",
  },
  "the service of another region, where the zones tell the own": {
    bad: ({ provider, resource }) => {
      provider.aws = [{}];
      resource.aws_vpc_endpoint.logs.service_name = "com.amazonaws.us-east-1.logs";
    },
    good: ({ provider }) => {
      provider.aws = [{}];
    },
    says: "aws_vpc_endpoint.logs is for com.amazonaws.us-east-1.logs, a service of us-east-1, and stands in ap-northeast-1. Write com.amazonaws.ap-northeast-1.… as service_name.",
  },
});

describeRule("NET-012", {
  "two subnets in one zone": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.subnet_ids = ["${aws_subnet.private_a.id}", "${aws_subnet.public_a.id}"];
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.subnet_ids = ["${aws_subnet.private_a.id}", "${aws_subnet.public_c.id}"];
    },
    says: "aws_vpc_endpoint.logs has two subnets in ap-northeast-1a. Name one subnet of each zone.",
  },
  "two subnets of one zone by its id, unless AWS chooses their zones": {
    bad: ({ resource }) => {
      for (const name of ["private_a", "private_c"]) {
        delete resource.aws_subnet[name].availability_zone;
        resource.aws_subnet[name].availability_zone_id = "apne1-az4";
      }
    },
    good: ({ resource }) => {
      for (const name of ["private_a", "private_c"]) delete resource.aws_subnet[name].availability_zone;
    },
    says: [
      "aws_vpc_endpoint.ecr_api has two subnets in apne1-az4. Name one subnet of each zone.",
      "aws_vpc_endpoint.ecr_dkr has two subnets in apne1-az4. Name one subnet of each zone.",
      "aws_vpc_endpoint.logs has two subnets in apne1-az4. Name one subnet of each zone.",
      "aws_vpc_endpoint.secretsmanager has two subnets in apne1-az4. Name one subnet of each zone.",
      "aws_vpc_endpoint.ssmmessages has two subnets in apne1-az4. Name one subnet of each zone.",
    ],
  },
});

describeRule("NET-013", {
  "two endpoints that answer to the same names": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.twice = endpoint("logs");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.twice = endpoint("logs", { private_dns_enabled: false });
    },
    says: "aws_vpc_endpoint.twice answers for logs in aws_vpc.main, as aws_vpc_endpoint.logs does already. Keep one of the two.",
  },
  "instances of for_each beside one": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.each = {
        ...endpoint("${each.key}"),
        for_each: '${toset(["logs", "sqs"])}',
      };
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.each = { ...endpoint("${each.key}"), for_each: '${toset(["sns", "sqs"])}' };
    },
    says: 'aws_vpc_endpoint.each["logs"] answers for logs in aws_vpc.main, as aws_vpc_endpoint.logs does already. Keep one of the two.',
  },
  "a second endpoint, unless it is in another VPC": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.twice = endpoint("ecr.api");
    },
    good: (stack) => {
      addOtherVpc(stack);
      stack.resource.aws_vpc_endpoint.twice = endpoint("ecr.api", {
        vpc_id: "${aws_vpc.other.id}",
        subnet_ids: ["${aws_subnet.other.id}"],
      });
    },
    says: "aws_vpc_endpoint.twice answers for ecr.api in aws_vpc.main, as aws_vpc_endpoint.ecr_api does already. Keep one of the two.",
  },
});

describeRule("NET-024", {
  "a hyphen where AWS writes a dot": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.service_name = "com.amazonaws.ap-northeast-1.ecr-api";
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.service_name = "com.amazonaws.ap-northeast-1.rds-data";
    },
    says: "aws_vpc_endpoint.ecr_api is for ecr-api, which is spelled ecr.api. Write ecr.api at the end of service_name.",
  },
  "a hyphen where AWS writes none": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.service_name = "com.amazonaws.ap-northeast-1.secrets-manager";
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.service_name = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789";
    },
    says: "aws_vpc_endpoint.secretsmanager is for secrets-manager, which is spelled secretsmanager. Write secretsmanager at the end of service_name.",
  },
});
