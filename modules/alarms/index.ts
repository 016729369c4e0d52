import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import type { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import type { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import type { Sesv2ConfigurationSet } from "@cdktf/provider-aws/lib/sesv2-configuration-set";
import type { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine";
import type { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Annotations } from "cdktf";
import { Construct } from "constructs";
import { createAlarm, type Severity, type Watch } from "./alarm.ts";
import { type CacheProps, watchCache } from "./cache.ts";
import { createDashboard } from "./dashboard.ts";
import { type DatabaseProps, watchDatabase } from "./database.ts";
import { watchDeployments } from "./deployments.ts";
import { type LoadBalancerProps, watchLoadBalancer } from "./load-balancer.ts";
import { watchMail } from "./mail.ts";
import { watchNat, watchNatInstance } from "./nat.ts";
import { type SchedulesProps, watchDeadLetters, watchScheduledTasks } from "./schedules.ts";
import { type ServicesProps, watchServices } from "./services.ts";
import type { Thresholds } from "./thresholds.ts";
import { createTopic } from "./topic.ts";

export interface AlarmsProps {
  /** Name of the app: prefix of the alarms' names, and the dashboard's. */
  readonly name: string;
  readonly environment: string;
  readonly region: string;
  /** Who is told by mail. None: alarms are on the dashboard only, and synth says so. */
  readonly emails: readonly string[];
  /** The least severe that is made. */
  readonly severity: Severity;
  readonly thresholds: Thresholds;
  readonly loadBalancer: LoadBalancerProps;
  readonly services: ServicesProps;
  readonly database: DatabaseProps;
  /** @default there is no cache */
  readonly cache?: CacheProps;
  readonly natGateways: readonly NatGateway[];
  /** @default no instance translates addresses */
  readonly natInstance?: AutoscalingGroup;
  /** What redeploys services whose secrets have a new value. @default nothing does */
  readonly redeployment?: SfnStateMachine;
  /** @default nothing runs at set times */
  readonly schedules?: SchedulesProps;
  /** Counts bounces and complaints. @default the app sends no mail */
  readonly mail?: Sesv2ConfigurationSet;
}

/** Tells people when something is wrong, before visitors do. */
export class Alarms extends Construct {
  readonly topic: SnsTopic;
  readonly alarms: readonly CloudwatchMetricAlarm[];
  readonly dashboard: CloudwatchDashboard;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { name, environment, region, emails, severity, redeployment } = props;
    if (emails.length === 0) this.warnAboutMissingRecipients();

    this.topic = createTopic(this, { name: `${name}-alarms`, emails });
    this.alarms = watched(props)
      .filter((watch) => severity === "warning" || watch.severity === "critical")
      .map((watch) => createAlarm(this, { name, environment, topic: this.topic, watch }));
    const services = Object.values(props.services.services);
    watchDeployments(this, { name, environment, services, redeployment, topic: this.topic });
    if (props.schedules) watchScheduledTasks(this, { name, environment, topic: this.topic, ...props.schedules });
    this.dashboard = createDashboard(this, { name, region, alb: props.loadBalancer.alb, alarms: this.alarms });
  }

  private warnAboutMissingRecipients(): void {
    Annotations.of(this).addWarning(
      "Alarms are sent to nobody: alarms.emails is empty. Add an address in the environment file, " +
        "or set alarms.enabled to false.",
    );
  }
}

function watched({ thresholds, ...props }: AlarmsProps): Watch[] {
  return [
    ...watchLoadBalancer(props.loadBalancer, thresholds),
    ...watchServices(props.services, thresholds),
    ...watchDatabase(props.database, thresholds),
    ...(props.cache ? watchCache(props.cache, thresholds) : []),
    ...watchNat(props.natGateways, thresholds),
    ...(props.natInstance ? watchNatInstance(props.natInstance) : []),
    ...(props.schedules ? watchDeadLetters(props.schedules) : []),
    ...(props.mail ? watchMail(props.mail) : []),
  ];
}
