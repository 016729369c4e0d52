import { expect, it } from "vitest";
import { describeRule, editContainers, findingsOf, type Json } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";
import { ANSWERS, ANY_PORT, acl, aclRule, change, groupRule, HTTPS, otherVpc, withoutNat } from "./changes.ts";

const INTERFACE_ENDPOINTS = ["ecr_api", "ecr_dkr", "logs", "secretsmanager", "ssmmessages"];

/** Everything goes over NAT. */
function withoutEndpoints({ resource }: Json): void {
  delete resource.aws_vpc_endpoint;
  delete resource.aws_vpc_security_group_egress_rule.nginx_to_s3;
  const rule = resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints;
  delete rule.referenced_security_group_id;
  rule.cidr_ipv4 = "0.0.0.0/0";
}

function letOutToNetworkOnly({ resource }: Json): void {
  for (const name of ["nginx_to_endpoints", "app_to_internet"]) {
    resource.aws_vpc_security_group_egress_rule[name].cidr_ipv4 = "10.0.0.0/16";
  }
}

const policyOf = (Action: string | string[], Resource: string | string[], Effect = "Allow") =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Principal: "*", Action, Resource }] });

const PULLS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken"];

const setImage = (image: string) => (stack: Json) =>
  editContainers(stack, "nginx", ([nginx]) => {
    nginx.image = image;
  });

const setLogOption = (name: string, value: string) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => {
    app.logConfiguration.options[name] = value;
  });

const giveEnvironment = (name: string, value: string) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => app.environment.push({ name, value }));

function addQueue({ resource }: Json): void {
  resource.aws_sqs_queue = { jobs: { name: "jobs" } };
}

const USER_POOL = giveEnvironment("USER_POOL_ID", "${aws_cognito_user_pool.main.id}");

function endpointForCognito({ resource }: Json): void {
  resource.aws_vpc_endpoint.cognito = {
    ...resource.aws_vpc_endpoint.logs,
    service_name: "com.amazonaws.ap-northeast-1.cognito-idp",
  };
}

it("says nothing about a stack that works", async () => {
  expect(await findingsOf(workingStack())).toEqual([]);
});

