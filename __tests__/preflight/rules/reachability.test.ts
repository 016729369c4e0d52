import { expect, it } from "vitest";
import { describeRule, editContainers, findingsOf, type Json } from "../../support/preflight.ts";
import { workingStack } from "../../support/working-stack.ts";

it("says nothing about a stack that works", async () => {
  expect(await findingsOf(workingStack())).toEqual([]);
});

const INTERFACE_ENDPOINTS = ["ecr_api", "ecr_dkr", "logs", "secretsmanager", "ssmmessages"];
const PRIVATE_SUBNETS = ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"];

function withoutNat({ resource }: Json): void {
  delete resource.aws_route.nat;
}

/** Everything goes over NAT. */
function withoutEndpoints({ resource }: Json): void {
  delete resource.aws_vpc_endpoint;
  delete resource.aws_vpc_security_group_egress_rule.nginx_to_s3;
  const rule = resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints;
  delete rule.referenced_security_group_id;
  rule.cidr_ipv4 = "0.0.0.0/0";
}

/** Only the endpoints that a test is about have to work. */
function change(...changes: ((stack: Json) => void)[]): (stack: Json) => void {
  return (stack) => {
    for (const one of changes) one(stack);
  };
}

function otherVpc({ resource }: Json): void {
  resource.aws_vpc.other = { cidr_block: "10.1.0.0/16", enable_dns_support: true, enable_dns_hostnames: true };
  resource.aws_subnet.other_a = {
    vpc_id: "${aws_vpc.other.id}",
    cidr_block: "10.1.0.0/24",
    availability_zone: "ap-northeast-1a",
  };
}

function letOutToNetworkOnly({ resource }: Json): void {
  for (const name of ["nginx_to_endpoints", "app_to_internet"]) {
    resource.aws_vpc_security_group_egress_rule[name].cidr_ipv4 = "10.0.0.0/16";
  }
}

const aclRule = (rule_no: number, action: string, from_port: number, to_port: number, cidr_block = "0.0.0.0/0") => ({
  rule_no,
  action,
  protocol: "tcp",
  from_port,
  to_port,
  cidr_block,
});

/** A network ACL on subnets; by default on the private ones. */
function acl(ingress: object[], egress: object[], subnet_ids: readonly string[] = PRIVATE_SUBNETS) {
  return ({ resource }: Json) => {
    resource.aws_network_acl = { main: { vpc_id: "${aws_vpc.main.id}", subnet_ids, ingress, egress } };
  };
}

const ANY_PORT = [aclRule(100, "allow", 0, 65535)];
const HTTPS = aclRule(100, "allow", 443, 443);
const ANSWERS = aclRule(110, "allow", 1024, 65535);

const groupRule = (group: string, type: "ingress" | "egress", port: number, peer: object) => ({
  security_group_id: `\${aws_security_group.${group}.id}`,
  type,
  protocol: "tcp",
  from_port: port,
  to_port: port,
  ...peer,
});

const policyOf = (Action: string | string[], Resource: string | string[], Effect = "Allow") =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect, Principal: "*", Action, Resource }] });

const PULLS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken"];

