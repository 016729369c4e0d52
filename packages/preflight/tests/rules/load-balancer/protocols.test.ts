import { describeRule, type Json } from "../../support/rules.ts";

const targets = (values: object) => (stack: Json) => Object.assign(stack.resource.aws_lb_target_group.nginx, values);
const listener = (values: object) => (stack: Json) => Object.assign(stack.resource.aws_lb_listener.https, values);
const action = (values: object) => (stack: Json) => {
  stack.resource.aws_lb_listener.http = {
    load_balancer_arn: "${aws_lb.main.arn}",
    port: 80,
    protocol: "HTTP",
    default_action: [values],
  };
};
const redirect = (values: object) => action({ type: "redirect", redirect: [{ status_code: "HTTP_301", ...values }] });
const respond = (values: object) => action({ type: "fixed-response", fixed_response: [values] });
const GROUP = "aws_lb_target_group.nginx";
const LISTENER = "aws_lb_listener.https";

describeRule("LB-030", {
  "a protocol in lower case": {
    bad: listener({ protocol: "https" }),
    good: listener({ protocol: "HTTPS" }),
    says: `${LISTENER} has protocol = "https". Write "HTTP" or "HTTPS".`,
  },
  "a protocol of another kind of load balancer": {
    bad: listener({ protocol: "TLS" }),
    good: (stack) => {
      stack.resource.aws_lb.main.load_balancer_type = "network";
      listener({ protocol: "TLS" })(stack);
    },
    says: `${LISTENER} has protocol = "TLS", and aws_lb.main is a load balancer of the type application. Write "HTTP" or "HTTPS".`,
  },
  "gRPC without TLS": {
    bad: (stack) => {
      targets({ protocol_version: "GRPC" })(stack);
      listener({ protocol: "HTTP" })(stack);
    },
    good: targets({ protocol_version: "GRPC" }),
    says: `${LISTENER} forwards HTTP to ${GROUP}, whose targets speak gRPC. Make it an "HTTPS" listener.`,
  },
});

