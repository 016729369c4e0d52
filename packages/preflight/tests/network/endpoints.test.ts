import { change, withoutNat } from "../rules/reachability/changes.ts";
import type { Json } from "../support/rules.ts";
import { type Change, describeRows } from "./rows.ts";

const APP = "aws_ecs_service.app";
const s3Interface =
  (more: Json): Change =>
  ({ resource }) => {
    resource.aws_vpc_endpoint.s3_names = {
      ...resource.aws_vpc_endpoint.ecr_api,
      service_name: "com.amazonaws.ap-northeast-1.s3",
      security_group_ids: ["${aws_security_group.cache.id}"], // which lets nothing in on 443
      ...more,
    };
  };

const withoutHostnames: Change = change(withoutNat, ({ resource }) => {
  delete resource.aws_vpc.main.enable_dns_hostnames;
});

const groupOfEndpoint =
  (more: Json): Change =>
  ({ resource }) => {
    delete resource.aws_vpc_endpoint.ecr_api.security_group_ids;
    resource.aws_vpc_endpoint_security_group_association = {
      main: {
        vpc_endpoint_id: "${aws_vpc_endpoint.ecr_api.id}",
        security_group_id: "${aws_security_group.cache.id}",
        ...more,
      },
    };
    resource.aws_default_security_group = {
      main: {
        vpc_id: "${aws_vpc.main.id}",
        ingress: [{ protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["10.0.0.0/16"] }],
      },
    };
  };

describeRows("S3 with endpoints of both kinds", [
  ["is reached through the gateway by default", APP, "s3", s3Interface({}), "open"],
  [
    "is reached through the gateway where private DNS is for resolvers",
    APP,
    "s3",
    s3Interface({ dns_options: { private_dns_only_for_inbound_resolver_endpoint: true } }),
    "open",
  ],
  [
    "is where its names lead, where private DNS is for the whole VPC",
    APP,
    "s3",
    s3Interface({ dns_options: { private_dns_only_for_inbound_resolver_endpoint: false } }),
    "blocked",
    "aws_security_group.cache does not let aws_security_group.app in on 443",
  ],
  [
    "is for the whole VPC where options are written without it",
    APP,
    "s3",
    s3Interface({ dns_options: { dns_record_ip_type: "ipv4" } }),
    "blocked",
  ],
  [
    "is reached through the gateway without private DNS",
    APP,
    "s3",
    s3Interface({ private_dns_enabled: false }),
    "open",
  ],
]);

describeRows("an interface endpoint with private DNS", [
  ["is where the names of its service lead", "aws_ecs_service.nginx", "ecr.api", withoutNat, "open"],
  [
    "is no way where the VPC has no DNS hostnames, which is the default",
    APP,
    "logs",
    withoutHostnames,
    "blocked",
    "aws_route_table.private has no route out of aws_subnet.private_a to logs (aws_vpc_endpoint.logs is there, but aws_vpc.main has its DNS support or DNS hostnames off)",
  ],
]);

describeRows("a group that an association gives an endpoint", [
  ["is there beside the default group", APP, "ecr.api", groupOfEndpoint({}), "open"],
  [
    "takes the place of the default group where it says so",
    APP,
    "ecr.api",
    groupOfEndpoint({ replace_default_association: true }),
    "blocked",
    "aws_security_group.cache does not let aws_security_group.app in on 443",
  ],
]);
