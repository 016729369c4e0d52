import { describe, expect, it } from "vitest";
import { synthesize } from "../support/synthesize.ts";

const HTTPS = "aws_lb_listener.lb_https";
const HTTP = "aws_lb_listener.lb_http";

describe("the load balancer", () => {
  it("stands in two zones, drops invalid headers, and can't be deleted by accident", () => {
    const alb = synthesize().resource("aws_lb.lb_alb");
    expect(alb).toMatchObject({ drop_invalid_header_fields: true, enable_deletion_protection: true, internal: false });
    expect(alb.subnets).toEqual(["${aws_subnet.network_public_a.id}", "${aws_subnet.network_public_c.id}"]);
  });

  it("speaks TLS 1.3 with a valid certificate, and sends HTTP there", () => {
    const stack = synthesize();
    expect(stack.resource(HTTPS)).toMatchObject({
      port: 443,
      protocol: "HTTPS",
      ssl_policy: expect.stringContaining("TLS13"),
      certificate_arn: "${aws_acm_certificate_validation.lb_certificate_validation.certificate_arn}",
    });
    expect(stack.resource(HTTP).default_action).toEqual([
      { type: "redirect", redirect: { port: "443", protocol: "HTTPS", status_code: "HTTP_301" } },
    ]);
  });

  it("takes a certificate of one's own and requests none", () => {
    const certificateArn = "arn:aws:acm:ap-northeast-1:123456789012:certificate/1";
    const stack = synthesize({ domain: { certificateArn } });
    expect(stack.resource(HTTPS).certificate_arn).toBe(certificateArn);
    expect(stack.names("aws_acm_certificate")).toEqual([]);
  });

  it("looks the hosted zone up, or makes it", () => {
    expect(synthesize().json.data.aws_route53_zone.lb_zone.name).toBe("example.com");
    const created = synthesize({ domain: { hostedZone: { create: true } } });
    expect(created.resource("aws_route53_zone.lb_zone").name).toBe("example.com");
    expect(created.resource("aws_route53_record.lb_alias").zone_id).toBe("${aws_route53_zone.lb_zone.zone_id}");
  });

  it("speaks plain HTTP without a domain", () => {
    const stack = synthesize({ domain: undefined });
    expect(stack.names("aws_lb_listener")).toEqual(["lb_http"]);
    expect(stack.resource(HTTP).default_action[0].type).toBe("forward");
    expect(stack.names("aws_route53_record")).toEqual([]);
  });

  it("has targets by address that must answer 200", () => {
    expect(synthesize().resource("aws_lb_target_group.lb_nginx_targets")).toMatchObject({
      target_type: "ip",
      port: 8080,
      health_check: { path: "/up", matcher: "200" },
    });
  });

  it("comes after the way to the internet", () => {
    const { depends_on } = synthesize().resource("aws_lb.lb_alb");
    expect(depends_on).toContain("aws_internet_gateway.network_internet_gateway");
  });

  it("writes its log into a private bucket whose policy stands before it", () => {
    const stack = synthesize();
    expect(stack.resource("aws_lb.lb_alb").depends_on).toContain("aws_s3_bucket_policy.lb_access_logs_policy");
    const [write, refuse] = stack.statements("aws_s3_bucket_policy.lb_access_logs_policy");
    expect(write).toMatchObject({
      Effect: "Allow",
      Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
      Action: ["s3:PutObject"],
    });
    expect(refuse).toMatchObject({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
    expect(stack.resource("aws_s3_bucket_public_access_block.lb_access_logs_public_access_block")).toMatchObject({
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
  });
});

describe("the login at the load balancer", () => {
  const stack = synthesize({
    lb: {
      authenticateCognito: true,
      pathRules: [
        { paths: ["/webhooks/*"], to: "app", public: true },
        { paths: ["/admin/*"], to: "nginx" },
      ],
    },
  });

  it("comes before everything else", () => {
    expect(stack.resource(HTTPS).default_action.map(({ type }: { type: string }) => type)).toEqual([
      "authenticate-cognito",
      "forward",
    ]);
  });

  it("has a client of its own, with secret, code flow and the callback that load balancers use", () => {
    expect(stack.resource("aws_cognito_user_pool_client.cognito_load_balancer_client")).toMatchObject({
      generate_secret: true,
      allowed_oauth_flows: ["code"],
      callback_urls: ["https://operation-app.example.com/oauth2/idpresponse"],
    });
  });

  it("leaves Rails's own client as it is", () => {
    const client = "aws_cognito_user_pool_client.cognito_user_pool_client";
    expect(stack.resource(client)).toEqual(synthesize().resource(client));
  });

  it("stays away from paths that are public", () => {
    const types = (rule: number) =>
      stack.resource(`aws_lb_listener_rule.lb_path_rule_${rule}`).action.map(({ type }: { type: string }) => type);
    expect(types(1)).toEqual(["forward"]);
    expect(types(2)).toEqual(["authenticate-cognito", "forward"]);
  });
});

describe("further host names", () => {
  const stack = synthesize({
    domain: {
      name: "example.com",
      aliases: [
        { name: "www.example.com" },
        { name: "app.example.com", to: "app" },
        { name: "example.net", hostedZone: "example.net" },
      ],
    },
    lb: { authenticateCognito: true, pathRules: [{ paths: ["/admin/*"], to: "nginx" }] },
    storage: {},
  });
  const ZONE = "${data.aws_route53_zone.lb_zone.zone_id}";
  const OTHER_ZONE = "${data.aws_route53_zone.lb_zone_example_net.zone_id}";
  const PLACES = {
    "": ["example.com", ZONE],
    _www_example_com: ["www.example.com", ZONE],
    _app_example_com: ["app.example.com", ZONE],
    _example_net: ["example.net", OTHER_ZONE],
  };

  it("are on one certificate, with the proof of each in its own zone", () => {
    expect(stack.resource("aws_acm_certificate.lb_certificate_request")).toMatchObject({
      domain_name: "example.com",
      subject_alternative_names: ["example.com", "www.example.com", "app.example.com", "example.net"],
      lifecycle: { create_before_destroy: true },
    });
    for (const [suffix, [name, zone]] of Object.entries(PLACES)) {
      const record = stack.resource(`aws_route53_record.lb_certificate_record${suffix}`);
      expect(record.zone_id).toBe(zone);
      expect(record.name).toContain(`proof.resource_record_name if proof.domain_name == "${name}"`);
    }
    const { validation_record_fqdns: proofs } = stack.resource(
      "aws_acm_certificate_validation.lb_certificate_validation",
    );
    expect(proofs).toHaveLength(4);
  });

  it("lead to the load balancer", () => {
    for (const [suffix, [name, zone]] of Object.entries(PLACES)) {
      const record = stack.resource(`aws_route53_record.lb_alias${suffix}`);
      expect(record).toMatchObject({ zone_id: zone, name, type: "A", alias: { name: "${aws_lb.lb_alb.dns_name}" } });
    }
  });

  it("redirect before any login and path rule, except those that serve", () => {
    expect(stack.resource("aws_lb_listener_rule.lb_redirect_1")).toMatchObject({
      priority: 3,
      condition: [{ host_header: { values: ["www.example.com", "example.net"] } }],
      action: [{ type: "redirect", redirect: { host: "example.com", status_code: "HTTP_301" } }],
    });
    expect(stack.resource("aws_lb_listener_rule.lb_path_rule_1").priority).toBe(10);
  });

  it("are split over rules, which take five values each", () => {
    const aliases = Array.from({ length: 9 }, (_, index) => ({ name: `a${index}.example.com` }));
    const many = synthesize({ domain: { aliases } });
    const rules = many.names("aws_lb_listener_rule").map((name) => many.resource(`aws_lb_listener_rule.${name}`));
    expect(rules.map(({ priority, condition }) => [priority, condition[0].host_header.values.length])).toEqual([
      [3, 5],
      [4, 4],
    ]);
  });

  it("that serve are known to Rails, to Cognito and to the bucket of uploads, and those that redirect are not", () => {
    const served = ["example.com", "app.example.com"];
    expect(stack.container("app", "app").environment).toContainEqual({ name: "APP_HOSTS", value: served.join(",") });
    expect(stack.resource("aws_cognito_user_pool_client.cognito_load_balancer_client").callback_urls).toEqual(
      served.map((host) => `https://${host}/oauth2/idpresponse`),
    );
    expect(stack.resource("aws_s3_bucket_cors_configuration.storage_cors").cors_rule[0].allowed_origins).toEqual(
      served.map((host) => `https://${host}`),
    );
  });

  it("leave the list of hosts to an environment that writes its own", () => {
    const own = synthesize({ ecs: { app: { environment: { APP_HOSTS: "mine.example.com" } } } });
    expect(own.container("app", "app").environment).toContainEqual({ name: "APP_HOSTS", value: "mine.example.com" });
    expect(JSON.stringify(synthesize({ domain: undefined }).container("app", "app"))).not.toContain("APP_HOSTS");
  });
});

describe("a path rule", () => {
  it("leads past nginx to the app, which gets targets of its own", () => {
    const stack = synthesize({ lb: { pathRules: [{ paths: ["/cable"], to: "app" }] } });
    expect(stack.resource("aws_lb_target_group.lb_app_targets").port).toBe(3000);
    expect(stack.resource("aws_ecs_service.ecs_app_service").load_balancer).toEqual([
      { target_group_arn: "${aws_lb_target_group.lb_app_targets.arn}", container_name: "app", container_port: 3000 },
    ]);
  });

  it("answers with a status by itself", () => {
    const stack = synthesize({ lb: { pathRules: [{ paths: ["/.git/*"], to: { status: 404 } }] } });
    expect(stack.resource("aws_lb_listener_rule.lb_path_rule_1")).toMatchObject({
      priority: 10,
      condition: [{ path_pattern: { values: ["/.git/*"] } }],
      action: [{ type: "fixed-response", fixed_response: { status_code: "404" } }],
    });
  });
});
