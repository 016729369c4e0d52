import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instanceMemory, mostConnections } from "../../modules/alarms/instance-memory.ts";
import { environment } from "../support/arbitraries.ts";
import { type Changes, Synthesized, synthesize, synthesizeText } from "../support/synthesize.ts";

const RUNNING = { images: { nginx: "0.1.0", app: "0.1.0" } };
const ALARM = "aws_cloudwatch_metric_alarm";
const alarm = (name: string, changes: Changes = {}) => synthesize(changes).resource(`${ALARM}.alarms_${name}`);
const names = (changes: Changes = {}) =>
  synthesize(changes)
    .names(ALARM)
    .map((name) => name.replace("alarms_", ""));

describe("the alarms of production", () => {
  it("are these, once it runs", () => {
    expect(names(RUNNING)).toEqual([
      "app_tasks_missing",
      "cache_evictions",
      "cache_memory",
      "certificate_expires",
      "database_connections",
      "database_cpu",
      "database_disk",
      "database_memory",
      "database_silent",
      "nat_errors",
      "nginx_targets_none",
      "nginx_targets_unhealthy",
      "nginx_tasks_missing",
      "server_errors",
    ]);
  });

  it("each tell the topic, mean something, and say the command to type first, with the environment", () => {
    const stack = synthesize(RUNNING);
    for (const name of stack.names(ALARM)) {
      const { alarm_actions, alarm_description, alarm_name } = stack.resource(`${ALARM}.${name}`);
      expect(alarm_actions).toEqual(["${aws_sns_topic.alarms_topic.arn}"]);
      expect(alarm_name).toMatch(/^operation-app\/[a-z-]+$/);
      expect(alarm_description).toMatch(/\. First: bin\/infra (status|logs) production( --since \d+m)?$/);
      expect(alarm_description.length).toBeLessThan(1024);
    }
  });

  it("are only those that visitors notice where the severity is critical", () => {
    expect(names({ ...RUNNING, alarms: { severity: "critical" } })).toEqual([
      "app_tasks_missing",
      "certificate_expires",
      "database_disk",
      "database_silent",
      "nginx_targets_none",
      "nginx_tasks_missing",
      "server_errors",
    ]);
  });

  it("are not made where they are switched off, nor anything of theirs", () => {
    const off = synthesize({ alarms: { enabled: false } });
    expect(off.addresses().filter((address) => address.includes("alarms_"))).toEqual([]);
    expect(Object.keys(off.json.output)).not.toContain("alarm_topic_arn");
  });

  it("follow what there is: workers, a cache of two nodes, no NAT, no domain, nothing released", () => {
    const sidekiq = {
      command: ["sidekiq"],
      size: { cpu: 256 as const, memory: 512 as const },
      tasks: { min: 1, max: 1 },
    };
    expect(names({ ecs: { workers: { "low-prio": sidekiq } } })).toContain("low_prio_tasks_missing");
    expect(names({ cache: { nodes: 2 } })).toContain("cache_replication_lag");
    expect(names({ network: { nat: "instance" } })).toEqual(expect.arrayContaining(["nat_instance", "nat_cpu"]));
    expect(names({ network: { nat: "none" } })).not.toContain("nat_errors");
    expect(names({ domain: undefined })).not.toContain("certificate_expires");
    expect(names()).not.toContain("nginx_targets_none");
  });

  it("say that the site is down only where tasks are meant to run", () => {
    const rule = { lb: { pathRules: [{ paths: ["/api/*"], to: "app" as const }] } };
    const none = (changes: Changes) => names(changes).filter((name) => name.endsWith("_none"));
    expect(none({ ...RUNNING, ...rule })).toEqual(["app_targets_none", "nginx_targets_none"]);
    expect(none({ ...RUNNING, ...rule, ecs: { topology: "together" } })).toEqual([
      "app_targets_none",
      "nginx_targets_none",
    ]);
    expect(none({ ...RUNNING, ecs: { nginx: { tasks: { min: 0, max: 0 } } } })).toEqual([]);
    expect(none({ images: { app: "0.1.0" }, ecs: { topology: "together" } })).toEqual([]);
  });
});

describe("what is measured", () => {
  it("has the dimensions under which AWS publishes it", () => {
    expect(alarm("nginx_targets_none", RUNNING)).toMatchObject({
      dimensions: {
        LoadBalancer: "${aws_lb.lb_alb.arn_suffix}",
        TargetGroup: "${aws_lb_target_group.lb_nginx_targets.arn_suffix}",
      },
      statistic: "Maximum",
      comparison_operator: "LessThanThreshold",
      treat_missing_data: "breaching",
    });
    expect(alarm("database_disk").dimensions).toEqual({
      DBInstanceIdentifier: "${aws_db_instance.database_mysql.identifier}",
    });
    expect(alarm("cache_memory").dimensions).toEqual({
      CacheClusterId: "${aws_elasticache_replication_group.cache_redis.id}-001",
    });
  });

  it("is the difference of wanted and running tasks", () => {
    const { metric_query } = alarm("app_tasks_missing");
    expect(metric_query[0]).toMatchObject({ expression: "m1 - m2", return_data: true });
    expect(metric_query.slice(1).map(({ metric }: { metric: object }) => metric)).toMatchObject([
      { namespace: "ECS/ContainerInsights", metric_name: "DesiredTaskCount" },
      { namespace: "ECS/ContainerInsights", metric_name: "RunningTaskCount" },
    ]);
  });

  it("is the worst of the nodes of a cache, and what all NAT gateways have failed at together", () => {
    const two = alarm("cache_memory", { cache: { nodes: 2 } }).metric_query;
    expect(two.map(({ expression, id }: Record<string, string>) => expression ?? id)).toEqual([
      "MAX(METRICS())",
      "m1",
      "m2",
    ]);
    expect(alarm("nat_errors", { network: { nat: "per-zone" } }).metric_query).toHaveLength(3);
  });
});

