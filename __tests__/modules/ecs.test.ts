import { describe, expect, it } from "vitest";
import { CACHE_VARIABLES, INJECTED_VARIABLES } from "../../modules/ecs/variables.ts";
import { IMAGES, WORKERS } from "../support/ecs.ts";
import { imageEnvironment } from "../support/nginx-image.ts";
import { synthesize } from "../support/synthesize.ts";

const APP_SERVICE = "aws_ecs_service.ecs_app_service";
const NGINX_SERVICE = "aws_ecs_service.ecs_nginx_service";

describe("the services", () => {
  it("stand at zero tasks until there are images", () => {
    const stack = synthesize({ images: {}, ecs: { nginx: { tasks: { min: 1, max: 1 } } } });
    for (const service of stack.names("aws_ecs_service")) {
      expect(stack.resource(`aws_ecs_service.${service}`).desired_count).toBe(0);
    }
    expect(stack.names("aws_appautoscaling_target")).toEqual([]);
  });

  it("run the wanted number of tasks once there are", () => {
    const stack = synthesize({ images: IMAGES, ecs: { nginx: { tasks: { min: 2, max: 2 } } } });
    expect(stack.resource(NGINX_SERVICE).desired_count).toBe(2);
    expect(stack.resource(NGINX_SERVICE)).not.toHaveProperty("lifecycle");
  });

  it("leave the number to autoscaling where that is on", () => {
    const stack = synthesize({ images: IMAGES });
    expect(stack.resource(APP_SERVICE).lifecycle).toEqual({ ignore_changes: ["desired_count"] });
    expect(stack.resource("aws_appautoscaling_target.ecs_app_scaling_target")).toMatchObject({
      min_capacity: 1,
      max_capacity: 4,
    });
    expect(
      stack.resource("aws_appautoscaling_policy.ecs_app_scaling_policy").target_tracking_scaling_policy_configuration,
    ).toMatchObject({ target_value: 60 });
  });

  it("roll back by themselves, and keep old tasks until new ones are well", () => {
    expect(synthesize().resource(APP_SERVICE)).toMatchObject({
      deployment_circuit_breaker: { enable: true, rollback: true },
      deployment_minimum_healthy_percent: 100,
    });
  });

  it("find the app by name: nginx is deployed after it, and after the listener", () => {
    const stack = synthesize();
    expect(stack.resource(APP_SERVICE).service_connect_configuration.service).toEqual([
      { port_name: "app", discovery_name: "app", client_alias: { dns_name: "app", port: 3000 } },
    ]);
    expect(stack.resource(NGINX_SERVICE).service_connect_configuration.enabled).toBe(true);
    expect(stack.resource(NGINX_SERVICE).depends_on).toEqual([
      "aws_lb_listener.lb_https",
      "aws_ecs_service.ecs_app_service",
    ]);
    expect(stack.container("nginx", "nginx").environment).toContainEqual({ name: "APP_UPSTREAM", value: "app:3000" });
  });

  it("tell nginx the domain, where there is one", () => {
    const named = { name: "APP_HOST", value: "operation-app.example.com" };
    expect(synthesize().container("nginx", "nginx").environment).toContainEqual(named);
    const names = synthesize({ domain: undefined }).container("nginx", "nginx").environment;
    expect(names.map(({ name }: { name: string }) => name)).toEqual(["APP_UPSTREAM", "NGINX_PORT"]);
  });

  it("set nothing for nginx that the image in images/nginx doesn't know", () => {
    for (const { name } of synthesize().container("nginx", "nginx").environment) {
      expect(Object.keys(imageEnvironment())).toContain(name);
    }
  });

  it("stay out of reach of the internet", () => {
    const { network_configuration } = synthesize().resource(APP_SERVICE);
    expect(network_configuration.assign_public_ip).toBe(false);
    expect(network_configuration.subnets).toEqual([
      "${aws_subnet.network_private_a.id}",
      "${aws_subnet.network_private_c.id}",
    ]);
  });

  it("are one where nginx and the app are together", () => {
    const stack = synthesize({ ecs: { topology: "together" }, images: IMAGES });
    expect(stack.names("aws_ecs_service")).toEqual(["ecs_app_service"]);
    expect(stack.container("app", "nginx").environment).toContainEqual({
      name: "APP_UPSTREAM",
      value: "127.0.0.1:3000",
    });
    expect(stack.container("app", "nginx").dependsOn).toEqual([{ containerName: "app", condition: "HEALTHY" }]);
    expect(stack.resource(APP_SERVICE).load_balancer[0].container_name).toBe("nginx");
    expect(stack.resource(APP_SERVICE).network_configuration.security_groups).toHaveLength(2);
  });

  it("include workers that run the app's image with another command", () => {
    const stack = synthesize({ images: IMAGES, ecs: { workers: WORKERS } });
    expect(stack.container("sidekiq", "sidekiq")).toMatchObject({
      command: ["bundle", "exec", "sidekiq"],
      image: "${aws_ecr_repository.ecr_rails.repository_url}:0.2.0",
    });
    expect(stack.container("sidekiq", "sidekiq")).not.toHaveProperty("portMappings");
    expect(stack.resource("aws_ecs_service.ecs_sidekiq_service").desired_count).toBe(1);
  });

  it("stand still where no task is wanted", () => {
    const stack = synthesize({ images: IMAGES, ecs: { app: { tasks: { min: 0, max: 0 } } } });
    expect(stack.resource(APP_SERVICE).desired_count).toBe(0);
    expect(stack.names("aws_appautoscaling_target")).not.toContain("ecs_app_scaling_target");
  });

  it("wait for the path rules that lead to them", () => {
    const stack = synthesize({ lb: { pathRules: [{ paths: ["/cable"], to: "app" }] } });
    expect(stack.resource(APP_SERVICE).depends_on).toContain("aws_lb_listener_rule.lb_path_rule_1");
  });
});

