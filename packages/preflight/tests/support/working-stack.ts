import type { Json } from "./rules.ts";

const statement = (Action: string | string[], Resource: string | string[]) => ({ Effect: "Allow", Action, Resource });
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
const rule = (group: string, port: number, peer: object) => ({
  security_group_id: `\${aws_security_group.${group}.id}`,
  ip_protocol: "tcp",
  from_port: port,
  to_port: port,
  ...peer,
});
const toGroup = (group: string) => ({ referenced_security_group_id: `\${aws_security_group.${group}.id}` });
const logging = (group: string) => ({
  logDriver: "awslogs",
  options: {
    "awslogs-group": `\${aws_cloudwatch_log_group.${group}.name}`,
    "awslogs-region": "ap-northeast-1",
    "awslogs-stream-prefix": group,
  },
});

/**
 * A stack in Terraform's JSON that works, written by hand and not by this project's constructs: nginx and Rails on
 * Fargate behind a load balancer with a Cognito log-in, MySQL, Redis, endpoints and a NAT gateway. It has no finding.
 */
export function workingStack(): Json {
  return structuredClone({
    terraform: {
      backend: { s3: { bucket: "state", key: "shop/terraform.tfstate", region: "ap-northeast-1", use_lockfile: true } },
    },
    provider: { aws: [{ region: "ap-northeast-1" }] },
    data: {
      aws_route53_zone: { main: { name: "example.com" } },
      aws_caller_identity: { me: {} },
    },
    resource: {
      aws_vpc: { main: { cidr_block: "10.0.0.0/16", enable_dns_support: true, enable_dns_hostnames: true } },
      aws_subnet: {
        public_a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.0.0/24", availability_zone: "ap-northeast-1a" },
        public_c: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.1.0/24", availability_zone: "ap-northeast-1c" },
        private_a: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.10.0/24", availability_zone: "ap-northeast-1a" },
        private_c: { vpc_id: "${aws_vpc.main.id}", cidr_block: "10.0.11.0/24", availability_zone: "ap-northeast-1c" },
      },
      aws_internet_gateway: { main: { vpc_id: "${aws_vpc.main.id}" } },
      aws_eip: { nat: { domain: "vpc" } },
      aws_nat_gateway: {
        main: {
          allocation_id: "${aws_eip.nat.id}",
          subnet_id: "${aws_subnet.public_a.id}",
          depends_on: ["aws_internet_gateway.main"],
        },
      },
      aws_route_table: {
        public: { vpc_id: "${aws_vpc.main.id}" },
        private: { vpc_id: "${aws_vpc.main.id}" },
      },
      aws_route: {
        internet: {
          route_table_id: "${aws_route_table.public.id}",
          destination_cidr_block: "0.0.0.0/0",
          gateway_id: "${aws_internet_gateway.main.id}",
        },
        nat: {
          route_table_id: "${aws_route_table.private.id}",
          destination_cidr_block: "0.0.0.0/0",
          nat_gateway_id: "${aws_nat_gateway.main.id}",
        },
      },
      aws_route_table_association: {
        public_a: { subnet_id: "${aws_subnet.public_a.id}", route_table_id: "${aws_route_table.public.id}" },
        public_c: { subnet_id: "${aws_subnet.public_c.id}", route_table_id: "${aws_route_table.public.id}" },
        private_a: { subnet_id: "${aws_subnet.private_a.id}", route_table_id: "${aws_route_table.private.id}" },
        private_c: { subnet_id: "${aws_subnet.private_c.id}", route_table_id: "${aws_route_table.private.id}" },
      },
      aws_vpc_endpoint: {
        s3: {
          vpc_id: "${aws_vpc.main.id}",
          service_name: "com.amazonaws.ap-northeast-1.s3",
          vpc_endpoint_type: "Gateway",
          route_table_ids: ["${aws_route_table.private.id}"],
        },
        ...Object.fromEntries(
          ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssmmessages"].map((service) => [
            service.replace(".", "_"),
            {
              vpc_id: "${aws_vpc.main.id}",
              service_name: `com.amazonaws.ap-northeast-1.${service}`,
              vpc_endpoint_type: "Interface",
              private_dns_enabled: true,
              subnet_ids: ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"],
              security_group_ids: ["${aws_security_group.endpoints.id}"],
            },
          ]),
        ),
      },
      aws_security_group: Object.fromEntries(
        ["alb", "nginx", "app", "endpoints", "database", "cache"].map((name) => [
          name,
          { name: `shop-${name}`, description: name, vpc_id: "${aws_vpc.main.id}" },
        ]),
      ),
      aws_vpc_security_group_ingress_rule: {
        alb_from_internet: rule("alb", 443, { cidr_ipv4: "0.0.0.0/0" }),
        nginx_from_alb: rule("nginx", 8080, toGroup("alb")),
        app_from_nginx: rule("app", 3000, toGroup("nginx")),
        endpoints_from_nginx: rule("endpoints", 443, toGroup("nginx")),
        endpoints_from_app: rule("endpoints", 443, toGroup("app")),
        database_from_app: rule("database", 3306, toGroup("app")),
        cache_from_app: rule("cache", 6379, toGroup("app")),
      },
      aws_vpc_security_group_egress_rule: {
        alb_to_nginx: rule("alb", 8080, toGroup("nginx")),
        alb_to_internet: rule("alb", 443, { cidr_ipv4: "0.0.0.0/0" }),
        nginx_to_app: rule("nginx", 3000, toGroup("app")),
        nginx_to_endpoints: rule("nginx", 443, toGroup("endpoints")),
        nginx_to_s3: rule("nginx", 443, { prefix_list_id: "${aws_vpc_endpoint.s3.prefix_list_id}" }),
        app_to_internet: rule("app", 443, { cidr_ipv4: "0.0.0.0/0" }),
        app_to_database: rule("app", 3306, toGroup("database")),
        app_to_cache: rule("app", 6379, toGroup("cache")),
      },
      aws_s3_bucket: { logs: { bucket: "shop-alb-logs-${data.aws_caller_identity.me.account_id}" } },
      aws_s3_bucket_policy: {
        logs: {
          bucket: "${aws_s3_bucket.logs.id}",
          policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
                Action: "s3:PutObject",
                Resource: "${aws_s3_bucket.logs.arn}/AWSLogs/${data.aws_caller_identity.me.account_id}/*",
              },
            ],
          }),
        },
      },
      aws_lb: {
        main: {
          name: "shop",
          load_balancer_type: "application",
          internal: false,
          subnets: ["${aws_subnet.public_a.id}", "${aws_subnet.public_c.id}"],
          security_groups: ["${aws_security_group.alb.id}"],
          access_logs: { bucket: "${aws_s3_bucket.logs.id}", enabled: true },
          depends_on: ["aws_s3_bucket_policy.logs", "aws_internet_gateway.main"],
        },
      },
      aws_lb_target_group: {
        nginx: {
          name: "shop-nginx",
          vpc_id: "${aws_vpc.main.id}",
          target_type: "ip",
          port: 8080,
          protocol: "HTTP",
          health_check: { path: "/up", matcher: "200" },
        },
      },
      aws_acm_certificate: { main: { domain_name: "shop.example.com", validation_method: "DNS" } },
      aws_route53_record: {
        proof: {
          zone_id: "${data.aws_route53_zone.main.zone_id}",
          name: "${tolist(aws_acm_certificate.main.domain_validation_options)[0].resource_record_name}",
          type: "${tolist(aws_acm_certificate.main.domain_validation_options)[0].resource_record_type}",
          records: ["${tolist(aws_acm_certificate.main.domain_validation_options)[0].resource_record_value}"],
          ttl: 300,
        },
        alias: {
          zone_id: "${data.aws_route53_zone.main.zone_id}",
          name: "shop.example.com",
          type: "A",
          alias: { name: "${aws_lb.main.dns_name}", zone_id: "${aws_lb.main.zone_id}", evaluate_target_health: true },
        },
      },
      aws_acm_certificate_validation: {
        main: {
          certificate_arn: "${aws_acm_certificate.main.arn}",
          validation_record_fqdns: ["${aws_route53_record.proof.fqdn}"],
        },
      },
      aws_lb_listener: {
        https: {
          load_balancer_arn: "${aws_lb.main.arn}",
          port: 443,
          protocol: "HTTPS",
          ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
          certificate_arn: "${aws_acm_certificate_validation.main.certificate_arn}",
          default_action: [
            {
              order: 1,
              type: "authenticate-cognito",
              authenticate_cognito: {
                user_pool_arn: "${aws_cognito_user_pool.main.arn}",
                user_pool_client_id: "${aws_cognito_user_pool_client.alb.id}",
                user_pool_domain: "${aws_cognito_user_pool_domain.main.domain}",
              },
            },
            { order: 2, type: "forward", target_group_arn: "${aws_lb_target_group.nginx.arn}" },
          ],
        },
      },
      aws_cognito_user_pool: {
        main: {
          name: "shop",
          mfa_configuration: "ON",
          software_token_mfa_configuration: { enabled: true },
          password_policy: { minimum_length: 12 },
          schema: [
            {
              name: "nickname",
              attribute_data_type: "String",
              mutable: true,
              string_attribute_constraints: { min_length: "0", max_length: "64" },
            },
          ],
        },
      },
      aws_cognito_user_pool_domain: {
        main: { domain: "shop-login", user_pool_id: "${aws_cognito_user_pool.main.id}" },
      },
      aws_cognito_user_pool_client: {
        alb: {
          name: "alb",
          user_pool_id: "${aws_cognito_user_pool.main.id}",
          generate_secret: true,
          allowed_oauth_flows_user_pool_client: true,
          allowed_oauth_flows: ["code"],
          allowed_oauth_scopes: ["openid"],
          callback_urls: ["https://shop.example.com/oauth2/idpresponse"],
          supported_identity_providers: ["COGNITO"],
        },
      },
      aws_ecr_repository: {
        nginx: { name: "shop-nginx", image_tag_mutability: "IMMUTABLE" },
        app: { name: "shop-app", image_tag_mutability: "IMMUTABLE" },
      },
      aws_cloudwatch_log_group: { nginx: { name: "/shop/nginx" }, app: { name: "/shop/app" } },
      aws_kms_key: { secrets: { description: "secrets" } },
      aws_secretsmanager_secret: {
        key_base: { name: "shop/SECRET_KEY_BASE", kms_key_id: "${aws_kms_key.secrets.arn}" },
        redis: { name: "shop/REDIS_URL" },
      },
      aws_secretsmanager_secret_version: {
        key_base: { secret_id: "${aws_secretsmanager_secret.key_base.id}", secret_string: "${var.key_base}" },
        redis: {
          secret_id: "${aws_secretsmanager_secret.redis.id}",
          secret_string:
            "rediss://:${var.redis_token}@${aws_elasticache_replication_group.main.primary_endpoint_address}:6379/0",
        },
      },
      aws_iam_role: {
        nginx_execution: { name: "shop-nginx-execution", assume_role_policy: trust("ecs-tasks.amazonaws.com") },
        app_execution: { name: "shop-app-execution", assume_role_policy: trust("ecs-tasks.amazonaws.com") },
        app: { name: "shop-app", assume_role_policy: trust("ecs-tasks.amazonaws.com") },
      },
      aws_iam_role_policy_attachment: {
        nginx_execution: {
          role: "${aws_iam_role.nginx_execution.name}",
          policy_arn: "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
        },
      },
      aws_iam_role_policy: {
        app_execution: {
          role: "${aws_iam_role.app_execution.id}",
          policy: policy(
            statement("ecr:GetAuthorizationToken", "*"),
            statement(
              ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
              "${aws_ecr_repository.app.arn}",
            ),
            statement(["logs:CreateLogStream", "logs:PutLogEvents"], "${aws_cloudwatch_log_group.app.arn}:*"),
            statement("secretsmanager:GetSecretValue", [
              "${aws_secretsmanager_secret.key_base.arn}",
              "${aws_secretsmanager_secret.redis.arn}",
              "${aws_db_instance.main.master_user_secret[0].secret_arn}",
            ]),
            statement("kms:Decrypt", "${aws_kms_key.secrets.arn}"),
          ),
        },
        app: {
          role: "${aws_iam_role.app.id}",
          policy: policy(
            statement(
              [
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
              ],
              "*",
            ),
          ),
        },
      },
      aws_cloudwatch_event_rule: {
        secrets: {
          name: "shop-secrets",
          event_pattern: JSON.stringify({ source: ["aws.secretsmanager"], "detail-type": ["Secret Label Updated"] }),
        },
      },
      aws_ecs_cluster: { main: { name: "shop" } },
      aws_service_discovery_http_namespace: { main: { name: "shop" } },
      aws_ecs_task_definition: {
        nginx: {
          family: "shop-nginx",
          requires_compatibilities: ["FARGATE"],
          network_mode: "awsvpc",
          cpu: "256",
          memory: "512",
          execution_role_arn: "${aws_iam_role.nginx_execution.arn}",
          container_definitions: JSON.stringify([
            {
              name: "nginx",
              image: "${aws_ecr_repository.nginx.repository_url}:0.1.0",
              portMappings: [{ containerPort: 8080 }],
              environment: [{ name: "APP_UPSTREAM", value: "app:3000" }],
              logConfiguration: logging("nginx"),
            },
          ]),
        },
        app: {
          family: "shop-app",
          requires_compatibilities: ["FARGATE"],
          network_mode: "awsvpc",
          cpu: "512",
          memory: "1024",
          execution_role_arn: "${aws_iam_role.app_execution.arn}",
          task_role_arn: "${aws_iam_role.app.arn}",
          container_definitions: JSON.stringify([
            {
              name: "app",
              image: "${aws_ecr_repository.app.repository_url}:0.1.0",
              portMappings: [{ name: "http", containerPort: 3000 }],
              environment: [
                { name: "RAILS_ENV", value: "production" },
                { name: "DATABASE_HOST", value: "${aws_db_instance.main.address}" },
              ],
              secrets: [
                { name: "SECRET_KEY_BASE", valueFrom: "${aws_secretsmanager_secret.key_base.arn}" },
                { name: "REDIS_URL", valueFrom: "${aws_secretsmanager_secret.redis.arn}" },
                {
                  name: "DATABASE_PASSWORD",
                  valueFrom: "${aws_db_instance.main.master_user_secret[0].secret_arn}:password::",
                },
              ],
              logConfiguration: logging("app"),
            },
          ]),
        },
      },
      aws_ecs_service: {
        nginx: {
          name: "nginx",
          cluster: "${aws_ecs_cluster.main.arn}",
          task_definition: "${aws_ecs_task_definition.nginx.arn}",
          launch_type: "FARGATE",
          desired_count: 1,
          health_check_grace_period_seconds: 60,
          deployment_circuit_breaker: { enable: true, rollback: true },
          network_configuration: {
            subnets: ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"],
            security_groups: ["${aws_security_group.nginx.id}"],
          },
          load_balancer: {
            target_group_arn: "${aws_lb_target_group.nginx.arn}",
            container_name: "nginx",
            container_port: 8080,
          },
          service_connect_configuration: {
            enabled: true,
            namespace: "${aws_service_discovery_http_namespace.main.arn}",
          },
          depends_on: ["aws_lb_listener.https", "aws_ecs_service.app"],
        },
        app: {
          name: "app",
          cluster: "${aws_ecs_cluster.main.arn}",
          task_definition: "${aws_ecs_task_definition.app.arn}",
          launch_type: "FARGATE",
          desired_count: 1,
          enable_execute_command: true,
          deployment_circuit_breaker: { enable: true, rollback: true },
          network_configuration: {
            subnets: ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"],
            security_groups: ["${aws_security_group.app.id}"],
          },
          service_connect_configuration: {
            enabled: true,
            namespace: "${aws_service_discovery_http_namespace.main.arn}",
            service: { port_name: "http", discovery_name: "app", client_alias: { dns_name: "app", port: 3000 } },
          },
        },
      },
      aws_db_subnet_group: {
        main: { name: "shop", subnet_ids: ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"] },
      },
      aws_db_parameter_group: { main: { name: "shop-mysql84", family: "mysql8.4" } },
      aws_db_instance: {
        main: {
          identifier: "shop",
          engine: "mysql",
          engine_version: "8.4",
          instance_class: "db.t4g.micro",
          allocated_storage: 20,
          db_name: "shop",
          username: "shop",
          manage_master_user_password: true,
          db_subnet_group_name: "${aws_db_subnet_group.main.name}",
          parameter_group_name: "${aws_db_parameter_group.main.name}",
          vpc_security_group_ids: ["${aws_security_group.database.id}"],
          skip_final_snapshot: false,
          final_snapshot_identifier: "shop-final",
        },
      },
      aws_elasticache_subnet_group: {
        main: { name: "shop", subnet_ids: ["${aws_subnet.private_a.id}", "${aws_subnet.private_c.id}"] },
      },
      aws_elasticache_replication_group: {
        main: {
          replication_group_id: "shop",
          description: "shop",
          engine: "valkey",
          engine_version: "8.0",
          node_type: "cache.t4g.micro",
          num_cache_clusters: 1,
          subnet_group_name: "${aws_elasticache_subnet_group.main.name}",
          security_group_ids: ["${aws_security_group.cache.id}"],
          transit_encryption_enabled: true,
          auth_token: "${var.redis_token}",
          auth_token_update_strategy: "ROTATE",
        },
      },
    },
    variable: { key_base: { sensitive: true }, redis_token: { sensitive: true } },
  });
}
