import { environmentOf, nameOf, type Service, services } from "../../ecs/tasks.ts";
import type { Graph } from "../../graph/graph.ts";
import { type Block, number, text, textWithGaps } from "../../graph/value.ts";
import { pathToInternet } from "../../network/path-over-internet.ts";
import { defineRule, type KindOfProblem, type Rule } from "../../rule.ts";
import { blockedPaths } from "../reachability/blocked.ts";
import { ownRegion } from "../shared/attributes.ts";
import { domainIdentities } from "./names.ts";

/** Ports of SES's SMTP endpoints. Source: https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html */
const PORTS = [25, 465, 587, 2465, 2587];
const USUAL_PORT = 587;
const TIMEOUT = "Net::OpenTimeout: execution expired (email-smtp.<region>.amazonaws.com)";

/** A container that sends by SMTP. */
interface Client {
  readonly container: string;
  /** The variable with the host, and the host's region. */
  readonly variable: string;
  readonly region: string;
  readonly port: { readonly variable: string; readonly value: number } | undefined;
}

export const SMTP_RULES: readonly Rule[] = [
  defineRule({
    id: "MAIL-006",
    severity: "error",
    title: "A task that sends by SMTP reaches an endpoint of SES that knows its domain",
    reference: "https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html",
    problems: {
      port: {
        when: "runtime",
        prevents: TIMEOUT,
        cause: "SES answers on 25, 465, 587, 2465 and 2587.",
      },
      throttled: {
        when: "runtime",
        prevents: TIMEOUT,
        cause: "AWS blocks port 25 out of EC2 and Fargate, unless Support has lifted that.",
      },
      elsewhere: {
        when: "runtime",
        prevents:
          "554 Message rejected: Email address is not verified. The following identities failed the check in region …",
        cause: "An identity is verified in its own region only, and so are the credentials of SMTP.",
        severity: "warning",
      },
      blocked: {
        when: "runtime",
        prevents: TIMEOUT,
        cause:
          "SMTP takes a port of its own: security groups, network ACLs and routes that let HTTPS out do not let it out.",
      },
    },
    *check(graph) {
      for (const service of services(graph)) {
        for (const client of clientsOf(service)) yield* clientProblems(graph, service, client);
      }
    },
  }),
];

function clientsOf({ task }: Service): Client[] {
  return (task?.containers ?? []).flatMap((container) => {
    const variables = environmentOf(container);
    const host = variables
      .map(({ name, value }) => ({
        name,
        host: /email-smtp\.([a-z0-9-]+)\.amazonaws\.com/.exec(textWithGaps(value) ?? ""),
      }))
      .find(({ host: found }) => found);
    return host?.host
      ? [
          {
            container: nameOf(container),
            variable: host.name,
            region: host.host[1] as string,
            port: portOf(container, host.name),
          },
        ]
      : [];
  });
}

/** The port that stands beside the host: in a variable of the same beginning, or of a usual name. */
function portOf(container: Block, hostVariable: string): Client["port"] {
  const beginning = hostVariable.replace(/_?(?:HOST|ADDRESS|SERVER|ENDPOINT|URL)$/i, "");
  const variable = environmentOf(container).find(
    ({ name }) => name.toUpperCase() === `${beginning}_PORT`.toUpperCase(),
  );
  const value = variable && number(text(variable.value) ?? null);
  return variable && value !== undefined ? { variable: variable.name, value } : undefined;
}

function* clientProblems(
  graph: Graph,
  { resource: at, place, task }: Service,
  { container, variable, region, port }: Client,
): Generator<KindOfProblem<"port" | "throttled" | "elsewhere" | "blocked">> {
  const definition = task?.resource ?? at;
  if (port && (!PORTS.includes(port.value) || port.value === 25)) {
    yield {
      kind: port.value === 25 ? "throttled" : "port",
      at: definition,
      message: `gives ${container} ${port.variable} = ${port.value} for SES.`,
      fix: `Write ${USUAL_PORT}.`,
      attribute: "container_definitions",
    };
    return;
  }
  const regions = new Set(domainIdentities(graph).map(({ resource }) => ownRegion(resource)));
  if (regions.size > 0 && !regions.has(undefined) && !regions.has(region)) {
    yield {
      kind: "elsewhere",
      at: definition,
      message: `gives ${container} ${variable} in ${region}, and the identities here are in ${[...regions].join(", ")}.`,
      fix: `Write email-smtp.${[...regions][0]}.amazonaws.com.`,
      attribute: "container_definitions",
    };
  }
  if (graph.ofType("aws_vpc_endpoint").some((one) => /email-smtp|^$/.test(textWithGaps(one.get("service_name")) ?? "")))
    return;
  const to = `email-smtp.${region}.amazonaws.com`;
  const wanted = port?.value ?? USUAL_PORT;
  for (const problem of blockedPaths(
    at,
    [{ to: `${to} on port ${wanted}`, path: pathToInternet(graph, place, wanted, to) }],
    "an interface endpoint for email-smtp",
    wanted,
  ))
    yield { ...problem, kind: "blocked" };
}
