import { describe, expect, it } from "vitest";
import { describeRule, findingsOf, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

describeRule("NAME-001", {
  "two target groups of one name": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.more = { ...resource.aws_lb_target_group.nginx, port: 8081 };
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.more = { ...resource.aws_lb_target_group.nginx, name: "more" };
    },
    says: 'aws_lb_target_group.more has name = "shop-nginx", like aws_lb_target_group.nginx. Give one of the two another name.',
  },
  "two services of a cluster": {
    bad: ({ resource }) => {
      resource.aws_ecs_service.app.name = "nginx";
    },
    good: ({ resource }) => {
      resource.aws_ecs_cluster.other = { name: "other" };
      Object.assign(resource.aws_ecs_service.app, { name: "nginx", cluster: "${aws_ecs_cluster.other.arn}" });
    },
    says: 'aws_ecs_service.app has name = "nginx", like aws_ecs_service.nginx. Give one of the two another name.',
  },
  "two gateways with one address": {
    bad: ({ resource }) => {
      resource.aws_nat_gateway.more = { ...resource.aws_nat_gateway.main };
    },
    good: ({ resource }) => {
      resource.aws_nat_gateway.more = { ...resource.aws_nat_gateway.main, allocation_id: "${var.address}" };
    },
    says: "aws_nat_gateway.more has the same allocation_id as aws_nat_gateway.main, from aws_eip.nat. Give one of the two another allocation_id.",
  },
  "two buckets of one name": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_s3_bucket, { a: { bucket: "shop-a" }, b: { bucket: "shop-a" } });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_s3_bucket, { a: { bucket: "${var.a}" }, b: { bucket: "${var.b}" } });
    },
    says: 'aws_s3_bucket.b has bucket = "shop-a", like aws_s3_bucket.a. Give one of the two another bucket.',
  },
  "two buckets named after one thing": {
    bad: ({ resource }) => {
      resource.random_pet = { main: {} };
      Object.assign(resource.aws_s3_bucket, {
        a: { bucket: "${random_pet.main.id}" },
        b: { bucket: "${random_pet.main.id}" },
      });
    },
    good: ({ resource }) => {
      resource.random_pet = { main: {} };
      Object.assign(resource.aws_s3_bucket, {
        a: { bucket: "${random_pet.main.id}-a" },
        b: { bucket: "${random_pet.main.id}-b" },
      });
    },
    says: "aws_s3_bucket.b has the same bucket as aws_s3_bucket.a, from random_pet.main. Give one of the two another bucket.",
  },
  "two log groups of one name": {
    bad: ({ resource }) => {
      resource.aws_cloudwatch_log_group.more = { name: "/shop/app" };
    },
    good: ({ resource }) => {
      resource.aws_cloudwatch_log_group.more = { name: "/shop/app", region: "us-east-1" };
    },
    says: 'aws_cloudwatch_log_group.more has name = "/shop/app", like aws_cloudwatch_log_group.app. Give one of the two another name.',
  },
});

describe("NAME-001", () => {
  const severities = async (change: (stack: Json) => void) => {
    const stack = workingStack();
    change(stack);
    const found = await findingsOf(stack);
    return found.filter(({ id }) => id === "NAME-001").map(({ severity }) => severity);
  };

  it("is sure of what is in one cluster", async () => {
    const found = await severities(({ resource }) => {
      resource.aws_ecs_service.nginx.name = "app";
    });
    expect(found).toEqual(["error"]);
  });

  it("only warns of what may be in two accounts", async () => {
    const found = await severities(({ resource }) => {
      resource.aws_cloudwatch_log_group.more = { name: "/shop/app" };
    });
    expect(found).toEqual(["warning"]);
  });

  it("only warns of what is named after something that is in no account", async () => {
    const found = await severities(({ resource }) => {
      resource.random_pet = { main: {} };
      for (const name of ["a", "b"]) resource.aws_cloudwatch_log_group[name] = { name: "${random_pet.main.id}" };
    });
    expect(found).toEqual(["warning"]);
  });
});
