import type { BrokenStack, Container, Copies, Origin } from "./broken-stack.ts";

/** A service that works, and how it is broken. */
export interface Failure {
  readonly origin: Origin;
  /** What it has of its own beside service and task definition, and for nginx target group and listener rule. */
  readonly own: readonly string[];
  readonly make: (own: Copies, stack: BrokenStack) => void;
}

const failureOf =
  (origin: Origin) =>
  (own: readonly string[], make: Failure["make"]): Failure => ({ origin, own, make });
const app = failureOf("app");
const nginx = failureOf("nginx");
/** An app whose container differs. */
const container = (changes: Parameters<Copies["container"]>[0]) => app([], (own) => own.container(changes));

const ingress = (id: string) => `aws_vpc_security_group_ingress_rule.firewall_${id}`;
const egress = (id: string) => `aws_vpc_security_group_egress_rule.firewall_${id}`;
const APP_GROUP = "aws_security_group.firewall_app";
const POLICY = "aws_iam_role_policy.ecs_app_execution_role_policy";
const ROLE = "aws_iam_role.ecs_app_execution_role";
const EXECUTION_ROLE = [ROLE, POLICY];
const SECRET = "aws_secretsmanager_secret.ecs_secret_secret_key_base";
const VALUE = "aws_secretsmanager_secret_version.ecs_secret_secret_key_base_value";
const TARGETS = "aws_lb_target_group.lb_nginx_targets";
const LOGS_ENDPOINT = "aws_vpc_endpoint.network_endpoint_logs";
const APP_PATHS = [APP_GROUP, egress("app_to_endpoints"), egress("app_to_s3"), ingress("endpoints_from_app")];
const NETWORK = [
  "aws_vpc.network_vpc",
  "aws_subnet.network_private_a",
  "aws_route_table.network_private_route_table",
  "aws_route_table_association.network_private_association_a",
];
const REGISTRY_ENDPOINTS = [
  "aws_vpc_endpoint.network_s3_endpoint",
  "aws_vpc_endpoint.network_endpoint_ecr_api",
  "aws_vpc_endpoint.network_endpoint_ecr_dkr",
  "aws_security_group.firewall_endpoints",
];
const NGINX_PATHS = [
  "aws_security_group.firewall_nginx",
  egress("nginx_to_endpoints"),
  egress("nginx_to_s3"),
  egress("nginx_to_app"),
  egress("alb_to_nginx"),
  ingress("endpoints_from_nginx"),
  ingress("app_from_nginx"),
  ingress("nginx_from_alb"),
];

/** The copied network has one subnet. */
const inOneSubnet = ({ service }: Copies) => service.network_configuration.subnets.pop();
const withoutSecrets = { secrets: [] };
const withSecret = (valueFrom: string) => ({ secrets: [{ name: "SECRET_KEY_BASE", valueFrom }] });
const tagged =
  (tag: string) =>
  ({ image }: Container) => ({ image: image.replace(/:0\.1\.0$/, `:${tag}`) });
const withVariable =
  (name: string, value: string) =>
  ({ environment }: Container) => ({
    environment: environment.map((one: Container) => (one.name === name ? { name, value } : one)),
  });
const forbidding = (action: string) => app(EXECUTION_ROLE, (own) => own.forbid(POLICY, action));
const checking = (check: object) => nginx([], (own) => void Object.assign(own.resource(TARGETS).health_check, check));