describeRule("NET-101", {
  "a service by the family and the revision of its task definition": {
    bad: change(withoutNat, withoutEndpoints, ({ resource }) => {
      resource.aws_ecs_service.app.task_definition =
        "${aws_ecs_task_definition.app.family}:${aws_ecs_task_definition.app.revision}";
    }),
    good: change(withoutNat, withoutEndpoints, ({ resource }) => {
      delete resource.aws_ecs_service.nginx;
      resource.aws_ecs_service.app.task_definition = "${aws_ecs_task_definition.app.family}:12"; // whatever that was
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "a service by the highest revision of its task definition": {
    bad: change(withoutNat, withoutEndpoints, ({ data, resource }) => {
      data.aws_ecs_task_definition = { app: { task_definition: "${aws_ecs_task_definition.app.family}" } };
      resource.aws_ecs_service.app.task_definition =
        "${aws_ecs_task_definition.app.family}:${max(aws_ecs_task_definition.app.revision, data.aws_ecs_task_definition.app.revision)}";
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "containers by a template that is given a repository": {
    bad: change(withoutNat, withoutEndpoints, ({ resource }) => {
      resource.aws_ecs_task_definition.app.container_definitions =
        '${templatefile("app.json", { image = aws_ecr_repository.app.repository_url })}';
    }),
    good: change(withoutNat, withoutEndpoints, ({ resource }) => {
      delete resource.aws_ecs_service.nginx;
      resource.aws_ecs_task_definition.app.container_definitions =
        '${templatefile("app.json", { registry = aws_ecr_repository.app.registry_id })}';
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "tasks without an endpoint for the registry, where nothing else leads out": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_dkr;
    }),
    good: withoutEndpoints,
    says: [
      "aws_ecs_service.app can't reach ecr.dkr (ECR's registry): aws_route_table.private has no route out of aws_subnet.private_a to ecr.dkr. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.dkr (ECR's registry): aws_security_group.nginx lets nothing out to ecr.dkr on 443. Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
    ],
  },
  "tasks without an endpoint for the API": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api;
    }),
    good: withoutNat,
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to ecr.api on 443. Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
    ],
  },
  "tasks without a way to S3, where the layers are": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.s3;
    }),
    says: [
      "aws_ecs_service.app can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "an interface endpoint for S3, whose private DNS is for resolvers outside of the VPC by default": {
    bad: change(withoutNat, ({ resource }) => {
      resource.aws_vpc_endpoint.s3 = {
        ...resource.aws_vpc_endpoint.ecr_api,
        service_name: "com.amazonaws.ap-northeast-1.s3",
      };
    }),
    good: change(withoutNat, ({ resource }) => {
      resource.aws_vpc_endpoint.s3 = {
        ...resource.aws_vpc_endpoint.ecr_api,
        service_name: "com.amazonaws.ap-northeast-1.s3",
        dns_options: { private_dns_only_for_inbound_resolver_endpoint: false },
      };
    }),
    says: [
      "aws_ecs_service.app can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3 (aws_vpc_endpoint.s3 is there, but its private DNS is for resolvers outside of the VPC only). Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3 (aws_vpc_endpoint.s3 is there, but its private DNS is for resolvers outside of the VPC only). Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "a gateway endpoint in the wrong route table": {
    bad: change(withoutNat, ({ resource }) => {
      resource.aws_vpc_endpoint.s3.route_table_ids = ["${aws_route_table.public.id}"];
    }),
    good: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.s3.route_table_ids;
      resource.aws_vpc_endpoint_route_table_association = {
        s3: { vpc_endpoint_id: "${aws_vpc_endpoint.s3.id}", route_table_id: "${aws_route_table.private.id}" },
      };
    }),
    says: [
      "aws_ecs_service.app can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3 (aws_vpc_endpoint.s3 is there, but not in the route table of aws_subnet.private_a). Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3 (aws_vpc_endpoint.s3 is there, but not in the route table of aws_subnet.private_a). Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "an endpoint without private DNS": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api.private_dns_enabled;
    }),
    good: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api.private_dns_enabled;
      resource.aws_vpc_endpoint_private_dns = {
        api: { vpc_endpoint_id: "${aws_vpc_endpoint.ecr_api.id}", private_dns_enabled: true },
      };
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api (aws_vpc_endpoint.ecr_api is there, but without private DNS no name leads to it). Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to ecr.api on 443 (aws_vpc_endpoint.ecr_api is there, but without private DNS no name leads to it). Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
    ],
  },
  "an endpoint in another VPC": {
    bad: change(withoutNat, otherVpc, ({ resource }) => {
      Object.assign(resource.aws_vpc_endpoint.ecr_dkr, {
        vpc_id: "${aws_vpc.other.id}",
        subnet_ids: ["${aws_subnet.other_a.id}"],
      });
    }),
    good: change(withoutNat, (stack) => {
      stack.variable.vpc = {};
      stack.resource.aws_vpc_endpoint.ecr_dkr.vpc_id = "${var.vpc}"; // perhaps this one
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.dkr (ECR's registry): aws_route_table.private has no route out of aws_subnet.private_a to ecr.dkr. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.dkr (ECR's registry): aws_security_group.nginx lets nothing out to ecr.dkr on 443. Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
    ],
  },
  "an endpoint in no subnet": {
    bad: change(withoutNat, ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_dkr.subnet_ids = [];
    }),
    good: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_dkr.subnet_ids;
      resource.aws_vpc_endpoint_subnet_association = {
        dkr: { vpc_endpoint_id: "${aws_vpc_endpoint.ecr_dkr.id}", subnet_id: "${aws_subnet.private_a.id}" },
      };
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.dkr (ECR's registry): aws_vpc_endpoint.ecr_dkr stands in no subnet, so it has no address. Give the endpoint subnets of the VPC.",
      "aws_ecs_service.nginx can't reach ecr.dkr (ECR's registry): aws_vpc_endpoint.ecr_dkr stands in no subnet, so it has no address. Give the endpoint subnets of the VPC.",
    ],
  },
  "endpoints whose group does not let the tasks in": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.endpoints_from_nginx;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.endpoints_from_nginx;
      resource.aws_security_group_rule = {
        endpoints: groupRule("endpoints", "ingress", 443, { cidr_blocks: ["10.0.0.0/16"] }),
      };
    },
    says: "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry): aws_security_group.endpoints does not let aws_security_group.nginx in on 443. Let the connection pass in both security groups: out of the one, into the other.",
  },
  "endpoints whose group lets in a smaller block than the tasks'": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.endpoints_from_nginx;
      resource.aws_security_group.endpoints.ingress = {
        from_port: 443,
        to_port: 443,
        protocol: "tcp",
        cidr_blocks: ["10.0.0.0/24"],
      };
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.endpoints_from_nginx;
      resource.aws_security_group.endpoints.ingress = {
        from_port: 0,
        to_port: 0,
        protocol: "-1",
        cidr_blocks: ["10.0.10.0/23"],
      };
    },
    says: "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry): aws_security_group.endpoints does not let aws_security_group.nginx in on 443. Let the connection pass in both security groups: out of the one, into the other.",
  },
  "an endpoint with another group": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.security_group_ids = ["${aws_security_group.database.id}"];
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.security_group_ids.push("${aws_security_group.database.id}");
    },
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API): aws_security_group.database does not let aws_security_group.app in on 443. Let the connection pass in both security groups: out of the one, into the other.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_api on 443. Let the connection pass in both security groups: out of the one, into the other.",
    ],
  },
  "an endpoint without a group, which gets the default one": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api.security_group_ids; // lets in its own members only
    },
    good: ({ resource }) => {
      resource.aws_default_security_group = {
        main: {
          vpc_id: "${aws_vpc.main.id}",
          ingress: { from_port: 443, to_port: 443, protocol: "tcp", cidr_blocks: ["10.0.0.0/16"] },
        },
      };
      delete resource.aws_vpc_endpoint.ecr_api.security_group_ids;
      resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints.cidr_ipv4 = "10.0.0.0/16";
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints.referenced_security_group_id;
    },
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API): the default security group of aws_vpc.main does not let aws_security_group.app in on 443. Let the connection pass in both security groups: out of the one, into the other.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_api on 443. Let the connection pass in both security groups: out of the one, into the other.",
    ],
  },
  "tasks whose group lets nothing out": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints;
      resource.aws_security_group.nginx.egress = [
        { from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["0.0.0.0/0"] },
      ];
    },
    says: [
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_api on 443. Let the connection pass in both security groups: out of the one, into the other.",
      "aws_ecs_service.nginx can't reach ecr.dkr (ECR's registry): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_dkr on 443. Let the connection pass in both security groups: out of the one, into the other.",
    ],
  },
  "tasks that are let out on other ports, or by another protocol": {
    bad: ({ resource }) => {
      const rule = resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints;
      Object.assign(rule, { from_port: 80, to_port: 80 });
      resource.aws_vpc_security_group_egress_rule.udp = { ...rule, from_port: 443, to_port: 443, ip_protocol: "udp" };
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints, { from_port: 0, to_port: 65535 });
    },
    says: [
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_api on 443. Let the connection pass in both security groups: out of the one, into the other.",
      "aws_ecs_service.nginx can't reach ecr.dkr (ECR's registry): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_dkr on 443. Let the connection pass in both security groups: out of the one, into the other.",
    ],
  },
  "tasks without a group in a VPC whose default group was emptied": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_default_security_group = { main: { vpc_id: "${aws_vpc.main.id}" } };
      delete resource.aws_ecs_service.app.network_configuration.security_groups;
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_ecs_service.app.network_configuration.security_groups; // AWS's own lets everything out
    }),
    says: "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_default_security_group.main lets nothing out to ecr.api on 443. Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "a rule for the prefix list of another service": {
    bad: change(withoutNat, ({ resource }) => {
      resource.aws_vpc_endpoint.dynamodb = {
        vpc_id: "${aws_vpc.main.id}",
        service_name: "com.amazonaws.ap-northeast-1.dynamodb",
        route_table_ids: ["${aws_route_table.private.id}"],
      };
      resource.aws_vpc_security_group_egress_rule.nginx_to_s3.prefix_list_id =
        "${aws_vpc_endpoint.dynamodb.prefix_list_id}";
    }),
    good: change(withoutNat, ({ data, resource }) => {
      data.aws_prefix_list = { s3: { name: "com.amazonaws.ap-northeast-1.s3" } };
      resource.aws_vpc_security_group_egress_rule.nginx_to_s3.prefix_list_id = "${data.aws_prefix_list.s3.id}";
    }),
    says: "aws_ecs_service.nginx can't reach s3 (image layers): aws_security_group.nginx lets nothing out to s3 on 443. Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "tasks in subnets that keep the main route table": {
    bad: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_a;
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_a;
      resource.aws_main_route_table_association = {
        main: { vpc_id: "${aws_vpc.main.id}", route_table_id: "${aws_route_table.private.id}" },
      };
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): the main route table of aws_vpc.main has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): the main route table of aws_vpc.main has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "tasks in subnets with a default route table of one's own": {
    bad: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_a;
      resource.aws_default_route_table = {
        main: { default_route_table_id: "${aws_vpc.main.default_route_table_id}" },
      };
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_a;
      resource.aws_default_route_table = {
        main: {
          default_route_table_id: "${aws_vpc.main.default_route_table_id}",
          route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "${aws_nat_gateway.main.id}" }],
        },
      };
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_default_route_table.main has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_default_route_table.main has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "a NAT gateway in a private subnet": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.private_a.id}";
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.public_c.id}";
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_nat_gateway.main stands in aws_subnet.private_a, which has no route to an internet gateway: a NAT gateway needs a public subnet. Put a public NAT gateway into a subnet whose route table leads to the internet gateway.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_nat_gateway.main stands in aws_subnet.private_a, which has no route to an internet gateway: a NAT gateway needs a public subnet. Put a public NAT gateway into a subnet whose route table leads to the internet gateway.",
    ],
  },
  "a private NAT gateway": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.connectivity_type = "private";
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.connectivity_type = "public";
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_nat_gateway.main is a private NAT gateway, which does not lead to the internet. Put a public NAT gateway into a subnet whose route table leads to the internet gateway.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_nat_gateway.main is a private NAT gateway, which does not lead to the internet. Put a public NAT gateway into a subnet whose route table leads to the internet gateway.",
    ],
  },
  "a NAT gateway in a subnet whose route to the internet is missing": {
    bad: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route.internet;
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route.internet;
      resource.aws_route_table.public.route = [
        { cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.main.id}" },
      ];
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_nat_gateway.main stands in aws_subnet.public_a, which has no route to an internet gateway: a NAT gateway needs a public subnet. Put a public NAT gateway into a subnet whose route table leads to the internet gateway.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_nat_gateway.main stands in aws_subnet.public_a, which has no route to an internet gateway: a NAT gateway needs a public subnet. Put a public NAT gateway into a subnet whose route table leads to the internet gateway.",
    ],
  },
  "a route to NAT for some addresses only": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_route.nat.destination_cidr_block = "10.0.0.0/8";
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_route.nat.destination_cidr_block = "${var.destination}";
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "tasks in public subnets without public addresses": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.subnets = ["${aws_subnet.public_a.id}"];
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      Object.assign(resource.aws_ecs_service.app.network_configuration, {
        subnets: ["${aws_subnet.public_a.id}"],
        assign_public_ip: true,
      });
    }),
    says: "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): the network interface has no public address, and an internet gateway takes nothing else to ecr.api. Set assign_public_ip to true, or use subnets that route to a NAT gateway.",
  },
  "tasks with public addresses in private subnets": {
    bad: change(withoutEndpoints, withoutNat, ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.assign_public_ip = true;
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "one of the subnets without a way out": {
    bad: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_c;
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_route_table_association.private_c;
      for (const service of Object.values<Json>(resource.aws_ecs_service)) {
        service.network_configuration.subnets = ["${aws_subnet.private_a.id}"];
      }
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): the main route table of aws_vpc.main has no route out of aws_subnet.private_c to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): the main route table of aws_vpc.main has no route out of aws_subnet.private_c to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ],
  },
  "a network ACL that lets answers in on 443 only": {
    bad: change(withoutEndpoints, acl([HTTPS], ANY_PORT)),
    good: change(withoutEndpoints, acl([ANSWERS], ANY_PORT)),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses ports 32768–60999 into aws_subnet.private_a (answers of ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses ports 32768–60999 into aws_subnet.private_a (answers of ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ],
  },
  "a network ACL that lets nothing out": {
    bad: change(withoutEndpoints, acl(ANY_PORT, [])),
    good: change(withoutEndpoints, acl(ANY_PORT, [HTTPS, ANSWERS])),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses port 443 out of aws_subnet.private_a (ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses port 443 out of aws_subnet.private_a (ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ],
  },
  "a network ACL that refuses before it allows": {
    bad: change(withoutEndpoints, acl(ANY_PORT, [aclRule(50, "deny", 443, 443), ...ANY_PORT])),
    good: change(withoutEndpoints, acl(ANY_PORT, [...ANY_PORT, aclRule(200, "deny", 443, 443)])),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses port 443 out of aws_subnet.private_a (ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses port 443 out of aws_subnet.private_a (ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ],
  },
  "a network ACL of the NAT gateway's subnet that takes no answers": {
    bad: change(
      withoutEndpoints,
      acl([aclRule(100, "allow", 0, 65535, "10.0.0.0/16")], ANY_PORT, ["${aws_subnet.public_a.id}"]),
    ),
    good: change(withoutEndpoints, acl(ANY_PORT, ANY_PORT, ["${aws_subnet.public_a.id}"])),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses ports 1024–65535 into aws_subnet.public_a (answers of ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses ports 1024–65535 into aws_subnet.public_a (answers of ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ],
  },
  "a network ACL whose rules are resources of their own": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_network_acl_association = {
        a: { network_acl_id: "${aws_network_acl.main.id}", subnet_id: "${aws_subnet.private_a.id}" },
      };
      const rule = {
        network_acl_id: "${aws_network_acl.main.id}",
        rule_number: 100,
        rule_action: "allow",
        protocol: "tcp",
        from_port: 443,
        to_port: 443,
        cidr_block: "0.0.0.0/0",
      };
      resource.aws_network_acl_rule = { out: { ...rule, egress: true }, in: { ...rule, egress: false } };
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_network_acl_association = {
        a: { network_acl_id: "${aws_network_acl.main.id}", subnet_id: "${aws_subnet.private_a.id}" },
      };
      const rule = {
        network_acl_id: "${aws_network_acl.main.id}",
        rule_number: 100,
        rule_action: "allow",
        protocol: "-1",
        cidr_block: "0.0.0.0/0",
      };
      resource.aws_network_acl_rule = { out: { ...rule, egress: true }, in: { ...rule, egress: false } };
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses ports 32768–60999 into aws_subnet.private_a (answers of ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_network_acl.main refuses ports 32768–60999 into aws_subnet.private_a (answers of ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ],
  },
  "a default network ACL that was emptied": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_default_network_acl = {
        main: { default_network_acl_id: "${aws_vpc.main.default_network_acl_id}" },
      };
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_default_network_acl = {
        main: {
          default_network_acl_id: "${aws_vpc.main.default_network_acl_id}",
          ingress: [
            { rule_no: 100, action: "allow", protocol: "-1", from_port: 0, to_port: 0, cidr_block: "0.0.0.0/0" },
          ],
          egress: [
            { rule_no: 100, action: "allow", protocol: "-1", from_port: 0, to_port: 0, cidr_block: "0.0.0.0/0" },
          ],
        },
      };
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_default_network_acl.main refuses port 443 out of aws_subnet.private_a (ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry), s3 (image layers): aws_default_network_acl.main refuses port 443 out of aws_subnet.private_a (ecr.api). Let the network ACL pass the port, and ports 1024–65535 back.",
    ],
  },
  "an endpoint policy that does not name the repository": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_dkr.policy = policyOf(PULLS, "arn:aws:ecr:*:*:repository/another-*");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_dkr.policy = policyOf(PULLS, "arn:aws:ecr:*:*:repository/shop-*");
    },
    says: [
      "aws_ecs_service.app can't reach ecr.dkr (ECR's registry): aws_vpc_endpoint.ecr_dkr does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
      "aws_ecs_service.nginx can't reach ecr.dkr (ECR's registry): aws_vpc_endpoint.ecr_dkr does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
    ],
  },
  "an endpoint policy of its own that forbids pulls": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint_policy = {
        dkr: { vpc_endpoint_id: "${aws_vpc_endpoint.ecr_dkr.id}", policy: policyOf("ecr:Describe*", "*") },
      };
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint_policy = {
        dkr: { vpc_endpoint_id: "${aws_vpc_endpoint.ecr_dkr.id}", policy: policyOf("ecr:*", "*") },
      };
    },
    says: [
      "aws_ecs_service.app can't reach ecr.dkr (ECR's registry): aws_vpc_endpoint.ecr_dkr does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
      "aws_ecs_service.nginx can't reach ecr.dkr (ECR's registry): aws_vpc_endpoint.ecr_dkr does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
    ],
  },
  "a policy of S3's endpoint that leaves out the bucket with the layers": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.s3.policy = policyOf("s3:*", [
        "${aws_s3_bucket.logs.arn}",
        "${aws_s3_bucket.logs.arn}/*",
      ]);
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.s3.policy = policyOf(
        "s3:GetObject",
        "arn:aws:s3:::prod-ap-northeast-1-starport-layer-bucket/*",
      );
    },
    says: [
      "aws_ecs_service.app can't reach s3 (image layers): aws_vpc_endpoint.s3 does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
      "aws_ecs_service.nginx can't reach s3 (image layers): aws_vpc_endpoint.s3 does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
    ],
  },
  "a gateway endpoint where no rule lets traffic out to S3": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_s3;
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.nginx_to_s3 = {
        ...resource.aws_vpc_security_group_egress_rule.app_to_internet,
        security_group_id: "${aws_security_group.nginx.id}",
      };
    },
    says: "aws_ecs_service.nginx can't reach s3 (image layers): aws_security_group.nginx lets nothing out to s3 on 443. Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "tasks without a way out, unless they run on instances": {
    bad: change(withoutNat, ({ resource }) => {
      for (const name of INTERFACE_ENDPOINTS) delete resource.aws_vpc_endpoint[name];
    }),
    good: change(withoutNat, ({ resource }) => {
      for (const name of INTERFACE_ENDPOINTS) delete resource.aws_vpc_endpoint[name];
      for (const service of Object.values<Json>(resource.aws_ecs_service)) service.launch_type = "EC2";
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry): aws_security_group.nginx lets nothing out to ecr.api on 443. Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
    ],
  },
  "tasks without a way out that capacity providers run": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api;
      for (const service of Object.values<Json>(resource.aws_ecs_service)) {
        delete service.launch_type;
        service.capacity_provider_strategy = [{ capacity_provider: "FARGATE_SPOT", weight: 1 }];
      }
    }),
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API): aws_route_table.private has no route out of aws_subnet.private_a to ecr.api. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to ecr.api on 443. Give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
    ],
  },
});

