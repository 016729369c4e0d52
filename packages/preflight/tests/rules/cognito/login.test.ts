import { describeRule, type Json } from "../../support/rules.ts";
import { callbacks, client, set } from "./stack.ts";

const listener = (stack: Json) => stack.resource.aws_lb_listener.https;
const logIn = (stack: Json) => listener(stack).default_action[0].authenticate_cognito;
function ruleForHost(stack: Json, pattern: string) {
  const [authenticate] = listener(stack).default_action.splice(0, 1);
  const condition = [{ host_header: { values: [pattern] } }];
  stack.resource.aws_lb_listener_rule = {
    admin: { listener_arn: "${aws_lb_listener.https.arn}", action: [authenticate], condition },
  };
}

describeRule("COG-030", {
  "a client without secret": {
    bad: (stack) => delete client(stack).generate_secret,
    good: set({ generate_secret: "true" }),
    says: "aws_cognito_user_pool_client.alb has no secret, and aws_lb_listener.https logs users in with it. Set generate_secret to true, which replaces the client.",
  },
  "a client of a rule": {
    bad: (stack) => {
      const [authenticate] = listener(stack).default_action.splice(0, 1);
      stack.resource.aws_lb_listener_rule = {
        admin: { listener_arn: "${aws_lb_listener.https.arn}", action: [authenticate], condition: [] },
      };
      client(stack).generate_secret = false;
    },
    says: "aws_cognito_user_pool_client.alb has no secret, and aws_lb_listener_rule.admin logs users in with it. Set generate_secret to true, which replaces the client.",
  },
});

describeRule("COG-031", {
  "the implicit flow": {
    bad: set({ allowed_oauth_flows: ["implicit"] }),
    good: set({ allowed_oauth_flows: ["implicit", "code"] }),
    says: 'aws_cognito_user_pool_client.alb allows "implicit" in allowed_oauth_flows, and aws_lb_listener.https logs users in with it. Write allowed_oauth_flows = ["code"] and allowed_oauth_flows_user_pool_client = true.',
  },
  "flows that may not be used": {
    bad: (stack) => delete client(stack).allowed_oauth_flows_user_pool_client,
    good: (stack) => {
      delete client(stack).allowed_oauth_flows_user_pool_client;
      client(stack).lifecycle = { ignore_changes: "all" };
    },
    says: 'aws_cognito_user_pool_client.alb has no allowed_oauth_flows_user_pool_client = true, and aws_lb_listener.https logs users in with it. Write allowed_oauth_flows = ["code"] and allowed_oauth_flows_user_pool_client = true.',
  },
});

describeRule("COG-032", {
  "no openid": {
    bad: set({ allowed_oauth_scopes: ["email"] }),
    good: set({ allowed_oauth_scopes: ["email", "openid"] }),
    says: 'aws_cognito_user_pool_client.alb does not allow "openid", which aws_lb_listener.https asks for (it allows "email"). Add "openid" to allowed_oauth_scopes, or leave it out of the action\'s scope.',
  },
  "a scope of the action": {
    bad: (stack) => {
      logIn(stack).scope = "openid profile";
    },
    good: (stack) => {
      logIn(stack).scope = "openid profile";
      client(stack).allowed_oauth_scopes = ["openid", "profile"];
    },
    says: 'aws_cognito_user_pool_client.alb does not allow "profile", which aws_lb_listener.https asks for (it allows "openid"). Add "profile" to allowed_oauth_scopes, or leave it out of the action\'s scope.',
  },
});