describe("the thresholds", () => {
  it("follow the size of the database, by default", () => {
    expect(alarm("database_disk").threshold).toBe(0.15 * 20 * 1024 ** 3);
    expect(alarm("database_connections").threshold).toBe(59);
    expect(alarm("database_connections", { database: { instanceClass: "db.r8g.large" } }).threshold).toBe(955);
    expect(alarm("database_memory").alarm_description).toContain("less than 51 MiB of memory");
  });

  it("are one's own where they are set", () => {
    const own = { alarms: { thresholds: { databaseFreeDiskPercent: 50, missingTaskMinutes: 3 } } };
    expect(alarm("database_disk", own).threshold).toBe(10 * 1024 ** 3);
    expect(alarm("app_tasks_missing", own)).toMatchObject({ evaluation_periods: 3, threshold: 1 });
  });

  it.each([
    ["db.t4g.micro", 1],
    ["db.t3.medium", 4],
    ["db.m7g.large", 8],
    ["db.r6i.xlarge", 32],
    ["db.m5.24xlarge", 384],
    ["db.x2iedn.xlarge", 128],
  ])("know the memory of %s: %i GiB", (instanceClass, gib) => expect(instanceMemory(instanceClass)).toBe(gib));

  it("leave memory and connections out where the class is not known", () => {
    const found = names({ database: { instanceClass: "db.q9.large" } });
    expect(found.filter((name) => name.startsWith("database_"))).toEqual([
      "database_cpu",
      "database_disk",
      "database_silent",
    ]);
  });

  it("never expect more connections than MySQL on RDS takes", () => {
    expect(mostConnections(1)).toBe(85);
    expect(mostConnections(1024)).toBe(16_000);
  });
});

describe("notifications", () => {
  it("is each address once, at an address of its own in Terraform", () => {
    const told = synthesize({ alarms: { emails: ["me@example.com", "you@example.com", "me@example.com"] } });
    expect(told.names("aws_sns_topic_subscription")).toEqual([
      "alarms_subscription_me_example_com",
      "alarms_subscription_you_example_com",
    ]);
    expect(told.resource("aws_sns_topic_subscription.alarms_subscription_me_example_com")).toMatchObject({
      endpoint: "me@example.com",
      protocol: "email",
    });
  });

  it("hears CloudWatch of this account and EventBridge, which says nothing of itself", () => {
    const [cloudwatch, events] = synthesize().statements("aws_sns_topic_policy.alarms_topic_policy");
    expect(cloudwatch).toMatchObject({
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "${data.aws_caller_identity.alarms_account.account_id}" } },
    });
    expect(events).toMatchObject({ Principal: { Service: "events.amazonaws.com" }, Action: ["sns:Publish"] });
    expect(events).not.toHaveProperty("Condition");
  });

  it("hears of deployments of these services that fail, are taken back, or whose tasks do not start", () => {
    const pattern = JSON.parse(synthesize().resource("aws_cloudwatch_event_rule.alarms_deployments").event_pattern);
    expect(pattern).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Deployment State Change", "ECS Service Action"],
      resources: ["${aws_ecs_service.ecs_app_service.id}", "${aws_ecs_service.ecs_nginx_service.id}"],
      detail: {
        $or: [
          { eventName: ["SERVICE_DEPLOYMENT_FAILED", "SERVICE_TASK_START_IMPAIRED"] },
          {
            eventName: ["SERVICE_DEPLOYMENT_IN_PROGRESS"],
            reason: [{ prefix: "ECS deployment circuit breaker: rolling back" }],
          },
        ],
      },
    });
  });
});

describe("the dashboard", () => {
  it("shows every alarm, in a graph of its own", () => {
    fc.assert(
      fc.property(environment, (input) => {
        const stack = new Synthesized(
          JSON.parse(synthesizeText({ ...input, alarms: { ...input.alarms, enabled: true } })),
        );
        const { widgets } = JSON.parse(stack.resource("aws_cloudwatch_dashboard.alarms_dashboard").dashboard_body);
        const arns = stack.names(ALARM).map((name) => `\${${ALARM}.${name}.arn}`);
        const [status, ...graphs] = widgets as {
          properties: { alarms?: string[]; annotations?: { alarms: string[] } };
        }[];
        expect(status?.properties.alarms?.toSorted()).toEqual(arns);
        expect(graphs.flatMap(({ properties }) => properties.annotations?.alarms ?? []).toSorted()).toEqual(arns);
      }),
      { numRuns: 20 },
    );
  });
});

describe("tasks that can't be replaced after a secret's new value", () => {
  it("are told of with the command to type", () => {
    const stack = synthesize();
    const { event_pattern } = stack.resource("aws_cloudwatch_event_rule.alarms_redeployment");
    expect(JSON.parse(event_pattern)).toMatchObject({
      source: ["aws.states"],
      detail: { stateMachineArn: ["${aws_sfn_state_machine.ecs_redeployment_state_machine.arn}"] },
    });
    const { input_transformer } = stack.resource("aws_cloudwatch_event_target.alarms_redeployment_target");
    expect(input_transformer.input_template).toContain("First: bin/infra status production");
  });

  it("are not watched where nothing replaces them", () => {
    const off = synthesize({ ecs: { redeployOnNewSecrets: false } });
    expect(off.addresses()).not.toContain("aws_cloudwatch_event_rule.alarms_redeployment");
  });
});
