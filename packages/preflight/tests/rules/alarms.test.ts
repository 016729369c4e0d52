import { describeRule, type Json } from "../support/rules.ts";
import { workingStack } from "../support/working-stack.ts";

const TOPIC = "${aws_sns_topic.alarms.arn}";
const policy = (...services: string[]) =>
  JSON.stringify({
    Statement: services.map((Service) => ({
      Effect: "Allow",
      Principal: { Service },
      Action: "sns:Publish",
      Resource: TOPIC,
    })),
  });

/** The working stack with an alarm of the load balancer, one of tasks, and a topic. */
function withAlarms(): Json {
  const stack = workingStack();
  Object.assign(stack.resource, {
    aws_sns_topic: { alarms: { name: "alarms" } },
    aws_cloudwatch_metric_alarm: {
      errors: {
        alarm_name: "errors",
        namespace: "AWS/ApplicationELB",
        metric_name: "HTTPCode_ELB_5XX_Count",
        dimensions: { LoadBalancer: "${aws_lb.main.arn_suffix}" },
        statistic: "Sum",
        period: 300,
        evaluation_periods: 1,
        comparison_operator: "GreaterThanThreshold",
        threshold: 10,
        alarm_actions: [TOPIC],
      },
      tasks: {
        alarm_name: "tasks",
        evaluation_periods: 15,
        comparison_operator: "GreaterThanThreshold",
        threshold: 0,
        alarm_actions: [TOPIC],
        metric_query: [
          { id: "missing", expression: "wanted - running", return_data: true },
          query("wanted", "DesiredTaskCount"),
          query("running", "RunningTaskCount"),
        ],
      },
    },
    aws_cloudwatch_event_rule: {
      failed: {
        name: "failed",
        event_pattern: pattern({ detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] } }),
      },
    },
  });
  return stack;
}

function query(id: string, metric_name: string): Json {
  const dimensions = { ClusterName: "${aws_ecs_cluster.main.name}", ServiceName: "${aws_ecs_service.app.name}" };
  return { id, metric: { namespace: "ECS/ContainerInsights", metric_name, dimensions, stat: "Average", period: 60 } };
}

function pattern(more: Json): string {
  return JSON.stringify({ source: ["aws.ecs"], "detail-type": ["ECS Deployment State Change"], ...more });
}

const errors = (stack: Json) => stack.resource.aws_cloudwatch_metric_alarm.errors;
const tasks = (stack: Json) => stack.resource.aws_cloudwatch_metric_alarm.tasks;
const rule = (stack: Json) => stack.resource.aws_cloudwatch_event_rule.failed;
const topic = (stack: Json) => stack.resource.aws_sns_topic.alarms;

/** A change to the alarm of the load balancer. */
const set = (changes: Json) => (stack: Json) => {
  Object.assign(errors(stack), changes);
};
const disk = (more: Json) =>
  set({
    namespace: "AWS/RDS",
    metric_name: "FreeStorageSpace",
    dimensions: { DBInstanceIdentifier: "${aws_db_instance.main.identifier}" },
    statistic: "Minimum",
    comparison_operator: "LessThanThreshold",
    threshold: 2_000_000_000,
    ...more,
  });
const AT = "aws_cloudwatch_metric_alarm.errors";

describeRule(
  "ALM-001",
  {
    "targets counted without their target group": {
      bad: set({ metric_name: "HealthyHostCount" }),
      good: set({
        metric_name: "HealthyHostCount",
        dimensions: { LoadBalancer: "${aws_lb.main.arn_suffix}", TargetGroup: "${aws_lb_target_group.app.arn_suffix}" },
      }),
      says: `${AT} looks at HealthyHostCount under LoadBalancer, where AWS/ApplicationELB publishes none. Give it the dimensions LoadBalancer and TargetGroup.`,
    },
    "a dimension of another name": {
      bad: set({ dimensions: { LoadBalancerName: "${aws_lb.main.arn_suffix}" } }),
      says: `${AT} looks at HTTPCode_ELB_5XX_Count under "LoadBalancerName", and AWS/ApplicationELB has no such dimension. Write "LoadBalancer".`,
    },
    "no dimension": {
      bad: set({ dimensions: {} }),
      good: set({ namespace: "AWS/Lambda", metric_name: "Errors", dimensions: {} }),
      says: `${AT} looks at HTTPCode_ELB_5XX_Count under no dimension, where AWS/ApplicationELB publishes none. Give it the dimensions LoadBalancer.`,
    },
    "one metric of a formula": {
      bad: (stack) => {
        delete tasks(stack).metric_query[2].metric.dimensions.ServiceName;
      },
      good: (stack) => {
        tasks(stack).metric_query[2].metric.dimensions = "${local.dimensions}";
      },
      says: "aws_cloudwatch_metric_alarm.tasks looks at RunningTaskCount under ClusterName, where ECS/ContainerInsights publishes none. Give it the dimensions ClusterName and ServiceName.",
    },
  },
  withAlarms,
);

