import { describeRule, type Json } from "../../support/rules.ts";
import { AT, set, withAlarms } from "./stack.ts";

const tasks = (stack: Json) => stack.resource.aws_cloudwatch_metric_alarm.tasks;

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
