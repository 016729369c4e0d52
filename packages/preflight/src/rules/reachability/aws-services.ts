import { type Need, needsOfTask } from "../../ecs/needs.ts";
import { type Service, services } from "../../ecs/tasks.ts";
import { byLink } from "../../graph/by-link.ts";
import type { Graph, Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { remembered } from "../../graph/remembered.ts";
import { flag } from "../../graph/value.ts";
import { endpointPolicyFor } from "../../iam/endpoint-policies.ts";
import { pathToInternet } from "../../network/path-over-internet.ts";
import { pathToService } from "../../network/path-to-service.ts";
import { regionOf } from "../../network/places.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { blockedPaths } from "./blocked.ts";

const TROUBLESHOOTING =
  "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/resource-initialization-error.html";
const ECR_ENDPOINTS = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html";

/** Asks a question of every service whose tasks start through a network interface of their own. */
function* fargateServices(graph: Graph): Generator<Service> {
  for (const service of services(graph)) {
    if (service.fargate) yield service;
  }
}

/** What the tasks of a service must reach. */
const needsOf = remembered(({ task, place, resource }: Service): readonly Need[] => {
  const [subnet] = place.subnets.subnets;
  return task ? needsOfTask(task, (subnet && regionOf(subnet)) ?? resource.region) : [];
});

function needPaths<Kind extends Need["kind"]>(graph: Graph, service: Service, kinds: readonly Kind[]) {
  const needs = needsOf(service).filter(({ kind }) => (kinds as readonly Need["kind"][]).includes(kind));
  const byService = new Map(needs.map((need) => [need.service, need]));
  const policyFor = (name: string) => service.task && endpointPolicyFor(graph, name, service.task);
  return [...byService.values()].map((need) => {
    const to = need.service === undefined ? `the internet (to ${need.purpose})` : (NAMES[need.service] ?? need.service);
    const path =
      need.service === undefined
        ? pathToInternet(graph, service.place, 443, "the internet")
        : pathToService(graph, service.place, need.service, policyFor(need.service));
    return { kind: need.kind as Kind, to, path };
  });
}

const NAMES: Readonly<Record<string, string>> = {
  "ecr.api": "ecr.api (ECR's API)",
  "ecr.dkr": "ecr.dkr (ECR's registry)",
  s3: "s3 (image layers)",
  logs: "logs (CloudWatch Logs)",
  secretsmanager: "secretsmanager (Secrets Manager)",
  ssm: "ssm (Parameter Store)",
  ssmmessages: "ssmmessages (ECS Exec)",
};

function reaches<Kind extends Need["kind"]>(kinds: readonly Kind[], endpoint: string) {
  return function* (graph: Graph) {
    for (const service of fargateServices(graph)) {
      yield* blockedPaths(service.resource, needPaths(graph, service, kinds), endpoint);
    }
  };
}

/** The pool whose id a task is given, or its client's. */
function poolOf(resource: Resource): Resource[] {
  if (resource.type === "aws_cognito_user_pool") return [resource];
  return [...linked(resource.get("user_pool_id"), "aws_cognito_user_pool").resources];
}

const domainsByPool = byLink("aws_cognito_user_pool_domain", "user_pool_id", "aws_cognito_user_pool");

export const AWS_SERVICE_RULES: readonly Rule[] = [
  defineRule({
    id: "NET-101",
    severity: "error",
    title: "Tasks reach the registry of their images",
    reference: ECR_ENDPOINTS,
    problems: {
      registry: {
        when: "runtime",
        prevents: "ResourceInitializationError: unable to pull secrets or registry auth: … dial tcp …:443: i/o timeout",
        cause: "A task logs in to ecr.api and pulls its image from ecr.dkr through its own network interface.",
      },
      layers: {
        when: "runtime",
        prevents: "CannotPullContainerError: … failed to copy: … dial tcp …:443: i/o timeout",
        cause: "ECR stores the layers of an image in S3, and a task downloads them through its own network interface.",
      },
    },
    check: reaches(
      ["registry", "layers"],
      "interface endpoints for ecr.api and ecr.dkr, with private DNS, and a gateway endpoint for s3",
    ),
  }),
  {
    id: "NET-102",
    severity: "error",
    title: "Tasks reach a registry outside of AWS",
    when: "runtime",
    prevents: "CannotPullContainerError: … dial tcp …:443: i/o timeout",
    cause: "An image that is not in ECR comes over the internet, which no endpoint leads to.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html",
    check: reaches(["public registry"], "endpoints of ECR, with the image there"),
  },
  {
    id: "NET-103",
    severity: "error",
    title: "Tasks reach CloudWatch Logs",
    when: "runtime",
    prevents:
      "ResourceInitializationError: failed to validate logger args: … The task cannot find the Amazon CloudWatch log group … There is a connection issue between the task and Amazon CloudWatch",
    cause: "The log driver opens its stream before a container starts.",
    reference: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch-logs-and-interface-VPC.html",
    check: reaches(["logs"], "an interface endpoint for logs, with private DNS"),
  },
  defineRule({
    id: "NET-104",
    severity: "error",
    title: "Tasks reach what holds their secrets",
    reference: TROUBLESHOOTING,
    problems: {
      secret: {
        when: "runtime",
        prevents:
          "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secret from asm: … i/o timeout",
        cause: "Secrets are fetched through the task's own network interface before it starts.",
      },
      parameter: {
        when: "runtime",
        prevents:
          "ResourceInitializationError: unable to pull secrets or registry auth: unable to retrieve secrets from ssm: … i/o timeout",
        cause: "Parameters are fetched through the task's own network interface before it starts.",
      },
    },
    check: reaches(["secret", "parameter"], "an interface endpoint for that service, with private DNS"),
  }),
  {
    id: "NET-105",
    severity: "error",
    title: "Tasks with ECS Exec reach its message service",
    when: "runtime",
    prevents:
      "TargetNotConnectedException: the execute command failed because execute command was not enabled … or the execute command agent isn't running",
    cause: "The agent in the container opens its channel to ssmmessages.",
    reference: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    *check(graph) {
      for (const service of fargateServices(graph)) {
        if (flag(service.resource.get("enable_execute_command"), false) !== true) continue;
        const path = pathToService(graph, service.place, "ssmmessages");
        yield* blockedPaths(
          service.resource,
          [{ to: NAMES.ssmmessages as string, path }],
          "an interface endpoint for ssmmessages, with private DNS",
        );
      }
    },
  },
  {
    id: "NET-108",
    severity: "warning",
    title: "Tasks reach the AWS services whose names they are given",
    when: "runtime",
    prevents: "Net::OpenTimeout, or Seahorse::Client::NetworkingError: execution expired",
    cause: "A task that is given the name of a queue, a table or a bucket will call its service.",
    reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html",
    check: reaches(["aws service"], "an endpoint for that service"),
  },
  {
    id: "NET-114",
    severity: "warning",
    title: "Tasks reach their user pool",
    when: "runtime",
    prevents: "Seahorse::Client::NetworkingError: execution expired (cognito-idp.<region>.amazonaws.com:443)",
    cause:
      "Code that logs users in calls Cognito; a pool with a domain is not reachable through a VPC endpoint, only through NAT.",
    reference: "https://docs.aws.amazon.com/cognito/latest/developerguide/vpc-interface-endpoints.html",
    *check(graph) {
      for (const service of fargateServices(graph)) {
        const pools = needsOf(service).flatMap(({ kind, resource }) =>
          kind === "cognito" && resource ? poolOf(resource) : [],
        );
        if (pools.length === 0) continue;
        const withDomain = pools.find((pool) => graph.once(domainsByPool).has(pool));
        const policy = () => (withDomain ? ("no" as const) : ("yes" as const));
        const [problem] = blockedPaths(
          service.resource,
          [{ to: "cognito-idp (Cognito)", path: pathToService(graph, service.place, "cognito-idp", policy) }],
          "",
        );
        if (!problem) continue;
        yield {
          ...problem,
          fix: withDomain
            ? `Give the tasks a NAT gateway, or remove the domain of ${withDomain.address} and give the VPC an interface endpoint for cognito-idp; if only the load balancer logs users in, acknowledge this.`
            : "Give the tasks a NAT gateway, or the VPC an interface endpoint for cognito-idp, with private DNS.",
        };
      }
    },
  },
];
