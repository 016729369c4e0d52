import { describeRule, editContainers, type Json } from "../support/rules.ts";

const withoutKey =
  (change: (app: Json) => void = () => {}) =>
  (stack: Json) =>
    editContainers(stack, "app", ([app]) => {
      app.secrets = app.secrets.filter(({ name }: { name: string }) => name !== "SECRET_KEY_BASE");
      change(app);
    });
const address = (value: string) => (stack: Json) => {
  stack.resource.aws_secretsmanager_secret_version.redis.secret_string = value;
};
const ENDPOINT = "${aws_elasticache_replication_group.main.primary_endpoint_address}";

describeRule("ECS-073", {
  "neither of the two keys": {
    bad: withoutKey(),
    good: withoutKey((app) => app.secrets.push({ name: "RAILS_MASTER_KEY", valueFrom: "/shop/master_key" })),
    says: "aws_ecs_task_definition.app runs the container app with RAILS_ENV=production, and gives it neither SECRET_KEY_BASE nor RAILS_MASTER_KEY. Add SECRET_KEY_BASE to its secrets.",
  },
  "no key, where nothing else brings one": {
    bad: withoutKey((app) => {
      app.command = ["bundle", "exec", "puma"];
    }),
    good: withoutKey((app) => {
      app.command = ["chamber", "exec", "shop", "--", "puma"];
    }),
    says: "aws_ecs_task_definition.app runs the container app with RAILS_ENV=production, and gives it neither SECRET_KEY_BASE nor RAILS_MASTER_KEY. Add SECRET_KEY_BASE to its secrets.",
  },
  "production by RACK_ENV": {
    bad: withoutKey((app) => {
      app.environment[0].name = "RACK_ENV";
    }),
    good: withoutKey((app) => {
      app.environment[0].value = "development";
    }),
    says: "aws_ecs_task_definition.app runs the container app with RACK_ENV=production, and gives it neither SECRET_KEY_BASE nor RAILS_MASTER_KEY. Add SECRET_KEY_BASE to its secrets.",
  },
  "no environment file": {
    bad: withoutKey((app) => {
      app.environmentFiles = [];
    }),
    good: withoutKey((app) => {
      app.environmentFiles = [{ value: "arn:aws:s3:::shop/app.env", type: "s3" }];
    }),
    says: "aws_ecs_task_definition.app runs the container app with RAILS_ENV=production, and gives it neither SECRET_KEY_BASE nor RAILS_MASTER_KEY. Add SECRET_KEY_BASE to its secrets.",
  },
});

describeRule("ECS-074", {
  "redis where there is TLS, in a secret": {
    bad: address(`redis://${ENDPOINT}:6379/0`),
    good: address(`rediss://${ENDPOINT}:6379/0`),
    says: "aws_ecs_task_definition.app gives the container app a REDIS_URL that begins with redis://, and aws_elasticache_replication_group.main speaks TLS only. Begin the address with rediss://.",
  },
  "redis where there is TLS, in JSON": {
    bad: (stack) => {
      address(`{"url": "redis://${ENDPOINT}:6379/0"}`)(stack);
      editContainers(stack, "app", ([app]) => {
        app.secrets[1].valueFrom = "${aws_secretsmanager_secret.redis.arn}:url::";
      });
    },
    says: "aws_ecs_task_definition.app gives the container app a REDIS_URL that begins with redis://, and aws_elasticache_replication_group.main speaks TLS only. Begin the address with rediss://.",
  },
  "redis where there is TLS, in a variable": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) =>
        app.environment.push({ name: "CACHE_URL", value: `redis://${ENDPOINT}:6379/1` }),
      ),
    good: (stack) => {
      stack.resource.aws_elasticache_replication_group.main.transit_encryption_mode = "preferred";
      editContainers(stack, "app", ([app]) =>
        app.environment.push({ name: "CACHE_URL", value: `redis://${ENDPOINT}:6379/1` }),
      );
    },
    says: "aws_ecs_task_definition.app gives the container app a CACHE_URL that begins with redis://, and aws_elasticache_replication_group.main speaks TLS only. Begin the address with rediss://.",
  },
  "rediss where there is none": {
    bad: (stack) => {
      delete stack.resource.aws_elasticache_replication_group.main.transit_encryption_enabled;
    },
    good: (stack) => {
      stack.resource.aws_elasticache_replication_group.main.transit_encryption_enabled = "${var.tls}";
    },
    says: "aws_ecs_task_definition.app gives the container app a REDIS_URL that begins with rediss://, and aws_elasticache_replication_group.main speaks no TLS. Begin the address with redis://, or set transit_encryption_enabled to true.",
  },
});

describeRule("ECS-076", {
  "an endpoint for a host": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.environment[1].value = "${aws_db_instance.main.endpoint}";
      }),
    good: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.environment[1] = { name: "DATABASE_URL", value: "${aws_db_instance.main.endpoint}" };
      }),
    says: "aws_ecs_task_definition.app gives the container app the endpoint of aws_db_instance.main as DATABASE_HOST, which has the port in it. Write ${aws_db_instance.main.address}.",
  },
});
