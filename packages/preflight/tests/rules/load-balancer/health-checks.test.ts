import { expect, it } from "vitest";
import { describeRule, editContainers, findingsOf } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";

describeRule("LB-006", {
  "a matcher that takes redirects": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200,301";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200,204";
    },
    says: 'aws_lb_target_group.nginx accepts 200,301 as healthy. Set the matcher to "200", and have the app answer the path without a redirect.',
  },
  "a range that reaches over them": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200-399";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200-299";
    },
    says: 'aws_lb_target_group.nginx accepts 200-399 as healthy. Set the matcher to "200", and have the app answer the path without a redirect.',
  },
});

describeRule("LB-009", {
  "a health check on a port of no container": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = 80;
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = "8080";
    },
    says: 'aws_lb_target_group.nginx checks the health of tasks of aws_ecs_service.nginx on port 80, and their containers listen on 8080. Set the port of the health check to "traffic-port", or to a port of the containers.',
  },
  "a health check on a port, unless another container has it": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.port = 9000;
    },
    good: (stack) => {
      stack.resource.aws_lb_target_group.nginx.health_check.port = 9000;
      editContainers(stack, "nginx", (containers) =>
        containers.push({ name: "health", image: containers[0].image, portMappings: [{ containerPort: 9000 }] }),
      );
    },
    says: 'aws_lb_target_group.nginx checks the health of tasks of aws_ecs_service.nginx on port 9000, and their containers listen on 8080. Set the port of the health check to "traffic-port", or to a port of the containers.',
  },
});

it("only warns of a port that a container without a list of ports may answer on", async () => {
  const severityWith = async (sidecar: object) => {
    const stack = workingStack();
    stack.resource.aws_lb_target_group.nginx.health_check.port = 9901;
    editContainers(stack, "nginx", (containers) =>
      containers.push({ name: "envoy", image: containers[0].image, ...sidecar }),
    );
    return (await findingsOf(stack)).find(({ id }) => id === "LB-009")?.severity;
  };
  expect(await severityWith({ portMappings: [{ containerPort: 9000 }] })).toBe("error");
  expect(await severityWith({ portMappings: [] })).toBe("warning");
});

describeRule("LB-013", {
  "a timeout as long as the interval": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx.health_check, { interval: 10, timeout: 10 });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx.health_check, { interval: 10, timeout: 9 });
    },
    says: "aws_lb_target_group.nginx has a health check with timeout = 10 and interval = 10. Set timeout to less than interval.",
  },
  "a timeout as long as the interval, unless it is for a connection": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx, { protocol: "TCP" });
      resource.aws_lb_target_group.nginx.health_check = { protocol: "HTTP", interval: 10, timeout: 10 };
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx, { protocol: "TCP" });
      resource.aws_lb_target_group.nginx.health_check = { protocol: "TCP", interval: 10, timeout: 10 };
    },
    says: "aws_lb_target_group.nginx has a health check with timeout = 10 and interval = 10. Set timeout to less than interval.",
  },
  "a timeout longer than the interval that AWS takes": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.timeout = "30";
    },
    good: (stack) => {
      stack.variable.interval = {};
      Object.assign(stack.resource.aws_lb_target_group.nginx.health_check, {
        interval: "${var.interval}",
        timeout: 30,
      });
    },
    says: "aws_lb_target_group.nginx has a health check with timeout = 30 and interval = 30. Set timeout to less than interval.",
  },
});

describeRule("LB-014", {
  "TLS on the port of plain HTTP": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.protocol = "HTTPS";
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_lb_target_group.nginx.health_check, { protocol: "HTTPS", port: 8443 });
    },
    says: "aws_lb_target_group.nginx receives traffic over HTTP, and health checks over HTTPS on the same port. Set the protocol of the health check to HTTP.",
  },
  "plain HTTP on the port of TLS": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.protocol = "HTTPS";
      Object.assign(resource.aws_lb_target_group.nginx.health_check, { protocol: "HTTP", port: "traffic-port" });
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.protocol = "HTTPS";
      resource.aws_lb_target_group.nginx.health_check.protocol = "HTTPS";
    },
    says: "aws_lb_target_group.nginx receives traffic over HTTPS, and health checks over HTTP on the same port. Set the protocol of the health check to HTTPS.",
  },
});

describeRule("LB-015", {
  "targets by address without a VPC": {
    bad: ({ resource }) => {
      delete resource.aws_lb_target_group.nginx.vpc_id;
    },
    good: ({ resource }) => {
      delete resource.aws_lb_target_group.nginx.vpc_id;
      resource.aws_lb_target_group.nginx.target_type = "lambda";
    },
    says: 'aws_lb_target_group.nginx has target_type = "ip" and no vpc_id. Set vpc_id to the VPC of the tasks.',
  },
  "a health check path without a slash": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.path = "up";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.path = "/";
    },
    says: 'aws_lb_target_group.nginx has health_check.path = "up". Write a path that begins with "/".',
  },
  "a matcher with codes above 499": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200-599";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "200,499";
    },
    says: 'aws_lb_target_group.nginx has health_check.matcher = "200-599". Write codes from 200 to 499, such as "200".',
  },
  "a code of gRPC, unless the targets speak it": {
    bad: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "0";
    },
    good: ({ resource }) => {
      resource.aws_lb_target_group.nginx.health_check.matcher = "0-99";
      resource.aws_lb_target_group.nginx.protocol_version = "GRPC";
    },
    says: 'aws_lb_target_group.nginx has health_check.matcher = "0". Write codes from 200 to 499, such as "200".',
  },
});
