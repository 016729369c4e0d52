/** What AWS publishes in a namespace. */
export interface Namespace {
  /** Page that says so. */
  readonly source: string;
  /** Every name that a dimension can have. */
  readonly names: readonly string[];
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** A metric; without anything about it, only its name is known. */
export interface Metric {
  /** Sets of dimensions that it is published under, and under no other: `LoadBalancer TargetGroup`. @default not known */
  readonly under?: readonly string[];
  /** Each data point is 1 but in the sum. */
  readonly onlySum?: true;
}

/** `a b c` as metrics of which one thing is known. */
function metrics(names: string, what: Metric = {}): Record<string, Metric> {
  return Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [name, what]),
  );
}

const ELB = "LoadBalancer";
const WITH_ZONE = [ELB, `AvailabilityZone ${ELB}`];
const TARGETS = [`${ELB} TargetGroup`, `AvailabilityZone ${ELB} TargetGroup`];

const APPLICATION_ELB: Namespace = {
  source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
  names: ["LoadBalancer", "TargetGroup", "AvailabilityZone"],
  metrics: {
    ...metrics("HealthyHostCount UnHealthyHostCount AnomalousHostCount MitigatedHostCount", { under: TARGETS }),
    ...metrics(
      "HTTPCode_Target_2XX_Count HTTPCode_Target_3XX_Count HTTPCode_Target_4XX_Count HTTPCode_Target_5XX_Count",
      {
        under: [...WITH_ZONE, ...TARGETS],
        onlySum: true,
      },
    ),
    ...metrics("RequestCount", { under: [...WITH_ZONE, ...TARGETS], onlySum: true }),
    ...metrics("TargetResponseTime TargetConnectionErrorCount TargetTLSNegotiationErrorCount", {
      under: [...WITH_ZONE, ...TARGETS],
    }),
    ...metrics(
      `HTTPCode_ELB_3XX_Count HTTPCode_ELB_4XX_Count HTTPCode_ELB_5XX_Count HTTPCode_ELB_500_Count HTTPCode_ELB_502_Count
       HTTPCode_ELB_503_Count HTTPCode_ELB_504_Count`,
      { under: WITH_ZONE, onlySum: true },
    ),
    ...metrics("ActiveConnectionCount NewConnectionCount RejectedConnectionCount ClientTLSNegotiationErrorCount", {
      under: WITH_ZONE,
    }),
    ...metrics(`ConsumedLCUs DesyncMitigationMode_NonCompliant_Request_Count DroppedInvalidHeaderRequestCount ELBAuthError
      ELBAuthFailure ELBAuthLatency ELBAuthRefreshTokenSuccess ELBAuthSuccess ELBAuthUserClaimsSizeExceeded
      ForwardedInvalidHeaderRequestCount GrpcRequestCount HTTP_Fixed_Response_Count HTTP_Redirect_Count
      HTTP_Redirect_Url_Limit_Exceeded_Count IPv6ProcessedBytes IPv6RequestCount LambdaInternalError
      LambdaTargetProcessedBytes LambdaUserError NonStickyRequestCount ProcessedBytes RequestCountPerTarget RuleEvaluations
      StandardProcessedBytes`),
  },
};

const NETWORK_ELB: Namespace = {
  source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html",
  names: ["LoadBalancer", "TargetGroup", "AvailabilityZone"],
  metrics: {
    ...metrics("HealthyHostCount UnHealthyHostCount", { under: TARGETS }),
    ...metrics(`ActiveFlowCount ActiveFlowCount_TCP ActiveFlowCount_TLS ActiveFlowCount_UDP ClientTLSNegotiationErrorCount
      ConsumedLCUs NewFlowCount NewFlowCount_TCP NewFlowCount_TLS NewFlowCount_UDP PeakPacketsPerSecond PortAllocationErrorCount
      ProcessedBytes ProcessedPackets TargetTLSNegotiationErrorCount TCP_Client_Reset_Count TCP_ELB_Reset_Count
      TCP_Target_Reset_Count UnhealthyRoutingFlowCount`),
  },
};

const SERVICE = ["ClusterName ServiceName"];