describeRule("NET-102", {
  "an image of Docker Hub, where no internet is": {
    bad: setImage("nginx:1.27"),
    good: change(setImage("nginx:1.27"), withoutEndpoints),
    says: "aws_ecs_service.nginx can't reach the internet (to pull the image of nginx): aws_security_group.nginx lets nothing out to the internet on 443. Give the VPC endpoints of ECR, with the image there, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "an image of ECR's public gallery": {
    bad: setImage("public.ecr.aws/nginx/nginx:1.27"),
    says: "aws_ecs_service.nginx can't reach the internet (to pull the image of nginx): aws_security_group.nginx lets nothing out to the internet on 443. Give the VPC endpoints of ECR, with the image there, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "an image of another registry": {
    bad: setImage("ghcr.io/example/nginx:1"),
    good: (stack) => {
      stack.variable.image = {};
      setImage("${var.image}")(stack);
    },
    says: "aws_ecs_service.nginx can't reach the internet (to pull the image of nginx): aws_security_group.nginx lets nothing out to the internet on 443. Give the VPC endpoints of ECR, with the image there, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "an image of ECR in another region, to which no endpoint leads": {
    bad: setImage("123456789012.dkr.ecr.us-east-1.amazonaws.com/nginx:1"),
    good: setImage("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/nginx:1"),
    says: "aws_ecs_service.nginx can't reach the internet (to pull the image of nginx from another region): aws_security_group.nginx lets nothing out to the internet on 443. Give the VPC endpoints of ECR, with the image there, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
  },
  "an image of Docker Hub in a subnet without NAT": {
    bad: change(setImage("nginx:1.27"), withoutEndpoints, withoutNat),
    says: "aws_ecs_service.nginx can't reach the internet (to pull the image of nginx): aws_route_table.private has no route out of aws_subnet.private_a to the internet. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC endpoints of ECR, with the image there.",
  },
});