describeRule("LB-031", {
  "a policy that does not exist": {
    bad: listener({ ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-07" }),
    good: listener({ ssl_policy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" }), // AWS adds policies
    says: `${LISTENER} has ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-07", which does not exist. Write "ELBSecurityPolicy-TLS13-1-2-2021-06".`,
  },
  "a policy of a browser's name": {
    bad: listener({ ssl_policy: "TLSv1.2_2021" }),
    good: listener({ ssl_policy: "${var.policy}" }),
    says: `${LISTENER} has ssl_policy = "TLSv1.2_2021", which does not exist. Write "ELBSecurityPolicy-TLS13-1-2-2021-06".`,
  },
  "a policy without encryption": {
    bad: listener({ protocol: "HTTP" }),
    good: listener({ protocol: "HTTP", ssl_policy: null }),
    says: `${LISTENER} has an ssl_policy and the protocol HTTP. Drop ssl_policy, or encrypt.`,
  },
});

describeRule("LB-032", {
  "a protocol in lower case": {
    bad: targets({ protocol: "http" }),
    good: targets({ protocol: "HTTP" }),
    says: `${GROUP} has protocol = "http". Write "HTTP".`,
  },
  "a version of HTTP for TCP": {
    bad: targets({ protocol: "TCP", protocol_version: "HTTP2" }),
    good: targets({ protocol: "HTTPS", protocol_version: "HTTP2" }),
    says: `${GROUP} has protocol_version = "HTTP2" and the protocol TCP. Drop protocol_version.`,
  },
  "no port": {
    bad: targets({ port: null }),
    good: targets({ target_type: "lambda", port: null, protocol: null }),
    says: `${GROUP} has target_type = "ip" and no port. Set port to that of the targets.`,
  },
  "cookies below HTTP": {
    bad: targets({ protocol: "TCP", stickiness: [{ type: "lb_cookie" }] }),
    good: targets({ protocol: "TCP", stickiness: [{ type: "source_ip" }] }),
    says: `${GROUP} has stickiness of the type "lb_cookie" with TCP. Write "source_ip".`,
  },
  "addresses for HTTP": {
    bad: targets({ stickiness: [{ type: "source_ip" }] }),
    good: targets({ stickiness: [{ type: "source_ip", enabled: false }] }),
    says: `${GROUP} has stickiness of the type "source_ip" with HTTP. Write "lb_cookie" or "app_cookie".`,
  },
  "an app's cookie without its name": {
    bad: targets({ stickiness: [{ type: "app_cookie" }] }),
    good: targets({ stickiness: [{ type: "app_cookie", cookie_name: "_shop_session" }] }),
    says: `${GROUP} has stickiness of the type "app_cookie" without cookie_name. Set cookie_name to the app's own cookie.`,
  },
  "a slow start without turns": {
    bad: targets({ slow_start: 60, load_balancing_algorithm_type: "least_outstanding_requests" }),
    good: targets({ slow_start: 60 }),
    says: `${GROUP} has slow_start and load_balancing_algorithm_type = "least_outstanding_requests". Drop slow_start, or write "round_robin".`,
  },
});

describeRule("LB-033", {
  "an HTTP code for gRPC": {
    bad: targets({ protocol_version: "GRPC", health_check: [{ matcher: "200" }] }),
    good: targets({ protocol_version: "GRPC", health_check: [{ matcher: "0,12-14" }] }),
    says: `${GROUP} expects the gRPC code 200 of a health check. Write codes from 0 to 99, such as "0-99" or "12".`,
  },
  "a check by TCP of targets with HTTP": {
    bad: targets({ health_check: [{ protocol: "TCP" }] }),
    good: targets({ protocol: "TCP", health_check: [{ protocol: "TCP" }] }),
    says: `${GROUP} checks health by TCP, and has the protocol HTTP. Set the protocol of the health check to "HTTP".`,
  },
  "a code of a check by TCP": {
    bad: targets({ protocol: "TCP", health_check: [{ protocol: "TCP", matcher: "200" }] }),
    good: targets({ protocol: "TCP", health_check: [{ protocol: "HTTP", matcher: "200" }] }),
    says: `${GROUP} has matcher in a health check by TCP. Drop matcher, or set the protocol of the health check to "HTTP".`,
  },
});

describeRule("LB-034", {
  "a timeout that is too long": {
    bad: (stack) => {
      stack.resource.aws_lb.main.idle_timeout = 5000;
    },
    good: (stack) => {
      stack.resource.aws_lb.main.idle_timeout = 4000;
    },
    says: "aws_lb.main has idle_timeout = 5000. Write a number from 1 to 4000.",
  },
});

describeRule("LB-035", {
  "a redirect to itself": {
    bad: redirect({ protocol: "HTTP", port: "80" }),
    good: redirect({ protocol: "HTTPS", port: "443" }),
    says: 'aws_lb_listener.http redirects to the address that was asked for. Set protocol to "HTTPS" and port to "443".',
  },
  "a redirect that changes the query only": {
    bad: (stack) => {
      redirect({ query: "a=b" })(stack);
      Object.assign(stack.resource.aws_lb_listener.http, { protocol: "HTTPS", port: 443 });
    },
    says: "aws_lb_listener.http redirects to the address that was asked for. Change the host, the path, the protocol or the port: another query alone is asked for again.",
  },
  "a redirect with another status": {
    bad: redirect({ protocol: "HTTPS", status_code: "HTTP_308" }),
    good: redirect({ host: "www.#{host}" }),
    says: 'aws_lb_listener.http redirects with the status_code HTTP_308. Write "HTTP_301" or "HTTP_302".',
  },
  "a response with a status that it can't have": {
    bad: respond({ content_type: "text/plain", status_code: "301" }),
    good: respond({ content_type: "text/plain", status_code: "503" }),
    says: "aws_lb_listener.http responds with the status_code 301. Write a code of 2xx, 4xx or 5xx.",
  },
  "a response of a type that it can't have": {
    bad: respond({ content_type: "text/xml", status_code: "200" }),
    good: respond({ content_type: "application/json", status_code: "200" }),
    says: "aws_lb_listener.http responds with the content_type text/xml. Write one of text/plain, text/css, text/html, application/javascript, application/json.",
  },
});
