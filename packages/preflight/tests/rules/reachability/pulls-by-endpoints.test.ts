import { describeRule, type Json } from "../../support/rules.ts";
import { both, change, groupRule, otherVpc, policyOf, withoutEndpoints, withoutNat } from "./changes.ts";

const INTERFACE_ENDPOINTS = ["ecr_api", "ecr_dkr", "logs", "secretsmanager", "ssmmessages"];
const PULLS = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken"];

describeRule("NET-101", {
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
    says: both(
      "can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ),
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
    says: both(
      "can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3 (aws_vpc_endpoint.s3 is there, but its private DNS is for resolvers outside of the VPC only). Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ),
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
    says: both(
      "can't reach s3 (image layers): aws_route_table.private has no route out of aws_subnet.private_a to s3 (aws_vpc_endpoint.s3 is there, but not in the route table of aws_subnet.private_a). Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3.",
    ),
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
    says: both(
      "can't reach ecr.dkr (ECR's registry): aws_vpc_endpoint.ecr_dkr stands in no subnet, so it has no address. Give the endpoint subnets of the VPC.",
    ),
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
    says: "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry): aws_security_group.endpoints does not let aws_security_group.nginx in on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
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
    says: "aws_ecs_service.nginx can't reach ecr.api (ECR's API), ecr.dkr (ECR's registry): aws_security_group.endpoints does not let aws_security_group.nginx in on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "an endpoint with another group": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.security_group_ids = ["${aws_security_group.database.id}"];
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_api.security_group_ids.push("${aws_security_group.database.id}");
    },
    says: [
      "aws_ecs_service.app can't reach ecr.api (ECR's API): aws_security_group.database does not let aws_security_group.app in on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_api on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
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
      "aws_ecs_service.app can't reach ecr.api (ECR's API): the default security group of aws_vpc.main does not let aws_security_group.app in on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_api on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
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
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_api on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
      "aws_ecs_service.nginx can't reach ecr.dkr (ECR's registry): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_dkr on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
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
      "aws_ecs_service.nginx can't reach ecr.api (ECR's API): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_api on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
      "aws_ecs_service.nginx can't reach ecr.dkr (ECR's registry): aws_security_group.nginx lets nothing out to aws_vpc_endpoint.ecr_dkr on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
    ],
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
  "an endpoint policy that does not name the repository": {
    bad: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_dkr.policy = policyOf(PULLS, "arn:aws:ecr:*:*:repository/another-*");
    },
    good: ({ resource }) => {
      resource.aws_vpc_endpoint.ecr_dkr.policy = policyOf(PULLS, "arn:aws:ecr:*:*:repository/shop-*");
    },
    says: both(
      "can't reach ecr.dkr (ECR's registry): aws_vpc_endpoint.ecr_dkr does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
    ),
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
    says: both(
      "can't reach ecr.dkr (ECR's registry): aws_vpc_endpoint.ecr_dkr does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
    ),
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
    says: both(
      "can't reach s3 (image layers): aws_vpc_endpoint.s3 does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
    ),
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
