import { expect, it } from "vitest";
import { describeRule, editContainers, findingsOf, type Json } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";
import { both, change, policyOf, withoutEndpoints, withoutNat } from "./changes.ts";

function letOutToNetworkOnly({ resource }: Json): void {
  for (const name of ["nginx_to_endpoints", "app_to_internet"]) {
    resource.aws_vpc_security_group_egress_rule[name].cidr_ipv4 = "10.0.0.0/16";
  }
}

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
    says: both(
      "can't reach logs (CloudWatch Logs): aws_vpc_endpoint.logs does not let the call through: its policy, or what it is called for, forbids it. Allow the call in the endpoint's policy, or take the policy out.",
    ),
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
    says: "aws_ecs_service.app can't reach ssmmessages (ECS Exec): aws_security_group.cache does not let aws_security_group.app in on 443. Allow the connection in both security groups: egress in one, ingress in the other.",
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
    says: "aws_ecs_service.app can't reach cognito-idp (Cognito): aws_route_table.private has no route out of aws_subnet.private_a to cognito-idp. Give the tasks a NAT gateway, or remove the domain of aws_cognito_user_pool.main and give the VPC an interface endpoint for cognito-idp; if only the load balancer logs users in, acknowledge this.",
  },
  "an endpoint for a user pool that has a domain, which it does not serve": {
    bad: change(withoutNat, USER_POOL, endpointForCognito),
    good: change(withoutNat, USER_POOL, endpointForCognito, ({ resource }) => {
      delete resource.aws_cognito_user_pool_domain;
    }),
    says: "aws_ecs_service.app can't reach cognito-idp (Cognito): aws_vpc_endpoint.cognito does not let the call through: its policy, or what it is called for, forbids it. Give the tasks a NAT gateway, or remove the domain of aws_cognito_user_pool.main and give the VPC an interface endpoint for cognito-idp; if only the load balancer logs users in, acknowledge this.",
  },
  "a client whose pool is behind it": {
    bad: change(withoutNat, giveEnvironment("CLIENT_ID", "${aws_cognito_user_pool_client.alb.id}")),
    says: "aws_ecs_service.app can't reach cognito-idp (Cognito): aws_route_table.private has no route out of aws_subnet.private_a to cognito-idp. Give the tasks a NAT gateway, or remove the domain of aws_cognito_user_pool.main and give the VPC an interface endpoint for cognito-idp; if only the load balancer logs users in, acknowledge this.",
  },
});