describeRule("NET-101", {
  "a service by the family and the revision of its task definition": {
    at: "aws_ecs_service.app",
    bad: change(withoutNat, withoutEndpoints, ({ resource }) => {
      resource.aws_ecs_service.app.task_definition =
        "${aws_ecs_task_definition.app.family}:${aws_ecs_task_definition.app.revision}";
    }),
    good: change(withoutNat, withoutEndpoints, ({ resource }) => {
      delete resource.aws_ecs_service.nginx;
      resource.aws_ecs_service.app.task_definition = "${aws_ecs_task_definition.app.family}:12"; // whatever that was
    }),
  },
  "a service by the highest revision of its task definition": {
    at: "aws_ecs_service.app",
    bad: change(withoutNat, withoutEndpoints, ({ data, resource }) => {
      data.aws_ecs_task_definition = { app: { task_definition: "${aws_ecs_task_definition.app.family}" } };
      resource.aws_ecs_service.app.task_definition =
        "${aws_ecs_task_definition.app.family}:${max(aws_ecs_task_definition.app.revision, data.aws_ecs_task_definition.app.revision)}";
    }),
  },
  "containers by a template that is given a repository": {
    at: "aws_ecs_service.app",
    bad: change(withoutNat, withoutEndpoints, ({ resource }) => {
      resource.aws_ecs_task_definition.app.container_definitions =
        '${templatefile("app.json", { image = aws_ecr_repository.app.repository_url })}';
    }),
    good: change(withoutNat, withoutEndpoints, ({ resource }) => {
      delete resource.aws_ecs_service.nginx;
      resource.aws_ecs_task_definition.app.container_definitions =
        '${templatefile("app.json", { registry = aws_ecr_repository.app.registry_id })}';
    }),
  },
  "tasks without an endpoint for the registry, where nothing else leads out": {
    at: "aws_ecs_service.nginx",
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_dkr;
    }),
    good: withoutEndpoints,
  },
  "tasks without an endpoint for the API": {
    at: "aws_ecs_service.app",
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api;
    }),
    good: withoutNat,
  },
  "tasks without a way to S3, where the layers are": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.s3;
    }),
  },
  "an interface endpoint for S3, which serves no name of S3's": {
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
  },
  "endpoints whose group does not let the tasks in": {
    at: "aws_ecs_service.nginx",
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.endpoints_from_nginx;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.endpoints_from_nginx;
      resource.aws_security_group_rule = {
        endpoints: groupRule("endpoints", "ingress", 443, { cidr_blocks: ["10.0.0.0/16"] }),
      };
    },
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
  },
  "an endpoint with another group": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.security_group_ids = ["${aws_security_group.database.id}"];
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.security_group_ids.push("${aws_security_group.database.id}");
    },
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
  },
  "tasks whose group lets nothing out": {
    at: "aws_ecs_service.nginx",
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_endpoints;
      resource.aws_security_group.nginx.egress = [
        { from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["0.0.0.0/0"] },
      ];
    },
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
  },
  "tasks without a group in a VPC whose default group was emptied": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_default_security_group = { main: { vpc_id: "${aws_vpc.main.id}" } };
      delete resource.aws_ecs_service.app.network_configuration.security_groups;
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      delete resource.aws_ecs_service.app.network_configuration.security_groups; // AWS's own lets everything out
    }),
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
  },
  "a NAT gateway in a private subnet": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.private_a.id}";
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.public_c.id}";
    }),
  },
  "a private NAT gateway": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.connectivity_type = "private";
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_nat_gateway.main.connectivity_type = "public";
    }),
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
  },
  "a route to NAT for some addresses only": {
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_route.nat.destination_cidr_block = "10.0.0.0/8";
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      resource.aws_route.nat.destination_cidr_block = "${var.destination}";
    }),
  },
  "tasks in public subnets without public addresses": {
    at: "aws_ecs_service.app",
    bad: change(withoutEndpoints, ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.subnets = ["${aws_subnet.public_a.id}"];
    }),
    good: change(withoutEndpoints, ({ resource }) => {
      Object.assign(resource.aws_ecs_service.app.network_configuration, {
        subnets: ["${aws_subnet.public_a.id}"],
        assign_public_ip: true,
      });
    }),
  },
  "tasks with public addresses in private subnets": {
    bad: change(withoutEndpoints, withoutNat, ({ resource }) => {
      resource.aws_ecs_service.app.network_configuration.assign_public_ip = true;
    }),
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
  },
  "a network ACL that lets answers in on 443 only": {
    bad: change(withoutEndpoints, acl([HTTPS], ANY_PORT)),
    good: change(withoutEndpoints, acl([ANSWERS], ANY_PORT)),
  },
  "a network ACL that lets nothing out": {
    bad: change(withoutEndpoints, acl(ANY_PORT, [])),
    good: change(withoutEndpoints, acl(ANY_PORT, [HTTPS, ANSWERS])),
  },
  "a network ACL that refuses before it allows": {
    bad: change(withoutEndpoints, acl(ANY_PORT, [aclRule(50, "deny", 443, 443), ...ANY_PORT])),
    good: change(withoutEndpoints, acl(ANY_PORT, [...ANY_PORT, aclRule(200, "deny", 443, 443)])),
  },
  "a network ACL of the NAT gateway's subnet that takes no answers": {
    bad: change(
      withoutEndpoints,
      acl([aclRule(100, "allow", 0, 65535, "10.0.0.0/16")], ANY_PORT, ["${aws_subnet.public_a.id}"]),
    ),
    good: change(withoutEndpoints, acl(ANY_PORT, ANY_PORT, ["${aws_subnet.public_a.id}"])),
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
  },
  "an endpoint policy that does not name the repository": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_dkr.policy = policyOf(PULLS, "arn:aws:ecr:*:*:repository/another-*");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_dkr.policy = policyOf(PULLS, "arn:aws:ecr:*:*:repository/shop-*");
    },
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
  },
  "a gateway endpoint where nobody is let out to S3": {
    at: "aws_ecs_service.nginx",
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_s3;
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.nginx_to_s3 = {
        ...resource.aws_vpc_security_group_egress_rule.app_to_internet,
        security_group_id: "${aws_security_group.nginx.id}",
      };
    },
  },
  "tasks without a way out, unless they run on instances": {
    bad: change(withoutNat, ({ resource }) => {
      for (const name of INTERFACE_ENDPOINTS) delete resource.aws_vpc_endpoint[name];
    }),
    good: change(withoutNat, ({ resource }) => {
      for (const name of INTERFACE_ENDPOINTS) delete resource.aws_vpc_endpoint[name];
      for (const service of Object.values<Json>(resource.aws_ecs_service)) service.launch_type = "EC2";
    }),
  },
  "tasks without a way out that capacity providers run": {
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ecr_api;
      for (const service of Object.values<Json>(resource.aws_ecs_service)) {
        delete service.launch_type;
        service.capacity_provider_strategy = [{ capacity_provider: "FARGATE_SPOT", weight: 1 }];
      }
    }),
  },
});