/** Namespaces of which it is known what AWS publishes. Whatever is not in here is not judged. */
export const NAMESPACES: Readonly<Record<string, Namespace>> = {
  "AWS/ApplicationELB": APPLICATION_ELB,
  "AWS/NetworkELB": NETWORK_ELB,
  "AWS/ECS": {
    source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html",
    names: [
      "ClusterName",
      "ServiceName",
      "DiscoveryName",
      "TargetDiscoveryName",
      "ContainerName",
      "VolumeName",
      "EBSVolumeId",
      "TaskId",
    ],
    metrics: {
      ...metrics("CPUReservation MemoryReservation GPUReservation", { under: ["ClusterName"] }),
      ...metrics("CPUUtilization MemoryUtilization", { under: ["ClusterName", ...SERVICE] }),
      ...metrics("EBSFilesystemUtilization ActiveConnectionCount NewConnectionCount RequestCount TargetResponseTime"),
    },
  },
  "ECS/ContainerInsights": {
    source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html",
    names: [
      "ClusterName",
      "ServiceName",
      "TaskDefinitionFamily",
      "TaskId",
      "ContainerName",
      "ContainerInstanceId",
      "InstanceId",
      "EC2InstanceId",
      "CapacityProviderName",
      "VolumeName",
    ],
    metrics: {
      ...metrics("DesiredTaskCount RunningTaskCount PendingTaskCount DeploymentCount TaskSetCount", { under: SERVICE }),
      ...metrics("ContainerInstanceCount ServiceCount", { under: ["ClusterName"] }),
      ...metrics(`CpuReserved CpuUtilized MemoryReserved MemoryUtilized EphemeralStorageReserved EphemeralStorageUtilized
        NetworkRxBytes NetworkTxBytes StorageReadBytes StorageWriteBytes RestartCount TaskCount`),
    },
  },
  "AWS/RDS": {
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html",
    names: [
      "DBInstanceIdentifier",
      "DBClusterIdentifier",
      "DatabaseClass",
      "EngineName",
      "Role",
      "SourceRegion",
      "DbClusterIdentifier",
    ],
    metrics: metrics(`BinLogDiskUsage BurstBalance CPUUtilization CPUCreditBalance CPUCreditUsage CheckpointLag
      DatabaseConnections DiskQueueDepth EBSByteBalance% EBSIOBalance% FailedSQLServerAgentJobsCount FreeableMemory
      FreeStorageSpace FreeLocalStorage MaximumUsedTransactionIDs NetworkReceiveThroughput NetworkTransmitThroughput
      OldestReplicationSlotLag ReadIOPS ReadLatency ReadThroughput ReplicaLag ReplicationSlotDiskUsage SwapUsage
      TransactionLogsDiskUsage TransactionLogsGeneration WriteIOPS WriteLatency WriteThroughput AuroraReplicaLag
      AuroraReplicaLagMaximum AuroraReplicaLagMinimum AuroraGlobalDBReplicationLag ServerlessDatabaseCapacity ACUUtilization
      VolumeBytesUsed DBLoad DBLoadCPU DBLoadNonCPU Deadlocks Queries EngineUptime CommitLatency DMLLatency SelectLatency
      BufferCacheHitRatio LoginFailures`),
  },
  "AWS/ElastiCache": {
    source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.html",
    names: [
      "CacheClusterId",
      "CacheNodeId",
      "ReplicationGroupId",
      "NodeGroupId",
      "GlobalReplicationGroupId",
      "Tier",
      "clusterId",
    ],
    metrics:
      metrics(`ActiveDefragHits AuthenticationFailures BytesUsedForCache CPUUtilization CPUCreditBalance CPUCreditUsage
      CacheHitRate CacheHits CacheMisses CommandAuthorizationFailures CurrConnections CurrItems CurrVolatileItems
      DatabaseCapacityUsagePercentage DatabaseMemoryUsagePercentage DatabaseMemoryUsageCountedForEvictPercentage
      EngineCPUUtilization Evictions FreeableMemory GlobalDatastoreReplicationLag IsMaster KeyAuthorizationFailures
      MasterLinkHealthStatus MemoryFragmentationRatio NetworkBandwidthInAllowanceExceeded NetworkBandwidthOutAllowanceExceeded
      NetworkBytesIn NetworkBytesOut NewConnections Reclaimed ReplicationBytes ReplicationLag SaveInProgress SwapUsage
      UnusedMemory GetTypeCmds SetTypeCmds`),
  },
  "AWS/NATGateway": {
    source: "https://docs.aws.amazon.com/vpc/latest/userguide/metrics-dimensions-nat-gateway.html",
    names: ["NatGatewayId", "AvailabilityZone"],
    metrics:
      metrics(`ActiveConnectionCount BytesInFromDestination BytesInFromSource BytesOutToDestination BytesOutToSource
      ConnectionAttemptCount ConnectionEstablishedCount ErrorPortAllocation IdleTimeoutCount PacketsDropCount
      PacketsInFromDestination PacketsInFromSource PacketsOutToDestination PacketsOutToSource PeakBytesPerSecond
      PeakPacketsPerSecond`),
  },
  "AWS/AutoScaling": {
    source: "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-metrics.html",
    names: ["AutoScalingGroupName"],
    metrics: metrics(`GroupMinSize GroupMaxSize GroupDesiredCapacity GroupInServiceInstances GroupPendingInstances
      GroupStandbyInstances GroupTerminatingInstances GroupTotalInstances GroupInServiceCapacity GroupPendingCapacity
      GroupStandbyCapacity GroupTerminatingCapacity GroupTotalCapacity WarmPoolDesiredCapacity WarmPoolWarmedCapacity
      WarmPoolPendingCapacity WarmPoolTerminatingCapacity WarmPoolTotalCapacity GroupAndWarmPoolDesiredCapacity
      GroupAndWarmPoolTotalCapacity`),
  },
  "AWS/CertificateManager": {
    source: "https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-metrics.html",
    names: ["CertificateArn"],
    metrics: metrics("DaysToExpiry", { under: ["CertificateArn"] }),
  },
  "AWS/SQS": {
    source:
      "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
    names: ["QueueName"],
    metrics: metrics(
      `ApproximateAgeOfOldestMessage ApproximateNumberOfMessagesDelayed ApproximateNumberOfMessagesNotVisible
       ApproximateNumberOfMessagesVisible ApproximateNumberOfGroupsWithInflightMessages NumberOfDeduplicatedSentMessages
       NumberOfEmptyReceives NumberOfMessagesDeleted NumberOfMessagesReceived NumberOfMessagesSent SentMessageSize`,
      { under: ["QueueName"] },
    ),
  },
  "AWS/WAFV2": {
    source: "https://docs.aws.amazon.com/waf/latest/developerguide/waf-metrics.html",
    names: [
      "WebACL",
      "Region",
      "Rule",
      "RuleGroup",
      "ManagedRuleGroup",
      "ManagedRuleGroupRule",
      "ManagedRuleSetRule",
      "Resource",
      "ResourceType",
      "Device",
      "Country",
      "Attack",
      "LabelNamespace",
      "Label",
      "LabelName",
      "Action",
      "Context",
      "BotCategory",
      "BotName",
      "Organization",
      "VerificationStatus",
      "Intent",
    ],
    metrics: metrics(`AllowedRequests BlockedRequests CountedRequests PassedRequests CaptchaRequests ChallengeRequests
      RequestsWithValidCaptchaToken RequestsWithValidChallengeToken CaptchasAttempted CaptchasSolved CaptchasAttemptedSdk
      CaptchasSolvedSdk`),
  },
  "AWS/Lambda": {
    source: "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
    names: ["FunctionName", "Resource", "ExecutedVersion", "EventSourceMappingUUID"],
    metrics:
      metrics(`AsyncEventAge AsyncEventsDropped AsyncEventsReceived ClaimedAccountConcurrency ConcurrentExecutions
      DeadLetterErrors DestinationDeliveryFailures Duration Errors Invocations IteratorAge OffsetLag OversizedRecordCount
      PostRuntimeExtensionsDuration ProvisionedConcurrencyInvocations ProvisionedConcurrencySpilloverInvocations
      ProvisionedConcurrencyUtilization ProvisionedConcurrentExecutions RecursiveInvocationsDropped SignatureValidationErrors
      Throttles UnreservedConcurrentExecutions`),
  },
};