/** By the name of the service, which is that of its entry in docs/preflight.md. */
export const FAILURES: Readonly<Record<string, Failure>> = {
  no_way_out: app([...NETWORK, APP_GROUP], (own) => {
    inOneSubnet(own);
    own.container(withoutSecrets);
    const security_group_id = own.reference(APP_GROUP, "id");
    const anywhere = { ip_protocol: "-1", cidr_ipv4: "0.0.0.0/0" };
    own.create("aws_vpc_security_group_egress_rule", { security_group_id, ...anywhere });
  }),
  closed_endpoints: app(APP_PATHS, (own) => {
    own.container(withoutSecrets);
    own.remove(ingress("endpoints_from_app"));
  }),
  no_way_to_layers: app(APP_PATHS, (own) => own.remove(egress("app_to_s3"))),
  no_way_to_logs: app([...NETWORK, ...REGISTRY_ENDPOINTS, ...APP_PATHS], (own) => {
    inOneSubnet(own);
    own.container(withoutSecrets);
  }),
  no_way_to_secrets: app([...NETWORK, ...REGISTRY_ENDPOINTS, ...APP_PATHS, LOGS_ENDPOINT], inOneSubnet),
  secret_without_value: app([SECRET, ...EXECUTION_ROLE], (own) =>
    own.container(withSecret(own.reference(SECRET, "arn"))),
  ),
  secret_without_key: app([SECRET, VALUE, ...EXECUTION_ROLE], (own) => {
    own.resource(VALUE).secret_string = JSON.stringify({ user: "app" });
    delete own.resource(VALUE).lifecycle;
    own.container(withSecret(`${own.reference(VALUE, "arn")}:password::`));
  }),
  may_not_read_secret: forbidding("secretsmanager:GetSecretValue"),
  may_not_log_in: forbidding("ecr:GetAuthorizationToken"),
  may_not_pull: forbidding("ecr:BatchGetImage"),
  may_not_open_log: forbidding("logs:CreateLogStream"),
  no_log_group: app(EXECUTION_ROLE, (own) => {
    const options = { "awslogs-group": "/ecs/nobody" };
    own.container(({ logConfiguration: { logDriver, options: others } }) => ({
      logConfiguration: { logDriver, options: { ...others, ...options } },
    }));
    const policy = own.resource(POLICY);
    policy.policy = policy.policy.replaceAll(
      /\$\{aws_cloudwatch_log_group[^}]*\}/g,
      "arn:aws:logs:*:*:log-group:/ecs/nobody",
    );
  }),
  foreign_trust: app(EXECUTION_ROLE, (own) => {
    const role = own.resource(ROLE);
    role.assume_role_policy = role.assume_role_policy.replace("ecs-tasks.amazonaws.com", "ec2.amazonaws.com");
  }),
  public_image: container({ image: "docker.io/library/ruby:3.3-slim" }),
  image_not_pushed: container(tagged("9.9.9")),
  foreign_platform: container(tagged("foreign")),
  // The init process would be the one that does not find it.
  no_such_command: container({ command: ["no-such-command"], linuxParameters: undefined }),
  exits: container({ command: ["ruby", "-e", "abort 'KeyError: key not found: DATABASE_URL'"] }),
  out_of_memory: container({ command: ["ruby", "-e", "kept = []; loop { kept << 'x' * 50_000_000 }"] }),
  read_only: container({
    readonlyRootFilesystem: true,
    command: ["ruby", "-e", "File.write('/rails/server.pid', '1')"],
  }),
  no_execution_role: app([], (own) => {
    delete own.task.execution_role_arn;
    own.container({ secrets: [], logConfiguration: undefined });
  }),
  check_not_found: container({
    healthCheck: { command: ["CMD", "ruby -e 'exit 0'"], interval: 5, timeout: 2, retries: 2 },
  }),
  unknown_host: nginx([], ({ service }) => {
    delete service.service_connect_configuration;
  }),
  before_its_server: nginx([], (own, stack) => {
    own.container(withVariable("APP_UPSTREAM", "late:3000"));
    own.service.desired_count = 1;
    own.service.depends_on.pop();
    const { service } = stack.add("late", "app");
    service.desired_count = 1;
    service.depends_on = ["aws_ecs_service.before_its_server"];
    service.service_connect_configuration = {
      enabled: true,
      namespace: own.service.service_connect_configuration.namespace,
      service: [{ port_name: "app", discovery_name: "late", client_alias: { dns_name: "late", port: 3000 } }],
    };
  }),
  other_port_of_name: nginx([], (own) => own.container(withVariable("APP_UPSTREAM", "app:3001"))),
  no_way_to_app: nginx(NGINX_PATHS, (own) => {
    own.remove(egress("nginx_to_app"));
    own.remove(ingress("app_from_nginx"));
    // Longer than the proxy of Service Connect tries to connect.
    Object.assign(own.resource(TARGETS).health_check, { interval: 40, timeout: 30 });
  }),
  no_way_from_balancer: nginx(NGINX_PATHS, (own) => {
    own.remove(egress("alb_to_nginx"));
    own.remove(ingress("nginx_from_alb"));
  }),
  rule_on_other_port: nginx(NGINX_PATHS, (own) => {
    Object.assign(own.resource(ingress("nginx_from_alb")), { from_port: 80, to_port: 80 });
  }),
  check_on_other_port: nginx(NGINX_PATHS, (own) => {
    own.resource(TARGETS).health_check.port = "9090";
    for (const rule of [egress("alb_to_nginx"), ingress("nginx_from_alb")])
      Object.assign(own.resource(rule), { from_port: 8080, to_port: 9090 });
  }),
  check_by_tls: checking({ protocol: "HTTPS" }),
  listens_elsewhere: nginx([], (own) => own.container(withVariable("NGINX_PORT", "9090"))),
  check_redirected: checking({ path: "/moved" }),
  check_without_page: checking({ path: "/nothing" }),
};