const setImage = (image: string) => (stack: Json) =>
  editContainers(stack, "nginx", ([nginx]) => {
    nginx.image = image;
  });

describeRule("NET-102", {
  "an image of Docker Hub, where no internet is": {
    at: "aws_ecs_service.nginx",
    bad: setImage("nginx:1.27"),
    good: change(setImage("nginx:1.27"), withoutEndpoints),
  },
  "an image of ECR's public gallery": {
    bad: setImage("public.ecr.aws/nginx/nginx:1.27"),
  },
  "an image of another registry": {
    bad: setImage("ghcr.io/example/nginx:1"),
    good: (stack) => {
      stack.variable.image = {};
      setImage("${var.image}")(stack);
    },
  },
  "an image of ECR in another region, to which no endpoint leads": {
    bad: setImage("123456789012.dkr.ecr.us-east-1.amazonaws.com/nginx:1"),
    good: setImage("123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/nginx:1"),
  },
  "an image of Docker Hub in a subnet without NAT": {
    at: "aws_ecs_service.nginx",
    bad: change(setImage("nginx:1.27"), withoutEndpoints, withoutNat),
  },
});

const setLogOption = (name: string, value: string) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => {
    app.logConfiguration.options[name] = value;
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
  },
  "tasks without an endpoint for logs": {
    at: "aws_ecs_service.app",
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
  },
  "logs that go to another region, to which no endpoint leads": {
    at: "aws_ecs_service.app",
    bad: change(withoutNat, setLogOption("awslogs-region", "us-east-1")),
    good: setLogOption("awslogs-region", "us-east-1"),
  },
  "an endpoint policy that does not let logs be written": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.policy = policyOf("logs:*", "*", "Deny");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.logs.policy = policyOf(["logs:CreateLogStream", "logs:PutLogEvents"], "*");
    },
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
  },
});

describeRule("NET-104", {
  "tasks without an endpoint for their secrets": {
    at: "aws_ecs_service.app",
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.secretsmanager;
    }),
    good: ({ resource }) => {
      delete resource.aws_vpc_endpoint.secretsmanager;
    },
  },
  "a parameter, for which there is another endpoint": {
    at: "aws_ecs_service.app",
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
  },
  "an endpoint policy that lets no secret be read": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.policy = policyOf("secretsmanager:DescribeSecret", "*");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.secretsmanager.policy = policyOf("secretsmanager:Get*", "*");
    },
  },
});

