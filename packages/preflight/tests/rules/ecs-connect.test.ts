import { describe, expect, it } from "vitest";
import { shortHostIn } from "../../src/ecs/connect.ts";
import { describeRule, editContainers, findingsOf, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const service = (stack: Json, name: string) => stack.resource.aws_ecs_service[name];
const set = (name: string, value: string) => (stack: Json) =>
  editContainers(stack, "nginx", ([nginx]) => nginx.environment.push({ name, value }));

describeRule("ECS-045", {
  "a port that has no name": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) => {
        delete app.portMappings[0].name;
      }),
    good: (stack) => {
      service(stack, "app").service_connect_configuration.service.port_name = "${var.port_name}";
    },
    says: 'aws_ecs_service.app offers the port http by Service Connect, but the port mappings of aws_ecs_task_definition.app have no names. Add name = "http" to the port mapping.',
  },
});

describeRule("ECS-045", {
  "a port by another name": {
    bad: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.portMappings[0].name = "web";
      }),
    good: (stack) =>
      editContainers(stack, "app", ([app]) => {
        app.portMappings[0].name = "${var.port_name}";
      }),
    says: 'aws_ecs_service.app offers the port http by Service Connect, but the port mappings of aws_ecs_task_definition.app are called web. Add name = "http" to the port mapping.',
  },
});

describeRule("ECS-046", {
  "no namespace": {
    bad: (stack) => {
      delete service(stack, "app").service_connect_configuration.namespace;
    },
    good: (stack) => {
      delete service(stack, "app").service_connect_configuration.namespace;
      stack.resource.aws_ecs_cluster.main.service_connect_defaults = {
        namespace: "${aws_service_discovery_http_namespace.main.arn}",
      };
    },
    says: "aws_ecs_service.app has Service Connect without a namespace, and aws_ecs_cluster.main has no service_connect_defaults. Set namespace to the ARN of an aws_service_discovery_http_namespace.",
  },
});

describeRule("ECS-071", {
  "a name that nothing offers": {
    bad: set("CACHE_URL", "redis://redis:6379/0"),
    good: set("CACHE_URL", "redis://redis.example.com:6379/0"),
    says: "aws_ecs_service.nginx runs the container nginx with CACHE_URL=redis://redis:6379/0: nothing offers the name redis. Offer redis by Service Connect (client_alias with dns_name), or write the real address.",
  },
  "a name of Compose": {
    bad: set("DATABASE_HOST", "db"),
    good: set("LOG_LEVEL", "info"),
    says: "aws_ecs_service.nginx runs the container nginx with DATABASE_HOST=db: nothing offers the name db. Offer db by Service Connect (client_alias with dns_name), or write the real address.",
  },
  "a client that does not use Service Connect itself": {
    bad: (stack) => {
      delete service(stack, "nginx").service_connect_configuration;
    },
    good: (stack) => {
      stack.resource.aws_vpc_dhcp_options = { main: { domain_name: "example.internal" } };
      delete service(stack, "nginx").service_connect_configuration;
    },
    says: "aws_ecs_service.nginx runs the container nginx with APP_UPSTREAM=app:3000: aws_ecs_service.app offers the name app by Service Connect, but only to services that use Service Connect themselves. Add service_connect_configuration with enabled = true and the same namespace.",
  },
  "a client in another namespace": {
    bad: (stack) => {
      stack.resource.aws_service_discovery_http_namespace.other = { name: "other" };
      service(stack, "nginx").service_connect_configuration.namespace =
        "${aws_service_discovery_http_namespace.other.arn}";
    },
    good: (stack) => {
      stack.data.aws_service_discovery_http_namespace = { other: { name: "other" } };
      service(stack, "nginx").service_connect_configuration.namespace =
        "${data.aws_service_discovery_http_namespace.other.arn}";
    },
    says: "aws_ecs_service.nginx runs the container nginx with APP_UPSTREAM=app:3000: aws_ecs_service.app offers the name app in another namespace. Put both services into one namespace.",
  },
  "an alias by another name": {
    bad: (stack) => {
      service(stack, "app").service_connect_configuration.service.client_alias.dns_name = "rails";
    },
    good: (stack) => {
      service(stack, "app").service_connect_configuration.service.client_alias.dns_name = "${var.name}";
    },
    says: "aws_ecs_service.nginx runs the container nginx with APP_UPSTREAM=app:3000: nothing offers the name app. Offer app by Service Connect (client_alias with dns_name), or write the real address.",
  },
  "an alias without a name, which is called after the namespace too": {
    bad: (stack) => {
      delete service(stack, "app").service_connect_configuration.service.client_alias.dns_name;
    },
    says: "aws_ecs_service.nginx runs the container nginx with APP_UPSTREAM=app:3000: nothing offers the name app. Offer app by Service Connect (client_alias with dns_name), or write the real address.",
  },
  "a container of the same task": {
    bad: (stack) => {
      editContainers(stack, "nginx", (containers) => containers.push({ name: "php", image: "public.ecr.aws/x/y:1" }));
      set("FASTCGI_UPSTREAM", "php:9000")(stack);
    },
    good: set("FASTCGI_UPSTREAM", "127.0.0.1:9000"),
    says: "aws_ecs_service.nginx runs the container nginx with FASTCGI_UPSTREAM=php:9000: php is a container of the same task, and these reach each other at 127.0.0.1, not by name. Write 127.0.0.1 instead of the container's name.",
  },
});