describe("a task", () => {
  it("has an execution role, Fargate's network mode, and the architecture that images are built for", () => {
    const stack = synthesize();
    for (const task of stack.names("aws_ecs_task_definition")) {
      expect(stack.resource(`aws_ecs_task_definition.${task}`)).toMatchObject({
        requires_compatibilities: ["FARGATE"],
        network_mode: "awsvpc",
        execution_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.ecs_.*_execution_role\.arn\}$/),
        runtime_platform: { cpu_architecture: "ARM64" },
      });
    }
  });

  it("has one container where nginx and the app are separate", () => {
    const stack = synthesize();
    for (const task of ["nginx", "app", "migrate"]) {
      const { container_definitions } = stack.resource(`aws_ecs_task_definition.ecs_${task}_task`);
      expect(JSON.parse(container_definitions)).toHaveLength(1);
    }
  });

  it("runs the version that is given", () => {
    const stack = synthesize({ images: IMAGES });
    expect(stack.container("nginx", "nginx").image).toBe("${aws_ecr_repository.ecr_nginx.repository_url}:0.1.0");
    expect(stack.container("app", "app").image).toBe("${aws_ecr_repository.ecr_rails.repository_url}:0.2.0");
    expect(stack.container("migrate", "migrate")).toMatchObject({
      image: "${aws_ecr_repository.ecr_rails.repository_url}:0.2.0",
      command: ["bundle", "exec", "rails", "db:migrate"],
    });
  });

  it("gives Rails what it needs, secrets as references", () => {
    const app = synthesize().container("app", "app");
    const names = (list: { name: string }[]) => list.map(({ name }) => name);
    expect(names(app.environment)).toEqual([
      "APP_HOSTS",
      "COGNITO_CLIENT_ID",
      "COGNITO_REGION",
      "COGNITO_USER_POOL_ID",
      "DATABASE_HOST",
      "DATABASE_NAME",
      "DATABASE_PORT",
      "DATABASE_USERNAME",
      "PORT",
      "RAILS_ENV",
      "RAILS_LOG_TO_STDOUT",
    ]);
    expect(names(app.secrets)).toEqual(["COGNITO_CLIENT_SECRET", "DATABASE_PASSWORD", "REDIS_URL", "SECRET_KEY_BASE"]);
    for (const { valueFrom } of app.secrets) expect(valueFrom).toMatch(/^\$\{aws_.*(arn|secret_arn)\}(:password::)?$/);
  });

  it("gives it the variables that no user may set, and without a domain no others", () => {
    const { environment, secrets } = synthesize({ domain: undefined }).container("app", "app");
    const names = [...environment, ...secrets].map(({ name }: { name: string }) => name);
    expect(names.sort()).toEqual(
      [...INJECTED_VARIABLES, ...CACHE_VARIABLES, "RAILS_ENV", "RAILS_LOG_TO_STDOUT", "SECRET_KEY_BASE"].sort(),
    );
  });

  it("takes text as it is, also where Terraform would read a template in it", () => {
    const command = ["sh", "-c", "exec sidekiq -c ${RAILS_MAX_THREADS:-5} %{x}"];
    const stack = synthesize({ ecs: { app: { migrateCommand: command } } });
    expect(stack.container("migrate", "migrate").command[2]).toBe("exec sidekiq -c $${RAILS_MAX_THREADS:-5} %%{x}");
  });

  it("gives nginx no secret at all", () => {
    expect(synthesize().container("nginx", "nginx").secrets).toEqual([]);
  });

  it("logs into a group that exists, stops gracefully, and is asked how it is", () => {
    const stack = synthesize();
    const app = stack.container("app", "app");
    expect(app.stopTimeout).toBe(30);
    expect(app.linuxParameters.initProcessEnabled).toBe(true);
    expect(app.healthCheck.command.join(" ")).toContain("/up");
    expect(app.logConfiguration.options["awslogs-group"]).toBe("${aws_cloudwatch_log_group.ecs_app_log_group.name}");
    expect(stack.resource("aws_cloudwatch_log_group.ecs_app_log_group").retention_in_days).toBe(30);
  });
});