describeRule("COG-033", {
  "another path": {
    bad: set({ callback_urls: ["https://shop.example.com/callback"] }),
    good: callbacks("https://shop.example.com/callback"),
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://shop.example.com/callback": none is https://shop.example.com/oauth2/idpresponse, and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "another path after something unknown": {
    bad: set({ callback_urls: ["https://${aws_lb.main.dns_name}/oauth2/idpresponse/"] }),
    good: set({ callback_urls: ["https://${aws_lb.main.dns_name}/oauth2/idpresponse"] }),
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://…/oauth2/idpresponse/": none is https://shop.example.com/oauth2/idpresponse, and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "another host": {
    bad: set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] }),
    good: (stack) => {
      set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] })(stack);
      stack.resource.aws_route53_record.www = {
        zone_id: "${data.aws_route53_zone.main.zone_id}",
        name: "www",
        type: "CNAME",
        ttl: 60,
        records: ["shop.example.com"],
      };
    },
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://www.example.com/oauth2/idpresponse": users come to "shop.example.com", and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "another host than that of a short name": {
    bad: (stack) => {
      stack.resource.aws_route53_record.alias.name = "app";
    },
    good: (stack) => {
      stack.resource.aws_route53_record.alias.name = "shop";
    },
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://shop.example.com/oauth2/idpresponse": users come to "app.example.com", and aws_lb_listener.https logs users in with it. Add "https://app.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "another host where something stands in front": {
    bad: set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] }),
    good: (stack) => {
      set({ callback_urls: ["https://www.example.com/oauth2/idpresponse"] })(stack);
      stack.resource.aws_cloudfront_distribution = { main: { enabled: true } };
    },
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://www.example.com/oauth2/idpresponse": users come to "shop.example.com", and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "the pool's own host": {
    bad: set({ callback_urls: ["https://shop-login.auth.ap-northeast-1.amazoncognito.com/oauth2/idpresponse"] }),
    good: set({ callback_urls: ["${var.callback}"] }),
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://shop-login.auth.ap-northeast-1.amazoncognito.com/oauth2/idpresponse": that is the pool\'s own host, not the load balancer\'s, and aws_lb_listener.https logs users in with it. Add "https://shop.example.com/oauth2/idpresponse" to callback_urls.',
  },
  "a host that the condition of a rule keeps out": {
    bad: (stack) => ruleForHost(stack, "admin.example.com"),
    good: (stack) => ruleForHost(stack, "*.example.com"),
    says: 'aws_cognito_user_pool_client.alb has the callbacks "https://shop.example.com/oauth2/idpresponse": users come to "admin.example.com", and aws_lb_listener_rule.admin logs users in with it. Add "https://admin.example.com/oauth2/idpresponse" to callback_urls.',
  },
});

describeRule("COG-034", {
  "a log-in in the clear": {
    bad: (stack) => Object.assign(listener(stack), { port: 80, protocol: "HTTP" }),
    good: (stack) => Object.assign(listener(stack), { protocol: "${var.protocol}" }),
    says: 'aws_lb_listener.https has an action "authenticate-cognito" on an HTTP listener. Move the action to a listener with protocol HTTPS, and let the HTTP one redirect there.',
  },
  "a listener without protocol": {
    bad: (stack) => delete listener(stack).protocol,
    says: 'aws_lb_listener.https has an action "authenticate-cognito" on an HTTP listener. Move the action to a listener with protocol HTTPS, and let the HTTP one redirect there.',
  },
});

describeRule("COG-035", {
  "no provider": {
    bad: (stack) => delete client(stack).supported_identity_providers,
    good: set({ supported_identity_providers: ["Google"] }),
    says: 'aws_cognito_user_pool_client.alb has no supported_identity_providers, and aws_lb_listener.https logs users in with it. Write supported_identity_providers = ["COGNITO"].',
  },
});

describeRule("COG-036", {
  "the whole host of the log-in pages": {
    bad: (stack) => {
      logIn(stack).user_pool_domain = "shop-login.auth.ap-northeast-1.amazoncognito.com";
    },
    good: (stack) => {
      logIn(stack).user_pool_domain = "shop-login";
    },
    says: 'aws_lb_listener.https has user_pool_domain = "shop-login.auth.ap-northeast-1.amazoncognito.com", which is a host name of Cognito. Write the prefix only: "shop-login".',
  },
  "the id of the pool for its ARN": {
    bad: (stack) => {
      logIn(stack).user_pool_arn = "${aws_cognito_user_pool.main.id}";
    },
    says: "aws_lb_listener.https has the id of aws_cognito_user_pool.main as user_pool_arn. Write ${aws_cognito_user_pool.main.arn}.",
  },
  "the client of another pool": {
    bad: (stack) => {
      stack.resource.aws_cognito_user_pool.other = { name: "other" };
      client(stack).user_pool_id = "${aws_cognito_user_pool.other.id}";
    },
    says: "aws_lb_listener.https takes aws_cognito_user_pool_client.alb, a client of aws_cognito_user_pool.other, with aws_cognito_user_pool.main. Name a client of aws_cognito_user_pool.main.",
  },
  "a pool without domain": {
    bad: (stack) => {
      delete stack.resource.aws_cognito_user_pool_domain;
      logIn(stack).user_pool_domain = "shop-login";
    },
    good: (stack) => {
      delete stack.resource.aws_cognito_user_pool_domain;
      logIn(stack).user_pool_domain = "${var.domain}";
    },
    says: 'aws_lb_listener.https has user_pool_domain = "shop-login", and aws_cognito_user_pool.main has no domain in this configuration. Add an aws_cognito_user_pool_domain to the pool, and take its domain attribute.',
  },
});

describeRule("COG-037", {
  "a log-in that leads nowhere": {
    bad: (stack) => listener(stack).default_action.splice(1),
    good: (stack) => {
      listener(stack).default_action[1] = { order: 2, type: "${var.action}" };
    },
    says: 'aws_lb_listener.https has no action but "authenticate-cognito". Add an action of type "forward" after it, with a higher order.',
  },
});
