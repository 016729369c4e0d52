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
    at: "aws_vpc_endpoint.logs",
    bad: ({ resource }) => {
      delete resource.aws_vpc.main.enable_dns_hostnames;
    },
    good: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_hostnames = "true";
      delete resource.aws_vpc.main.enable_dns_support; // on where it is not written
    },
  },
  "private DNS in a VPC without DNS": {
    bad: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_support = false;
    },
    good: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_support = false;
      for (const one of Object.values<Json>(resource.aws_vpc_endpoint)) one.private_dns_enabled = false;
    },
  },
  "private DNS that is a resource of its own": {
    at: "aws_vpc_endpoint.logs",
    bad: ({ resource }) => {
      resource.aws_vpc.main.enable_dns_hostnames = false;
      for (const one of Object.values<Json>(resource.aws_vpc_endpoint)) delete one.private_dns_enabled;
      resource.aws_vpc_endpoint_private_dns = {
        logs: { vpc_endpoint_id: "${aws_vpc_endpoint.logs.id}", private_dns_enabled: true },
      };
    },
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
  },
});

describeRule("NET-010", {
  "a gateway endpoint for a service that has none": {
    at: "aws_vpc_endpoint.logs",
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
  },
  "an endpoint whose type is not written": {
    at: "aws_vpc_endpoint.ecr_api",
    bad: ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api.vpc_endpoint_type;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_endpoint.s3.vpc_endpoint_type;
    },
  },
  "a service whose name holds a region that is looked up": {
    at: "aws_vpc_endpoint.ecr_api",
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
  },
});

describeRule("NET-011", {
  "the service of another region": {
    at: "aws_vpc_endpoint.logs",
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.service_name = "com.amazonaws.us-east-1.logs";
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_vpc_endpoint.logs, {
        service_name: "com.amazonaws.us-east-1.logs",
        service_region: "us-east-1",
      });
    },
  },
  "a service of the default provider's region, where the endpoint has another": {
    at: "aws_vpc_endpoint.logs",
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
  },
  "the service of another region, where the zones tell the own": {
    bad: ({ provider, resource }) => {
      provider.aws = [{}];
      resource.aws_vpc_endpoint.logs.service_name = "com.amazonaws.us-east-1.logs";
    },
    good: ({ provider }) => {
      provider.aws = [{}];
    },
  },
});

describeRule("NET-012", {
  "two subnets in one zone": {
    at: "aws_vpc_endpoint.logs",
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.subnet_ids = ["${aws_subnet.private_a.id}", "${aws_subnet.public_a.id}"];
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.subnet_ids = ["${aws_subnet.private_a.id}", "${aws_subnet.public_c.id}"];
    },
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
  },
});

describeRule("NET-013", {
  "two endpoints that answer to the same names": {
    at: "aws_vpc_endpoint.twice",
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.twice = endpoint("logs");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.twice = endpoint("logs", { private_dns_enabled: false });
    },
  },
  "instances of for_each beside one": {
    at: 'aws_vpc_endpoint.each["logs"]',
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.each = {
        ...endpoint("${each.key}"),
        for_each: '${toset(["logs", "sqs"])}',
      };
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.each = { ...endpoint("${each.key}"), for_each: '${toset(["sns", "sqs"])}' };
    },
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
  },
});

describeRule("NET-024", {
  "a hyphen where AWS writes a dot": {
    at: "aws_vpc_endpoint.ecr_api",
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.service_name = "com.amazonaws.ap-northeast-1.ecr-api";
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.service_name = "com.amazonaws.ap-northeast-1.rds-data";
    },
  },
  "a hyphen where AWS writes none": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.service_name = "com.amazonaws.ap-northeast-1.secrets-manager";
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.service_name = "com.amazonaws.vpce.ap-northeast-1.vpce-svc-0123456789";
    },
  },
});