describe("ECS-071 is an error only where something that is called so is meant", () => {
  const severityOf = async (...changes: ((stack: Json) => void)[]) => {
    const stack = workingStack();
    for (const change of changes) change(stack);
    return (await findingsOf(stack)).filter(({ id }) => id === "ECS-071").map(({ severity }) => severity);
  };
  const discovery = ({ resource }: Json) => {
    resource.aws_service_discovery_private_dns_namespace = { shop: { name: "shop.local", vpc: "${aws_vpc.main.id}" } };
    resource.aws_service_discovery_service = {
      api: {
        name: "api",
        dns_config: { namespace_id: "${aws_service_discovery_private_dns_namespace.shop.id}" },
      },
    };
    resource.aws_ecs_service.app.service_registries = { registry_arn: "${aws_service_discovery_service.api.arn}" };
  };
  const offerElsewhere = (stack: Json) => {
    service(stack, "app").service_connect_configuration.service.client_alias.dns_name = "rails";
  };
  it.each([
    ["a store of Compose", [set("REDIS_URL", "redis://redis:6379")], ["error"]],
    ["another service", [offerElsewhere], ["error"]],
    ["a name of Cloud Map without its domain", [set("API_URL", "http://api:3000"), discovery], ["error"]],
    ["anything else", [set("CACHE_URL", "postgres://pgbouncer:6432/app")], ["warning"]],
    ["the container itself", [set("PROXY_HOST", "nginx")], ["warning"]],
  ] as const)("%s", async (_, changes, expected) => {
    expect(await severityOf(...changes)).toEqual(expected);
  });
});

describeRule("ECS-072", {
  "a client without an order": {
    bad: (stack) => {
      service(stack, "nginx").depends_on = ["aws_lb_listener.https"];
    },
    good: (stack) => {
      service(stack, "nginx").depends_on = ["aws_lb_listener.https"];
      service(stack, "nginx").desired_count = 0;
    },
    says: "aws_ecs_service.nginx connects to app, and may be deployed before aws_ecs_service.app, which offers that name. Add depends_on = [aws_ecs_service.app].",
  },
});

describeRule("ECS-075", {
  "another port than the alias has": {
    bad: (stack) => {
      service(stack, "app").service_connect_configuration.service.client_alias.port = 80;
    },
    good: (stack) => {
      service(stack, "app").service_connect_configuration.service.client_alias.port = "3000";
    },
    says: "aws_ecs_service.nginx runs the container nginx with APP_UPSTREAM=app:3000, and app is offered on 80, not on 3000. Write app:80, or set the port of the client_alias to 3000.",
  },
});