describeRule("NET-103", {
  "tasks that are let out to their network only, where no endpoint is": {
    bad: change(withoutEndpoints, withoutNat, letOutToNetworkOnly),
    good: change(withoutEndpoints, withoutNat, letOutToNetworkOnly, ({ data, resource }) => {
      // The endpoints may be made where the network is made.
      data.aws_subnet = { main: { id: "subnet-1" } };
      for (const service of Object.values<Json>(resource.aws_ecs_service)) {
        service.network_configuration.subnets = ["${data.aws_subnet.main.id}"];
      }
    }),
    says: [
      "aws_ecs_service.app can't reach logs (CloudWatch Logs): aws_security_group.app lets nothing out to logs on 443. Give the VPC an interface endpoint for logs, with private DNS, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
      "aws_ecs_service.nginx can't reach logs (CloudWatch Logs): aws_security_group.nginx lets nothing out to logs on 443. Give the VPC an interface endpoint for logs, with private DNS, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
    ],
  },
  "tasks without an endpoint for logs": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.logs;
    }),
    good: ({ resource }) => {
      delete resource.aws_vpc_endpoint.logs;
      resource.aws_vpc_security_group_egress_rule.nginx_to_internet = {
        ...resource.aws_vpc_security_group_egress_rule.app_to_internet,
        security_group_id: "${aws_security_group.nginx.id}",
      };
    },
    says: [
      "aws_ecs_service.app can't reach logs (CloudWatch Logs): aws_route_table.private has no route out of aws_subnet.private_a to logs. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC an interface endpoint for logs, with private DNS.",
      "aws_ecs_service.nginx can't reach logs (CloudWatch Logs): aws_security_group.nginx lets nothing out to logs on 443. Give the VPC an interface endpoint for logs, with private DNS, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
    ],
  },
  "logs that go to another region, to which no endpoint leads": {
    bad: change(withoutNat, setLogOption("awslogs-region", "us-east-1")),
    good: setLogOption("awslogs-region", "us-east-1"),
    says: "aws_ecs_service.app can't reach the internet (to write the log of app): aws_route_table.private has no route out of aws_subnet.private_a to the internet. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC an interface endpoint for logs, with private DNS.",
  },
  "an endpoint policy that does not let logs be written": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.policy = policyOf("logs:*", "*", "Deny");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.policy = policyOf(["logs:CreateLogStream", "logs:PutLogEvents"], "*");
    },
    says: [
      "aws_ecs_service.app can't reach logs (CloudWatch Logs): aws_vpc_endpoint.logs does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
      "aws_ecs_service.nginx can't reach logs (CloudWatch Logs): aws_vpc_endpoint.logs does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
    ],
  },
  "tasks without an endpoint for logs, unless they write none there": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.logs;
    }),
    good: change(
      withoutNat,
      ({ resource }) => {
        delete resource.aws_vpc_endpoint.logs;
      },
      (stack) => {
        for (const task of ["nginx", "app"]) {
          editContainers(stack, task, ([container]) => {
            delete container.logConfiguration;
          });
        }
      },
    ),
    says: [
      "aws_ecs_service.app can't reach logs (CloudWatch Logs): aws_route_table.private has no route out of aws_subnet.private_a to logs. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC an interface endpoint for logs, with private DNS.",
      "aws_ecs_service.nginx can't reach logs (CloudWatch Logs): aws_security_group.nginx lets nothing out to logs on 443. Give the VPC an interface endpoint for logs, with private DNS, and let its group pass; or let the group out to 0.0.0.0/0 on 443, where a NAT gateway leads out.",
    ],
  },
});