describeRule("NET-105", {
  "ECS Exec without a way to its messages": {
    at: "aws_ecs_service.app",
    bad: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ssmmessages;
    }),
    good: change(withoutNat, ({ resource }) => {
      delete resource.aws_vpc_endpoint.ssmmessages;
      resource.aws_ecs_service.app.enable_execute_command = false;
    }),
  },
  "ECS Exec whose endpoint does not let the tasks in": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ssmmessages.security_group_ids = ["${aws_security_group.cache.id}"];
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_endpoint.ssmmessages; // NAT leads there
    },
  },
});

describeRule("NET-106", {
  "a database that does not let the tasks in": {
    at: "aws_ecs_service.app",
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
      resource.aws_security_group_rule = {
        database: groupRule("database", "ingress", 3306, { source_security_group_id: "${aws_security_group.app.id}" }),
      };
    },
  },
  "tasks that are not let out to the database": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_database;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_database;
      resource.aws_security_group.app.egress = {
        from_port: 3306,
        to_port: 3306,
        protocol: "tcp",
        cidr_blocks: ["${aws_vpc.main.cidr_block}"],
      };
    },
  },
  "rules for the port of another engine": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_db_instance.main, { engine: "postgres", engine_version: "16" });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_db_instance.main, { engine: "postgres", engine_version: "16", port: 3306 });
    },
  },
  "a rule for a port that the database does not listen on": {
    bad: ({ resource }) => {
      resource.aws_db_instance.main.port = 3307;
    },
    good: (stack) => {
      stack.variable.port = {};
      stack.resource.aws_db_instance.main.port = "${var.port}";
    },
  },
  "a cache whose address is in a secret": {
    at: "aws_ecs_service.app",
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.cache_from_app;
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.cache_from_app.cidr_ipv4 = "10.0.0.0/16";
      delete resource.aws_vpc_security_group_ingress_rule.cache_from_app.referenced_security_group_id;
    },
  },
  "a group with itself only, of which the tasks are no members": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
      resource.aws_security_group.database.ingress = { from_port: 3306, to_port: 3306, protocol: "tcp", self: true };
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
      resource.aws_security_group.database.ingress = { from_port: 3306, to_port: 3306, protocol: "tcp", self: true };
      resource.aws_ecs_service.app.network_configuration.security_groups.push("${aws_security_group.database.id}");
    },
  },
  "a database in another VPC": {
    bad: change(otherVpc, ({ resource }) => {
      resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.other_a.id}"];
    }),
    good: change(otherVpc, ({ resource }) => {
      resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.other_a.id}"];
      resource.aws_vpc_peering_connection = {
        main: { vpc_id: "${aws_vpc.main.id}", peer_vpc_id: "${aws_vpc.other.id}" },
      };
      resource.aws_route.peer = {
        route_table_id: "${aws_route_table.private.id}",
        destination_cidr_block: "10.1.0.0/16",
        vpc_peering_connection_id: "${aws_vpc_peering_connection.main.id}",
      };
    }),
  },
  "a network ACL between the subnets": {
    bad: acl(ANY_PORT, [HTTPS], ["${aws_subnet.private_a.id}"]),
    good: acl(ANY_PORT, ANY_PORT, ["${aws_subnet.private_a.id}"]),
  },
});

/** The app is given the database's address in a way that no attribute tells. */
function hideDatabase(stack: Json): void {
  editContainers(stack, "app", ([app]) => {
    app.environment = app.environment.filter(({ name }: Json) => name !== "DATABASE_HOST");
  });
}

describeRule("NET-113", {
  "a database that nobody reaches": {
    at: "aws_db_instance.main",
    bad: change(hideDatabase, ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
    }),
    good: hideDatabase,
  },
  "a database that nobody reaches, unless something else may use it": {
    bad: change(hideDatabase, ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_database;
    }),
    good: change(hideDatabase, ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_database;
      resource.aws_instance = { bastion: { ami: "ami-1", instance_type: "t4g.nano" } };
    }),
  },
});