it("finds hosts without a domain, and takes nothing else for one", () => {
  const found = (variable: string, value: string) => shortHostIn(variable, value)?.host;
  expect(found("APP_UPSTREAM", "app:3000")).toBe("app");
  expect(found("DATABASE_HOST", "db")).toBe("db");
  expect(found("REDIS_URL", "redis://:secret@redis:6379/0")).toBe("redis");
  expect(found("ANYTHING", "http://backend/")).toBe("backend");
  for (const [variable, value] of [
    ["RAILS_LOG_LEVEL", "info"],
    ["RAILS_ENV", "production"],
    ["RUN_AS", "app:1000"],
    ["IMAGE", "redis:7"],
    ["APP_HOST", "shop"],
    ["ALLOWED_HOSTS", "app"],
    ["BIND_ADDRESS", "app:3000"],
    ["STORAGE_URL", "s3://bucket/key"],
    ["DEEP_LINK", "shop://orders"],
    ["DATABASE_URL", "postgres://user@db.example.com/app"],
    ["OTEL_URL", "http://localhost:4318"],
    ["NEXTAUTH_URL", "http://app"],
    ["DD_HOSTNAME", "app"],
    ["CI_SERVER_HOST", "gitlab"],
    ["DATABASE_URL", "postgres://dummy"],
    ["REDIS_HOST", "127.0.0.1"],
    ["DATABASE_URL", "sqlite3:db/production.sqlite3"],
  ] as const) {
    expect([variable, value, found(variable, value)]).toEqual([variable, value, undefined]);
  }
});

it("sees in a plan that a client of Service Connect has no order, though its containers are not known yet", async () => {
  expect(await connectPlan([])).toEqual(["aws_ecs_service.client"]);
  expect(await connectPlan(["aws_ecs_service.server"])).toEqual([]);
});

/** Addresses of clients without an order, in a plan of a client and a server whose containers are not known. */
async function connectPlan(dependsOn: string[]): Promise<string[]> {
  const namespace = "arn:aws:servicediscovery:ap-northeast-1:123456789012:namespace/ns-1";
  const service = (name: string, offered: object[]) => ({
    address: `aws_ecs_service.${name}`,
    mode: "managed",
    type: "aws_ecs_service",
    name,
    values: {
      name,
      desired_count: 1,
      service_connect_configuration: [{ enabled: true, namespace, service: offered }],
    },
  });
  const task = (name: string) => ({
    address: `aws_ecs_task_definition.${name}`,
    mode: "managed",
    type: "aws_ecs_task_definition",
    name,
    values: { family: name },
  });
  const offered = [{ port_name: "http", discovery_name: "app", client_alias: [{ dns_name: "app", port: 3000 }] }];
  const resources = [service("client", []), service("server", offered), task("client"), task("server")];
  const configuration = resources.map(({ address, mode, type, name }) => ({
    address,
    mode,
    type,
    name,
    expressions:
      type === "aws_ecs_service"
        ? {
            task_definition: { references: [`aws_ecs_task_definition.${name}.arn`, `aws_ecs_task_definition.${name}`] },
          }
        : {},
    ...(address === "aws_ecs_service.client" && { depends_on: dependsOn }),
  }));
  const findings = await findingsOf({
    format_version: "1.2",
    planned_values: { root_module: { resources } },
    resource_changes: resources.map(({ address, mode, type, name, values }) => ({
      address,
      mode,
      type,
      name,
      change: {
        actions: ["create"],
        before: null,
        after: values,
        after_unknown: type === "aws_ecs_service" ? { task_definition: true } : { container_definitions: true },
      },
    })),
    configuration: { root_module: { resources: configuration } },
  });
  return findings.filter(({ id }) => id === "ECS-072").map(({ address }) => address);
}