describeRule("NET-104", {
  "tasks without an endpoint for their secrets": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.secretsmanager;
    }),
    good: ({ resource }) => {
      delete resource.aws_vpc_endpoint.secretsmanager;
    },
    says: "aws_ecs_service.app can't reach secretsmanager (Secrets Manager): aws_route_table.private has no route out of aws_subnet.private_a to secretsmanager. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC an interface endpoint for that service, with private DNS.",
  },
  "a parameter, for which there is another endpoint": {
    bad: change(withoutNat, (stack) => {
      stack.resource.aws_ssm_parameter = { key: { name: "/shop/key", type: "SecureString", value: "${var.key_base}" } };
      editContainers(stack, "app", ([app]) =>
        app.secrets.push({ name: "KEY", valueFrom: "${aws_ssm_parameter.key.arn}" }),
      );
    }),
    good: change(withoutNat, (stack) => {
      const { resource } = stack;
      resource.aws_ssm_parameter = { key: { name: "/shop/key", type: "SecureString", value: "${var.key_base}" } };
      resource.aws_vpc_endpoint.ssm = {
        ...resource.aws_vpc_endpoint.secretsmanager,
        service_name: "com.amazonaws.ap-northeast-1.ssm",
      };
      editContainers(stack, "app", ([app]) =>
        app.secrets.push({ name: "KEY", valueFrom: "${aws_ssm_parameter.key.arn}" }),
      );
    }),
    says: "aws_ecs_service.app can't reach ssm (Parameter Store): aws_route_table.private has no route out of aws_subnet.private_a to ssm. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC an interface endpoint for that service, with private DNS.",
  },
  "a secret by its ARN": {
    bad: change(withoutNat, (stack) => {
      delete stack.resource.aws_vpc_endpoint.secretsmanager;
      editContainers(stack, "app", ([app]) => {
        const arn = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop-AbCdEf";
        app.secrets = [{ name: "KEY", valueFrom: arn }];
      });
    }),
    good: change(withoutNat, (stack) => {
      delete stack.resource.aws_vpc_endpoint.secretsmanager;
      editContainers(stack, "app", ([app]) => {
        app.secrets = [];
      });
    }),
    says: "aws_ecs_service.app can't reach secretsmanager (Secrets Manager): aws_route_table.private has no route out of aws_subnet.private_a to secretsmanager. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC an interface endpoint for that service, with private DNS.",
  },
  "an endpoint policy that lets no secret be read": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.policy = policyOf("secretsmanager:DescribeSecret", "*");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.policy = policyOf("secretsmanager:Get*", "*");
    },
    says: "aws_ecs_service.app can't reach secretsmanager (Secrets Manager): aws_vpc_endpoint.secretsmanager does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
  },
});