describeRule(
  "ALM-002",
  {
    "a name that is cut short": {
      bad: set({ metric_name: "HTTPCode_ELB_5XX" }),
      says: `${AT} looks at the metric HTTPCode_ELB_5XX in AWS/ApplicationELB, which has none of this name. Write "HTTPCode_ELB_5XX_Count".`,
    },
    "capital letters": {
      bad: set({ metric_name: "UnhealthyHostCount" }),
      good: set({ metric_name: "UnHealthyHostCount" }),
      says: `${AT} looks at the metric UnhealthyHostCount in AWS/ApplicationELB, which has none of this name. Write "UnHealthyHostCount".`,
    },
    "a slip of the pen, and no metric that is newer than the list": {
      bad: disk({ metric_name: "FreeStorageSpaces" }),
      good: disk({ metric_name: "SomethingThatIsNew" }),
      says: `${AT} looks at the metric FreeStorageSpaces in AWS/RDS, which has none of this name. Write "FreeStorageSpace".`,
    },
  },
  withAlarms,
);

describeRule(
  "ALM-003",
  {
    "a load balancer by its ARN": {
      bad: set({ dimensions: { LoadBalancer: "${aws_lb.main.arn}" } }),
      says: `${AT} has the arn of aws_lb.main as LoadBalancer. Write \${aws_lb.main.arn_suffix}.`,
    },
    "a load balancer by an ARN that is written out": {
      bad: set({ dimensions: { LoadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/a/1" } }),
      good: set({ dimensions: { LoadBalancer: "app/a/1" } }),
      says: `${AT} has the ARN arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/a/1 as LoadBalancer. Write the arn_suffix of the aws_lb.`,
    },
    "a database by the id that RDS made up": {
      bad: disk({ dimensions: { DBInstanceIdentifier: "${aws_db_instance.main.id}" } }),
      good: disk({}),
      says: `${AT} has the id of aws_db_instance.main as DBInstanceIdentifier. Write \${aws_db_instance.main.identifier}.`,
    },
    "a replication group as if it were a node": {
      bad: set({
        namespace: "AWS/ElastiCache",
        metric_name: "Evictions",
        dimensions: { CacheClusterId: "${aws_elasticache_replication_group.main.id}" },
      }),
      good: set({
        namespace: "AWS/ElastiCache",
        metric_name: "Evictions",
        dimensions: { CacheClusterId: "${aws_elasticache_replication_group.main.id}-001" },
      }),
      says: `${AT} has aws_elasticache_replication_group.main as CacheClusterId, which is a replication group; its nodes have metrics. Write "\${aws_elasticache_replication_group.main.id}-001", and so on for each node.`,
    },
    "a cluster in a formula by its id, which is an ARN": {
      bad: (stack) => {
        tasks(stack).metric_query[1].metric.dimensions.ClusterName = "${aws_ecs_cluster.main.id}";
      },
      says: "aws_cloudwatch_metric_alarm.tasks has the id of aws_ecs_cluster.main as ClusterName. Write ${aws_ecs_cluster.main.name}.",
    },
  },
  withAlarms,
);

describeRule(
  "ALM-004",
  {
    "an average of ones": {
      bad: set({ statistic: "Average" }),
      good: set({ statistic: "Average", threshold: 0 }),
      says: `${AT} compares the Average of HTTPCode_ELB_5XX_Count, which is 1, with a threshold of 10. Write statistic = "Sum".`,
    },
  },
  withAlarms,
);

describeRule(
  "ALM-005",
  {
    "more than all": {
      bad: disk({ metric_name: "CPUUtilization", comparison_operator: "GreaterThanThreshold", threshold: 100 }),
      good: disk({ metric_name: "CPUUtilization", comparison_operator: "GreaterThanThreshold", threshold: 80 }),
      says: `${AT} waits for CPUUtilization above 100. Write a number below 100.`,
    },
    "less than nothing": {
      bad: disk({ metric_name: "DatabaseConnections", threshold: 0 }),
      good: disk({ metric_name: "ReplicaLag", threshold: 0 }),
      says: `${AT} waits for DatabaseConnections below 0. Write a number above 0.`,
    },
    "GiB where bytes are counted": {
      bad: disk({ threshold: 20 }),
      good: disk({}),
      says: `${AT} waits for FreeStorageSpace below 20 bytes. Write bytes, such as 2147483648 for 2 GiB.`,
    },
  },
  withAlarms,
);

describeRule(
  "ALM-006",
  {
    "seconds of a service of AWS": {
      bad: set({ period: 10 }),
      good: set({ period: 60 }),
      says: `${AT} has a period of 10 seconds in AWS/ApplicationELB. Write 60 or more.`,
    },
    "more than a day": {
      bad: set({ period: 300, evaluation_periods: 289 }),
      good: set({ period: 3600, evaluation_periods: 48 }),
      says: `${AT} looks at 289 periods of 300 seconds, together 24 hours. Write up to 288 evaluation_periods.`,
    },
  },
  withAlarms,
);

describeRule(
  "ALM-007",
  {
    "a cluster without what counts its tasks": {
      bad: (stack) => {
        stack.resource.aws_ecs_cluster.main.setting = [{ name: "containerInsights", value: "disabled" }];
      },
      good: (stack) => {
        stack.resource.aws_ecs_cluster.main.setting = [{ name: "containerInsights", value: "enhanced" }];
      },
      says: 'aws_ecs_cluster.main has Container Insights switched off, and aws_cloudwatch_metric_alarm.tasks looks at its metrics. Write setting { name = "containerInsights", value = "enabled" }.',
    },
  },
  withAlarms,
);

describeRule(
  "ALM-008",
  {
    "an alarm that does nothing": {
      bad: (stack) => {
        delete errors(stack).alarm_actions;
      },
      good: (stack) => {
        delete errors(stack).alarm_actions;
        stack.resource.aws_cloudwatch_composite_alarm = {
          any: { alarm_rule: "ALARM(${aws_cloudwatch_metric_alarm.errors.alarm_name})", alarm_actions: [TOPIC] },
        };
      },
      says: `${AT} has no alarm_actions. Write the ARN of an aws_sns_topic into alarm_actions.`,
    },
    "actions that are switched off": {
      bad: set({ actions_enabled: false }),
      good: set({ actions_enabled: true, ok_actions: [TOPIC] }),
      says: `${AT} has actions_enabled = false. Remove actions_enabled.`,
    },
  },
  withAlarms,
);

const named =
  (...services: string[]) =>
  (stack: Json) => {
    stack.resource.aws_sns_topic_policy = { alarms: { arn: TOPIC, policy: policy(...services) } };
  };
const withBudget = (stack: Json) => {
  stack.resource.aws_budgets_budget = { month: { notification: [{ subscriber_sns_topic_arns: [TOPIC] }] } };
};

describeRule(
  "ALM-009",
  {
    "a policy that lets only EventBridge in": {
      bad: named("events.amazonaws.com"),
      good: named("events.amazonaws.com", "cloudwatch.amazonaws.com"),
      says: "aws_sns_topic_policy.alarms does not name cloudwatch.amazonaws.com, and aws_cloudwatch_metric_alarm.errors writes to aws_sns_topic.alarms. Let the service cloudwatch.amazonaws.com call sns:Publish.",
    },
    "a budget and a topic without a policy": {
      bad: withBudget,
      good: (stack) => {
        withBudget(stack);
        named("cloudwatch.amazonaws.com", "budgets.amazonaws.com")(stack);
      },
      says: "aws_sns_topic.alarms has no policy that names budgets.amazonaws.com, and aws_budgets_budget.month writes to aws_sns_topic.alarms. Let the service budgets.amazonaws.com call sns:Publish.",
    },
  },
  withAlarms,
);

const ownKey = (service: string) => (stack: Json) => {
  topic(stack).kms_master_key_id = "${aws_kms_key.alarms.arn}";
  const use = {
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
  };
  stack.resource.aws_kms_key = { alarms: { policy: JSON.stringify({ Statement: [use] }) } };
};

describeRule(
  "ALM-010",
  {
    "AWS's own key": {
      bad: (stack) => {
        topic(stack).kms_master_key_id = "alias/aws/sns";
      },
      says: "aws_sns_topic.alarms is encrypted with alias/aws/sns, and aws_cloudwatch_metric_alarm.errors writes to it by cloudwatch.amazonaws.com. Use an aws_kms_key whose policy lets the service use it, or remove kms_master_key_id.",
    },
    "a key for another service": {
      bad: ownKey("s3.amazonaws.com"),
      good: ownKey("cloudwatch.amazonaws.com"),
      says: "aws_sns_topic.alarms is encrypted with aws_kms_key.alarms, whose policy does not name cloudwatch.amazonaws.com, by which aws_cloudwatch_metric_alarm.errors writes to it. Let the service cloudwatch.amazonaws.com call kms:GenerateDataKey* and kms:Decrypt in the policy of aws_kms_key.alarms.",
    },
  },
  withAlarms,
);

const waiting = (event_pattern: string) => (stack: Json) => {
  rule(stack).event_pattern = event_pattern;
};

const newLabel = (...labelUpdated: string[]) =>
  JSON.stringify({
    source: ["aws.secretsmanager"],
    "detail-type": ["Secret Label Updated"],
    detail: { labelUpdated },
  });

const execution = (...status: string[]) =>
  JSON.stringify({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: { status },
  });

describeRule(
  "ALM-011",
  {
    "what is in detail, beside it": {
      bad: waiting(pattern({ reason: [{ prefix: "ECS deployment circuit breaker" }] })),
      good: waiting(
        pattern({ detail: { reason: [{ prefix: "ECS deployment circuit breaker" }] }, $or: [{ region: ["a"] }] }),
      ),
      says: 'aws_cloudwatch_event_rule.failed has an event_pattern with "reason" at its top, where no event has it. Put "reason" into "detail".',
    },
    "an event that is called otherwise": {
      bad: waiting(pattern({ "detail-type": ["ECS Deployment State Changes"] })),
      good: waiting(pattern({ "detail-type": ["AWS API Call via CloudTrail", "Something entirely new of ECS"] })),
      says: 'aws_cloudwatch_event_rule.failed waits for "ECS Deployment State Changes" of aws.ecs, which does not send it. Write "ECS Deployment State Change".',
    },
    "a value that never comes": {
      bad: waiting(pattern({ detail: { eventName: ["SERVICE_DEPLOYMENT_FAIL"] } })),
      good: waiting(pattern({ detail: { eventName: [{ prefix: "SERVICE_DEPLOYMENT_F" }] } })),
      says: 'aws_cloudwatch_event_rule.failed waits for detail.eventName "SERVICE_DEPLOYMENT_FAIL", and "ECS Deployment State Change" never has it. Write "SERVICE_DEPLOYMENT_FAILED".',
    },
    "a label of a secret that no event comes for": {
      bad: waiting(newLabel("AWSPENDING", "AWSPREVIOUS")),
      good: waiting(newLabel("AWSPENDING", "AWSCURRENT")),
      says: 'aws_cloudwatch_event_rule.failed waits for detail.labelUpdated "AWSPENDING" or "AWSPREVIOUS", and "Secret Label Updated" never has it. Write "AWSCURRENT", which a secret\'s value in use has.',
    },
    "a state of a state machine that there is not": {
      bad: waiting(execution("ERROR")),
      good: waiting(execution("FAILED")),
      says: 'aws_cloudwatch_event_rule.failed waits for detail.status "ERROR", and "Step Functions Execution Status Change" never has it. Write "FAILED".',
    },
  },
  withAlarms,
);

const withMonthlyBudget = (): Json => {
  const stack = workingStack();
  stack.resource.aws_budgets_budget = {
    month: {
      name: "month",
      budget_type: "COST",
      limit_amount: "100",
      limit_unit: "USD",
      time_unit: "MONTHLY",
      cost_filter: [{ name: "TagKeyValue", values: ["user:Application$shop"] }],
      notification: [
        {
          comparison_operator: "GREATER_THAN",
          threshold: 80,
          threshold_type: "PERCENTAGE",
          notification_type: "FORECASTED",
          subscriber_email_addresses: ["me@example.com"],
        },
      ],
    },
  };
  return stack;
};
const budget = (stack: Json) => stack.resource.aws_budgets_budget.month;
const SUBSCRIBE =
  "Write from one to ten subscriber_email_addresses, or an aws_sns_topic into subscriber_sns_topic_arns.";

describeRule(
  "ALM-012",
  {
    "a tag without its beginning": {
      bad: (stack) => {
        budget(stack).cost_filter[0].values = ["Application$shop"];
      },
      good: (stack) => {
        budget(stack).cost_filter = [{ name: "Service", values: ["Amazon Relational Database Service"] }];
      },
      says: 'aws_budgets_budget.month counts by the tag "Application$shop", which nothing has. Write "user:" before the key, and "$" between key and value, such as "user:Application$shop".',
    },
    "a tag with an equals sign": {
      bad: (stack) => {
        budget(stack).cost_filter[0].values = ["user:Application=shop"];
      },
      says: 'aws_budgets_budget.month counts by the tag "user:Application=shop", which nothing has. Write "user:" before the key, and "$" between key and value, such as "user:Application$shop".',
    },
    "a notification for nobody": {
      bad: (stack) => {
        budget(stack).notification[0].subscriber_email_addresses = [];
      },
      good: (stack) => {
        budget(stack).notification[0].subscriber_email_addresses = [];
        budget(stack).notification[0].subscriber_sns_topic_arns = ["arn:aws:sns:eu-west-1:1:a"];
      },
      says: `aws_budgets_budget.month has a notification without subscribers. ${SUBSCRIBE}`,
    },
    "a notification for a crowd": {
      bad: (stack) => {
        budget(stack).notification[0].subscriber_email_addresses = Array.from(
          { length: 11 },
          (_, i) => `p${i}@example.com`,
        );
      },
      says: `aws_budgets_budget.month has a notification for 11 addresses. ${SUBSCRIBE}`,
    },
    "no notification": {
      bad: (stack) => {
        budget(stack).notification = undefined;
      },
      says: "aws_budgets_budget.month has no notification. Add a notification with subscriber_email_addresses.",
    },
  },
  withMonthlyBudget,
);

describeRule(
  "ALM-013",
  {
    "more data points than periods": {
      bad: ({ resource }) => {
        resource.aws_cloudwatch_metric_alarm.errors.datapoints_to_alarm = 2;
      },
      good: ({ resource }) => {
        Object.assign(resource.aws_cloudwatch_metric_alarm.errors, { datapoints_to_alarm: 2, evaluation_periods: 3 });
      },
      says: "aws_cloudwatch_metric_alarm.errors has datapoints_to_alarm = 2 and evaluation_periods = 1. Write up to 1 as datapoints_to_alarm.",
    },
    "no series to compare": {
      bad: ({ resource }) => {
        delete resource.aws_cloudwatch_metric_alarm.tasks.metric_query[0].return_data;
      },
      good: ({ resource }) => {
        resource.aws_cloudwatch_metric_alarm.tasks.metric_query[0].return_data = "${var.returned}";
      },
      says: "aws_cloudwatch_metric_alarm.tasks has no metric_query with return_data = true. Set return_data to true in the one that is compared with the threshold.",
    },
  },
  withAlarms,
);