/** Attributes of a resource of which a dimension takes some. */
export interface Identity {
  readonly types: readonly string[];
  /** What the dimension has as its value. */
  readonly right: readonly string[];
  /** What looks like it, and no metric has. */
  readonly wrong: readonly string[];
}

/** What a dimension holds, by its name. */
export const IDENTITIES: Readonly<Record<string, readonly Identity[]>> = {
  LoadBalancer: [{ types: ["aws_lb", "aws_alb"], right: ["arn_suffix"], wrong: ["arn", "id", "name", "dns_name"] }],
  TargetGroup: [
    { types: ["aws_lb_target_group", "aws_alb_target_group"], right: ["arn_suffix"], wrong: ["arn", "id", "name"] },
  ],
  LoadBalancerName: [{ types: ["aws_elb"], right: ["name"], wrong: ["arn", "dns_name"] }],
  ClusterName: [{ types: ["aws_ecs_cluster"], right: ["name"], wrong: ["arn", "id"] }],
  ServiceName: [{ types: ["aws_ecs_service"], right: ["name"], wrong: ["arn", "id", "cluster"] }],
  // Since version 5 of the provider, its id is RDS's own.
  DBInstanceIdentifier: [
    {
      types: ["aws_db_instance"],
      right: ["identifier"],
      wrong: ["id", "resource_id", "arn", "endpoint", "address", "db_name"],
    },
    { types: ["aws_rds_cluster_instance"], right: ["identifier"], wrong: ["arn", "dbi_resource_id", "endpoint"] },
  ],
  DBClusterIdentifier: [
    { types: ["aws_rds_cluster"], right: ["cluster_identifier"], wrong: ["arn", "cluster_resource_id", "endpoint"] },
  ],
  CacheClusterId: [{ types: ["aws_elasticache_cluster"], right: ["cluster_id"], wrong: ["arn", "cluster_address"] }],
  QueueName: [{ types: ["aws_sqs_queue"], right: ["name"], wrong: ["arn", "id", "url"] }],
  FunctionName: [
    { types: ["aws_lambda_function"], right: ["function_name"], wrong: ["arn", "invoke_arn", "qualified_arn"] },
  ],
  CertificateArn: [{ types: ["aws_acm_certificate"], right: ["arn"], wrong: ["domain_name"] }],
  TopicName: [{ types: ["aws_sns_topic"], right: ["name"], wrong: ["arn", "id"] }],
  TableName: [{ types: ["aws_dynamodb_table"], right: ["name"], wrong: ["arn"] }],
  AutoScalingGroupName: [{ types: ["aws_autoscaling_group"], right: ["name"], wrong: ["arn"] }],
  StateMachineArn: [{ types: ["aws_sfn_state_machine"], right: ["arn"], wrong: ["name"] }],
};