describeRule("NET-105", {
  "ECS Exec without a way to its messages": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ssmmessages;
    }),
    good: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ssmmessages;
      resource.aws_ecs_service.app.enable_execute_command = false;
    }),
    says: "aws_ecs_service.app can't reach ssmmessages (ECS Exec): aws_route_table.private has no route out of aws_subnet.private_a to ssmmessages. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC an interface endpoint for ssmmessages, with private DNS.",
  },
  "ECS Exec whose endpoint does not let the tasks in": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ssmmessages.security_group_ids = ["${aws_security_group.cache.id}"];
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_endpoint.ssmmessages; // NAT leads there
    },
    says: "aws_ecs_service.app can't reach ssmmessages (ECS Exec): aws_security_group.cache does not let aws_security_group.app in on 443. Let the connection pass in both security groups: out of the one, into the other.",
  },
});

describeRule("NET-108", {
  "a queue without a way to it": {
    bad: change(withoutNat, addQueue, giveEnvironment("QUEUE_URL", "${aws_sqs_queue.jobs.url}")),
    good: change(withoutNat, addQueue, giveEnvironment("QUEUE_URL", "${aws_sqs_queue.jobs.url}"), ({ resource }) => {
      resource.aws_vpc_endpoint.sqs = {
        ...resource.aws_vpc_endpoint.logs,
        service_name: "com.amazonaws.ap-northeast-1.sqs",
      };
    }),
    says: "aws_ecs_service.app can't reach sqs: aws_route_table.private has no route out of aws_subnet.private_a to sqs. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC an endpoint for that service.",
  },
  "a bucket without a way to S3": {
    bad: change(withoutNat, giveEnvironment("BUCKET", "${aws_s3_bucket.logs.bucket}"), ({ resource }) => {
      delete resource.aws_vpc_endpoint.s3;
    }),
    good: change(withoutNat, giveEnvironment("BUCKET", "${aws_s3_bucket.logs.bucket}")),
    says: "aws_ecs_service.app can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC an endpoint for that service.",
  },
});