describe("the roles", () => {
  const actions = (statements: { Action: string[] }[]) => statements.flatMap(({ Action }) => Action).sort();
  const EXECUTION = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ];

  it("let ECS start nginx with the six actions, on its own repository and log only", () => {
    const statements = synthesize().statements("aws_iam_role_policy.ecs_nginx_execution_role_policy");
    expect(actions(statements)).toEqual(EXECUTION);
    expect(statements.flatMap(({ Resource }) => Resource)).toEqual([
      "*",
      "${aws_ecr_repository.ecr_nginx.arn}",
      "${aws_cloudwatch_log_group.ecs_nginx_log_group.arn}:*",
    ]);
  });

  it("let ECS start the app with those six, and read exactly the secrets that it injects", () => {
    const stack = synthesize();
    const statements = stack.statements("aws_iam_role_policy.ecs_app_execution_role_policy");
    expect(actions(statements)).toEqual([...EXECUTION, "secretsmanager:GetSecretValue"]);
    const readable = statements.find(({ Action }) => Action.includes("secretsmanager:GetSecretValue"));
    expect(readable.Resource.sort()).toEqual([
      "${aws_db_instance.database_mysql.master_user_secret[0].secret_arn}",
      "${aws_secretsmanager_secret.cache_url.arn}",
      "${aws_secretsmanager_secret.cognito_client_secret.arn}",
      "${aws_secretsmanager_secret.ecs_secret_secret_key_base.arn}",
    ]);
  });

  it("let the app log users of its own pool in, and administer them only where it is told to", () => {
    const rights = (changes = {}) => synthesize(changes).statements("aws_iam_role_policy.ecs_app_role_policy")[0];
    expect(rights().Resource).toEqual(["${aws_cognito_user_pool.cognito_user_pool.arn}"]);
    expect(rights().Action).toEqual([
      "cognito-idp:AdminConfirmSignUp",
      "cognito-idp:AdminGetUser",
      "cognito-idp:AdminInitiateAuth",
      "cognito-idp:AdminRespondToAuthChallenge",
    ]);
    expect(rights({ cognito: { appRights: "administer" } }).Action).toEqual(
      expect.arrayContaining([
        ...rights().Action,
        "cognito-idp:AdminDeleteUser",
        "cognito-idp:AdminSetUserMFAPreference",
      ]),
    );
  });

  it("let ECS Exec in only where it is on", () => {
    const all = (exec: boolean) => JSON.stringify(synthesize({ ecs: { exec } }).json);
    expect(all(true)).toContain("ssmmessages:OpenDataChannel");
    expect(all(false)).not.toContain("ssmmessages");
    expect(synthesize({ ecs: { exec: false } }).resource(APP_SERVICE).enable_execute_command).toBe(false);
  });

  it("of tasks are assumed by ECS tasks of this account only", () => {
    const stack = synthesize();
    for (const role of stack.names("aws_iam_role").filter((name) => !name.includes("redeployment"))) {
      const [statement] = stack.statements(`aws_iam_role.${role}`, "assume_role_policy");
      const account = "${data.aws_caller_identity.ecs_account.account_id}";
      expect(statement.Principal).toEqual({ Service: "ecs-tasks.amazonaws.com" });
      expect(statement.Condition).toEqual({
        StringEquals: { "aws:SourceAccount": account },
        ArnLike: { "aws:SourceArn": `arn:aws:ecs:ap-northeast-1:${account}:*` },
      });
    }
  });
});

describe("a secret of the app's own", () => {
  const stack = synthesize({ ecs: { app: { secrets: { SECRET_KEY_BASE: "generated", STRIPE_KEY: "by-hand" } } } });

  it("is made up once, and then left as it is", () => {
    expect(stack.resource("aws_secretsmanager_secret_version.ecs_secret_secret_key_base_value").lifecycle).toEqual({
      ignore_changes: ["secret_string"],
    });
  });

  it("waits for its value where it is set by hand", () => {
    expect(stack.resource("aws_secretsmanager_secret.ecs_secret_stripe_key").name).toBe("operation-app/STRIPE_KEY");
    expect(stack.names("aws_secretsmanager_secret_version")).not.toContain("ecs_secret_stripe_key_value");
    expect(stack.container("app", "app").secrets).toContainEqual({
      name: "STRIPE_KEY",
      valueFrom: "${aws_secretsmanager_secret.ecs_secret_stripe_key.arn}",
    });
  });
});
