import { describeRule, type Json } from "../../support/rules.ts";
import { client, POOL_ID, planOf } from "./stack.ts";

const server = (more: Json = {}) => ({
  api: { identifier: "shop", name: "shop", user_pool_id: POOL_ID, scope: [{ scope_name: "read" }], ...more },
});

describeRule("COG-050", {
  "a scope that Cognito does not have": {
    bad: (stack) => client(stack).allowed_oauth_scopes.push("Cognito"),
    good: (stack) => client(stack).allowed_oauth_scopes.push("aws.cognito.signin.user.admin", "${var.scope}"),
    says: 'aws_cognito_user_pool_client.alb allows the scope "Cognito", which Cognito does not have. Write one of "openid", "email", "phone", "profile", "aws.cognito.signin.user.admin", or <identifier of a resource server>/<scope>.',
  },
  "a scope of a resource server that is not there": {
    bad: (stack) => client(stack).allowed_oauth_scopes.push("https://api.example.com/read"),
    good: (stack) => {
      client(stack).allowed_oauth_scopes.push("https://api.example.com/read");
      stack.import = [{ to: "aws_cognito_user_pool.main", id: "ap-northeast-1_abc" }];
    },
    says: 'aws_cognito_user_pool_client.alb allows the scope "https://api.example.com/read", and aws_cognito_user_pool.main has no resource server "https://api.example.com". Add an aws_cognito_resource_server with identifier = "https://api.example.com" and the scope "read".',
  },
  "a scope that the resource server does not list": {
    bad: (stack) => {
      stack.resource.aws_cognito_resource_server = server();
      client(stack).allowed_oauth_scopes.push("${aws_cognito_resource_server.api.identifier}/write");
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = server();
      client(stack).allowed_oauth_scopes.push("${aws_cognito_resource_server.api.identifier}/read");
    },
    says: 'aws_cognito_user_pool_client.alb allows the scope "shop/write", and aws_cognito_resource_server.api has "read". Add a scope "write" to aws_cognito_resource_server.api, or take "shop/write" out.',
  },
  "a resource server that is made at the same time": {
    bad: (stack) => {
      stack.resource.aws_cognito_resource_server = server();
      client(stack).allowed_oauth_scopes.push("shop/read");
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = server();
      client(stack).allowed_oauth_scopes.push("shop/read");
      client(stack).depends_on = ["aws_cognito_resource_server.api"];
    },
    says: 'aws_cognito_user_pool_client.alb allows the scope "shop/read", and does not wait for aws_cognito_resource_server.api, which defines it. Write ${aws_cognito_resource_server.api.identifier}/read, or add depends_on = ["aws_cognito_resource_server.api"].',
  },
  "a scope of another pool's resource server": {
    bad: (stack) => {
      stack.resource.aws_cognito_user_pool.other = { name: "other" };
      stack.resource.aws_cognito_resource_server = server({ user_pool_id: "${aws_cognito_user_pool.other.id}" });
      client(stack).allowed_oauth_scopes.push("shop/read");
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = server({ user_pool_id: "${var.pool}" });
      client(stack).allowed_oauth_scopes.push("shop/read");
    },
    says: 'aws_cognito_user_pool_client.alb allows the scope "shop/read", and aws_cognito_user_pool.main has no resource server "shop". Add an aws_cognito_resource_server with identifier = "shop" and the scope "read".',
  },
});

describeRule("COG-051", {
  "a machine without a scope of its own": {
    bad: (stack) =>
      Object.assign(client(stack), { allowed_oauth_flows: ["client_credentials"], allowed_oauth_scopes: ["openid"] }),
    good: (stack) =>
      Object.assign(client(stack), {
        allowed_oauth_flows: ["client_credentials"],
        allowed_oauth_scopes: ["shop/read"],
      }),
    says: 'aws_cognito_user_pool_client.alb has the flow "client_credentials", and allows "openid" only. Add an aws_cognito_resource_server with a scope, and list it in allowed_oauth_scopes.',
  },
});

describeRule("COG-052", {
  "a scope with its server's name in it": {
    bad: (stack) => {
      stack.resource.aws_cognito_resource_server = server({ scope: [{ scope_name: "shop/read" }] });
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = server({ scope: [{ scope_name: "orders:read.all" }] });
    },
    says: 'aws_cognito_resource_server.api has scope.scope_name = "shop/read". Write the name of the scope only, without the identifier, a slash, quotes or spaces.',
  },
  "a scope that is listed twice": {
    bad: (stack) => {
      const scope = [{ scope_name: "read" }, { scope_name: "read", scope_description: "again" }];
      stack.resource.aws_cognito_resource_server = server({ scope });
    },
    says: 'aws_cognito_resource_server.api has two scopes named "read". Keep one of them.',
  },
  "two resource servers of one identifier": {
    bad: (stack) => {
      stack.resource.aws_cognito_resource_server = { ...server(), more: server().api };
    },
    good: (stack) => {
      stack.resource.aws_cognito_resource_server = { ...server(), more: server({ identifier: "more" }).api };
    },
    says: 'aws_cognito_resource_server.more is a second resource server "shop" of aws_cognito_user_pool.main, beside aws_cognito_resource_server.api. Put all scopes into one of them.',
  },
});

describeRule(
  "COG-050",
  {
    "a resource server that is made at the same time, in a plan": {
      bad: () => {},
      says: 'aws_cognito_user_pool_client.alb allows the scope "shop/read", and does not wait for aws_cognito_resource_server.api, which defines it. Write ${aws_cognito_resource_server.api.identifier}/read, or add depends_on = ["aws_cognito_resource_server.api"].',
    },
  },
  planOf((stack) => {
    stack.resource.aws_cognito_resource_server = {
      api: { identifier: "shop", name: "shop", user_pool_id: POOL_ID, scope: [{ scope_name: "read" }] },
    };
    client(stack).allowed_oauth_scopes = ["shop/read"];
  }),
);