describeRule("NET-114", {
  "a user pool without a way to it": {
    bad: change(withoutNat, USER_POOL),
    good: USER_POOL,
    says: "aws_ecs_service.app can't reach cognito-idp (Cognito): aws_route_table.private has no route out of aws_subnet.private_a to cognito-idp. Give the tasks a NAT gateway, or take the domain of aws_cognito_user_pool.main away and give the VPC an interface endpoint for cognito-idp; where only the load balancer logs people in, acknowledge this.",
  },
  "an endpoint for a user pool that has a domain, which it does not serve": {
    bad: change(withoutNat, USER_POOL, endpointForCognito),
    good: change(withoutNat, USER_POOL, endpointForCognito, ({ resource }) => {
      delete resource.aws_cognito_user_pool_domain;
    }),
    says: "aws_ecs_service.app can't reach cognito-idp (Cognito): aws_vpc_endpoint.cognito does not let the call through: its policy, or what it is called for, forbids it. Give the tasks a NAT gateway, or take the domain of aws_cognito_user_pool.main away and give the VPC an interface endpoint for cognito-idp; where only the load balancer logs people in, acknowledge this.",
  },
  "a client whose pool is behind it": {
    bad: change(withoutNat, giveEnvironment("CLIENT_ID", "${aws_cognito_user_pool_client.alb.id}")),
    says: "aws_ecs_service.app can't reach cognito-idp (Cognito): aws_route_table.private has no route out of aws_subnet.private_a to cognito-idp. Give the tasks a NAT gateway, or take the domain of aws_cognito_user_pool.main away and give the VPC an interface endpoint for cognito-idp; where only the load balancer logs people in, acknowledge this.",
  },
});