describeRule("NET-107", {
  "nginx that is not let out to the app": {
    at: "aws_ecs_service.nginx",
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_app;
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.nginx_to_app.cidr_ipv4 = "10.0.0.0/16";
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_app.referenced_security_group_id;
    },
  },
  "an app that does not let nginx in": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.app_from_nginx, { from_port: 80, to_port: 80 });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.app_from_nginx, { from_port: 3000, to_port: 3010 });
    },
  },
  "the name of a service in an address, and not that of a database": {
    at: "aws_ecs_service.nginx",
    bad: (stack) => {
      delete stack.resource.aws_vpc_security_group_egress_rule.nginx_to_app;
      setEnvironment(stack, "BACKEND_HOST", "app");
    },
    good: (stack) => {
      delete stack.resource.aws_vpc_security_group_egress_rule.nginx_to_app;
      setEnvironment(stack, "DATABASE_NAME", "app");
    },
  },
  "an app that is found by service discovery": {
    at: "aws_ecs_service.nginx",
    bad: (stack) => {
      discover(stack);
      delete stack.resource.aws_vpc_security_group_ingress_rule.app_from_nginx;
    },
    good: discover,
  },
});

function setEnvironment(stack: Json, name: string, value: string): void {
  editContainers(stack, "nginx", ([nginx]) => {
    nginx.environment = [{ name, value }];
  });
}

/** The app under a name of DNS instead of Service Connect's. */
function discover(stack: Json): void {
  const { resource } = stack;
  resource.aws_service_discovery_private_dns_namespace = { main: { name: "shop.internal", vpc: "${aws_vpc.main.id}" } };
  resource.aws_service_discovery_service = {
    app: {
      name: "app",
      dns_config: {
        namespace_id: "${aws_service_discovery_private_dns_namespace.main.id}",
        dns_records: { type: "A", ttl: 10 },
      },
    },
  };
  for (const service of Object.values<Json>(resource.aws_ecs_service)) delete service.service_connect_configuration;
  resource.aws_ecs_service.app.service_registries = { registry_arn: "${aws_service_discovery_service.app.arn}" };
  editContainers(stack, "nginx", ([nginx]) => {
    nginx.environment = [{ name: "APP_UPSTREAM", value: "http://app.shop.internal:3000/" }];
  });
}

const giveEnvironment = (name: string, value: string) => (stack: Json) =>
  editContainers(stack, "app", ([app]) => app.environment.push({ name, value }));

function addQueue({ resource }: Json): void {
  resource.aws_sqs_queue = { jobs: { name: "jobs" } };
}

describeRule("NET-108", {
  "a queue without a way to it": {
    at: "aws_ecs_service.app",
    bad: change(withoutNat, addQueue, giveEnvironment("QUEUE_URL", "${aws_sqs_queue.jobs.url}")),
    good: change(withoutNat, addQueue, giveEnvironment("QUEUE_URL", "${aws_sqs_queue.jobs.url}"), ({ resource }) => {
      resource.aws_vpc_endpoint.sqs = {
        ...resource.aws_vpc_endpoint.logs,
        service_name: "com.amazonaws.ap-northeast-1.sqs",
      };
    }),
  },
  "a bucket without a way to S3": {
    bad: change(withoutNat, giveEnvironment("BUCKET", "${aws_s3_bucket.logs.bucket}"), ({ resource }) => {
      delete resource.aws_vpc_endpoint.s3;
    }),
    good: change(withoutNat, giveEnvironment("BUCKET", "${aws_s3_bucket.logs.bucket}")),
  },
});

const USER_POOL = giveEnvironment("USER_POOL_ID", "${aws_cognito_user_pool.main.id}");

function endpointForCognito({ resource }: Json): void {
  resource.aws_vpc_endpoint.cognito = {
    ...resource.aws_vpc_endpoint.logs,
    service_name: "com.amazonaws.ap-northeast-1.cognito-idp",
  };
}

describeRule("NET-114", {
  "a user pool without a way to it": {
    at: "aws_ecs_service.app",
    bad: change(withoutNat, USER_POOL),
    good: USER_POOL,
  },
  "an endpoint for a user pool that has a domain, which it does not serve": {
    bad: change(withoutNat, USER_POOL, endpointForCognito),
    good: change(withoutNat, USER_POOL, endpointForCognito, ({ resource }) => {
      delete resource.aws_cognito_user_pool_domain;
    }),
  },
  "a client whose pool is behind it": {
    bad: change(withoutNat, giveEnvironment("CLIENT_ID", "${aws_cognito_user_pool_client.alb.id}")),
  },
});

function mount({ resource }: Json): void {
  resource.aws_efs_file_system = { files: {} };
  resource.aws_security_group.files = { name: "files", vpc_id: "${aws_vpc.main.id}" };
  resource.aws_efs_mount_target = Object.fromEntries(
    ["private_a", "private_c"].map((subnet) => [
      subnet,
      {
        file_system_id: "${aws_efs_file_system.files.id}",
        subnet_id: `\${aws_subnet.${subnet}.id}`,
        security_groups: ["${aws_security_group.files.id}"],
      },
    ]),
  );
  resource.aws_ecs_task_definition.app.volume = {
    name: "files",
    efs_volume_configuration: { file_system_id: "${aws_efs_file_system.files.id}" },
  };
  resource.aws_security_group_rule = {
    app: groupRule("app", "egress", 2049, { source_security_group_id: "${aws_security_group.files.id}" }),
  };
}

describeRule("NET-109", {
  "a file system that does not let the tasks in": {
    at: "aws_ecs_service.app",
    bad: mount,
    good: change(mount, ({ resource }) => {
      resource.aws_security_group_rule.files = groupRule("files", "ingress", 2049, {
        source_security_group_id: "${aws_security_group.app.id}",
      });
    }),
  },
  "tasks that are not let out to it": {
    bad: change(mount, ({ resource }) => {
      resource.aws_security_group_rule = {
        files: groupRule("files", "ingress", 2049, { cidr_blocks: ["0.0.0.0/0"] }),
      };
    }),
  },
});

describeRule("NET-110", {
  "a load balancer that is not let out to its targets": {
    at: "aws_lb.main",
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_nginx;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_nginx;
      resource.aws_security_group.alb.egress = [
        { from_port: 0, to_port: 0, protocol: "-1", cidr_blocks: ["0.0.0.0/0"] },
      ];
    },
  },
  "targets that do not let the load balancer in": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.nginx_from_alb, { from_port: 80, to_port: 80 });
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.nginx_from_alb.cidr_ipv4 = "10.0.0.0/23"; // its subnets
      delete resource.aws_vpc_security_group_ingress_rule.nginx_from_alb.referenced_security_group_id;
    },
  },
  "a health check on a port that nobody lets pass": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = "9000";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = "traffic-port";
    },
  },
  "targets of a weighted forward in a listener rule": {
    bad: ({ resource }) => {
      forwardByRule(resource);
      delete resource.aws_vpc_security_group_ingress_rule.nginx_from_alb;
    },
    good: ({ resource }) => forwardByRule(resource),
  },
  "a network ACL that lets no answers out to the load balancer": {
    bad: acl(ANY_PORT, [aclRule(100, "allow", 443, 443), aclRule(110, "allow", 3000, 6379)]),
    good: acl(ANY_PORT, ANY_PORT),
  },
  "a network load balancer with a group": {
    bad: ({ resource }) => {
      resource.aws_lb.main.load_balancer_type = "network";
      delete resource.aws_vpc_security_group_egress_rule.alb_to_nginx;
    },
    good: ({ resource }) => {
      resource.aws_lb.main.load_balancer_type = "network";
      delete resource.aws_vpc_security_group_egress_rule.alb_to_nginx;
      delete resource.aws_lb.main.security_groups;
      const rule = resource.aws_vpc_security_group_ingress_rule.nginx_from_alb;
      rule.cidr_ipv4 = "0.0.0.0/0";
      delete rule.referenced_security_group_id;
    },
  },
});

function forwardByRule(resource: Json): void {
  resource.aws_lb_listener.https.default_action = { type: "fixed-response", fixed_response: { status_code: "404" } };
  resource.aws_lb_listener_rule = {
    all: {
      listener_arn: "${aws_lb_listener.https.arn}",
      condition: { path_pattern: { values: ["/*"] } },
      action: {
        type: "forward",
        forward: { target_group: [{ arn: "${aws_lb_target_group.nginx.arn}", weight: 100 }] },
      },
    },
  };
  resource.aws_ecs_service.nginx.depends_on.push("aws_lb_listener_rule.all");
}

describeRule("NET-111", {
  "a load balancer that lets nobody in": {
    at: "aws_lb.main",
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.alb_from_internet;
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "203.0.113.0/24"; // a choice
    },
  },
  "a load balancer that lets other ports in": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.alb_from_internet, { from_port: 80, to_port: 80 });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.alb_from_internet, { from_port: 80, to_port: 443 });
    },
  },
  "a load balancer that lets private addresses in only": {
    bad: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "10.0.0.0/8";
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.alb_from_internet.cidr_ipv4 = "10.0.0.0/8";
      resource.aws_lb.main.internal = true;
    },
  },
  "a load balancer in private subnets": {
    bad: ({ resource }) => {
      resource.aws_lb.main.subnets = PRIVATE_SUBNETS;
    },
    good: ({ resource }) => {
      delete resource.aws_lb.main.subnets;
      resource.aws_lb.main.subnet_mapping = [
        { subnet_id: "${aws_subnet.public_a.id}" },
        { subnet_id: "${aws_subnet.public_c.id}" },
      ];
    },
  },
  "public subnets that are only called so": {
    bad: ({ resource }) => {
      delete resource.aws_route_table_association.public_c;
    },
    good: ({ resource }) => {
      delete resource.aws_route_table_association.public_c;
      resource.aws_route.main = {
        route_table_id: "${aws_vpc.main.main_route_table_id}",
        destination_cidr_block: "0.0.0.0/0",
        gateway_id: "${aws_internet_gateway.main.id}",
      };
    },
  },
  "a network ACL that lets no answers out": {
    bad: acl(ANY_PORT, [HTTPS], ["${aws_subnet.public_a.id}"]),
    good: acl(ANY_PORT, [HTTPS, ANSWERS], ["${aws_subnet.public_a.id}"]),
  },
});

describeRule("NET-112", {
  "a load balancer that may not go out to log people in": {
    at: "aws_lb.main",
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_internet;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_internet;
      resource.aws_lb_listener.https.default_action = {
        type: "forward",
        target_group_arn: "${aws_lb_target_group.nginx.arn}",
      };
    },
  },
  "a log-in in a listener rule": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.alb_to_internet;
      resource.aws_lb_listener.https.default_action.shift();
      resource.aws_lb_listener_rule = {
        login: {
          listener_arn: "${aws_lb_listener.https.arn}",
          condition: { path_pattern: { values: ["/admin/*"] } },
          action: [
            { order: 1, type: "authenticate-cognito" },
            { order: 2, type: "forward", target_group_arn: "${aws_lb_target_group.nginx.arn}" },
          ],
        },
      };
    },
  },
  "an internal load balancer in subnets without NAT": {
    bad: change(withoutNat, ({ resource }) => {
      Object.assign(resource.aws_lb.main, { internal: true, subnets: PRIVATE_SUBNETS });
    }),
    good: ({ resource }) => {
      Object.assign(resource.aws_lb.main, { internal: true, subnets: PRIVATE_SUBNETS });
    },
  },
});

it.each<[string, number, object, string]>([
  ["an error where the other port only redirects there", 443, { from_port: 80, to_port: 80 }, "error"],
  ["a warning where another port answers", 80, { from_port: 443, to_port: 443 }, "warning"],
])("NET-111 is %s", async (_, closed, open, severity) => {
  const stack = workingStack();
  const { resource } = stack;
  resource.aws_lb_listener.redirect = {
    load_balancer_arn: "${aws_lb.main.arn}",
    port: 80,
    protocol: "HTTP",
    default_action: [{ type: "redirect", redirect: { port: "443", protocol: "HTTPS", status_code: "HTTP_301" } }],
  };
  Object.assign(resource.aws_vpc_security_group_ingress_rule.alb_from_internet, open);
  const found = (await findingsOf(stack)).filter(({ id }) => id === "NET-111");
  expect(found).toMatchObject([{ severity, message: expect.stringContaining(`on ${closed}:`) }]);
});
