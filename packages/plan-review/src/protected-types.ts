import { objectOf } from "./plan.ts";

/** Types whose objects keep the same kind of thing. */
interface Kept {
  /** What would be lost with the object. */
  readonly why: string;
  /** Page that says so. */
  readonly source: string;
  readonly types: readonly string[];
}

/**
 * What keeps something that is nowhere else: it must not be deleted, replaced or removed from the state, whether or not a
 * policy names it. Left out is what the configuration itself can make again, with all that is in it: DNS records, S3
 * objects and DynamoDB items that Terraform writes, certificates, aliases, proxies, replicas.
 */
export const KEPT: readonly Kept[] = [
  {
    why: "All users, their passwords and authenticator apps: they can't be restored.",
    source: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html",
    types: ["aws_cognito_user_pool"],
  },
  {
    why: "Another client has another id and secret: applications can no longer log users in.",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html",
    types: ["aws_cognito_user_pool_client", "aws_cognito_managed_user_pool_client"],
  },
  {
    why: "The address of the login, which anyone else could claim.",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html",
    types: ["aws_cognito_user_pool_domain"],
  },
  {
    why: "Users and groups: a new one has another id, and none of its passwords, members or linked logins.",
    source: "https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users.html",
    types: [
      "aws_cognito_identity_pool",
      "aws_cognito_identity_provider",
      "aws_cognito_resource_server",
      "aws_cognito_user",
      "aws_cognito_user_group",
      "aws_identitystore_group",
      "aws_identitystore_user",
    ],
  },
  {
    why: "The data in it.",
    source: "https://docs.aws.amazon.com/whitepapers/latest/aws-overview/database.html",
    types: [
      "aws_db_instance",
      "aws_docdb_cluster",
      "aws_docdb_global_cluster",
      "aws_docdbelastic_cluster",
      "aws_dsql_cluster",
      "aws_dynamodb_global_table",
      "aws_dynamodb_table",
      "aws_finspace_kx_database",
      "aws_finspace_kx_environment",
      "aws_finspace_kx_volume",
      "aws_keyspaces_keyspace",
      "aws_keyspaces_table",
      "aws_lightsail_database",
      "aws_neptune_cluster",
      "aws_neptune_global_cluster",
      "aws_neptunegraph_graph",
      "aws_qldb_ledger",
      "aws_rds_cluster",
      "aws_rds_global_cluster",
      "aws_rds_shard_group",
      "aws_redshift_cluster",
      "aws_redshiftserverless_namespace",
      "aws_simpledb_domain",
      "aws_timestreaminfluxdb_db_instance",
      "aws_timestreamwrite_database",
      "aws_timestreamwrite_table",
    ],
  },
  {
    why: "Sessions, and jobs of Sidekiq and others that are not done yet.",
    source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/backups.html",
    types: [
      "aws_elasticache_cluster",
      "aws_elasticache_global_replication_group",
      "aws_elasticache_replication_group",
      "aws_elasticache_serverless_cache",
      "aws_memorydb_cluster",
      "aws_memorydb_multi_region_cluster",
    ],
  },
  {
    why: "Messages and records that are not processed yet.",
    source: "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html",
    types: [
      "aws_kinesis_stream",
      "aws_kinesis_video_stream",
      "aws_mq_broker",
      "aws_msk_cluster",
      "aws_msk_serverless_cluster",
      "aws_sqs_queue",
    ],
  },
  {
    why: "The files in it.",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
    types: [
      "aws_ebs_volume",
      "aws_efs_file_system",
      "aws_fsx_file_cache",
      "aws_fsx_lustre_file_system",
      "aws_fsx_ontap_file_system",
      "aws_fsx_ontap_storage_virtual_machine",
      "aws_fsx_ontap_volume",
      "aws_fsx_openzfs_file_system",
      "aws_fsx_openzfs_volume",
      "aws_fsx_windows_file_system",
      "aws_glacier_vault",
      "aws_instance",
      "aws_lightsail_bucket",
      "aws_lightsail_disk",
      "aws_media_store_container",
      "aws_s3_bucket",
      "aws_s3_directory_bucket",
      "aws_s3control_bucket",
      "aws_s3tables_namespace",
      "aws_s3tables_table",
      "aws_s3tables_table_bucket",
      "aws_s3vectors_index",
      "aws_s3vectors_vector_bucket",
      "aws_storagegateway_cached_iscsi_volume",
      "aws_storagegateway_gateway",
      "aws_storagegateway_stored_iscsi_volume",
      "aws_workspaces_workspace",
    ],
  },
  {
    why: "Backups: without them nothing can be restored.",
    source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/deleting-backups.html",
    types: [
      "aws_ami",
      "aws_ami_copy",
      "aws_ami_from_instance",
      "aws_backup_logically_air_gapped_vault",
      "aws_backup_vault",
      "aws_cloudwatch_event_archive",
      "aws_db_cluster_snapshot",
      "aws_db_snapshot",
      "aws_db_snapshot_copy",
      "aws_docdb_cluster_snapshot",
      "aws_ebs_snapshot",
      "aws_ebs_snapshot_copy",
      "aws_ebs_snapshot_import",
      "aws_fsx_backup",
      "aws_fsx_openzfs_snapshot",
      "aws_kinesisanalyticsv2_application_snapshot",
      "aws_memorydb_snapshot",
      "aws_neptune_cluster_snapshot",
      "aws_rds_cluster_snapshot_copy",
      "aws_redshift_cluster_snapshot",
      "aws_redshiftserverless_snapshot",
    ],
  },
  {
    why: "Logs, metrics and evidence of the past.",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteLogGroup.html",
    types: [
      "aws_auditmanager_assessment",
      "aws_cloudtrail_event_data_store",
      "aws_cloudwatch_log_group",
      "aws_cloudwatch_log_stream",
      "aws_detective_graph",
      "aws_prometheus_workspace",
      "aws_securitylake_data_lake",
    ],
  },
  {
    why: "The search index, which has to be built again from its sources, if they still exist.",
    source: "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/gsgdeleting.html",
    types: [
      "aws_cloudsearch_domain",
      "aws_elasticsearch_domain",
      "aws_kendra_index",
      "aws_opensearch_domain",
      "aws_opensearchserverless_collection",
      "aws_rekognition_collection",
    ],
  },
  {
    why: "What it encrypted or signed can't be read or renewed without it.",
    source: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    types: [
      "aws_acmpca_certificate_authority",
      "aws_cloudhsm_v2_cluster",
      "aws_kms_custom_key_store",
      "aws_kms_external_key",
      "aws_kms_key",
      "aws_kms_replica_external_key",
      "aws_paymentcryptography_key",
    ],
  },
  {
    why: "Secrets that were entered by hand exist nowhere else.",
    source: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    types: ["aws_secretsmanager_secret", "aws_ssm_parameter"],
  },
  {
    why: "Another zone has other name servers: the domain is down until the registrar has them.",
    source: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DeleteHostedZone.html",
    types: ["aws_route53_zone", "aws_route53domains_domain", "aws_service_discovery_public_dns_namespace"],
  },
  {
    why: "Its address is AWS's, and another one has another: links in pages, mail and DNS lead nowhere.",
    source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HowToDeleteDistribution.html",
    types: ["aws_cloudfront_distribution"],
  },
  {
    why: "No mail of the domain goes out until another identity is verified, by other records.",
    source: "https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html",
    types: ["aws_ses_domain_dkim", "aws_ses_domain_identity", "aws_ses_email_identity", "aws_sesv2_email_identity"],
  },
  {
    why: "The images that run, and those to roll back to; code and packages.",
    source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-delete.html",
    types: [
      "aws_codeartifact_domain",
      "aws_codeartifact_repository",
      "aws_codecatalyst_source_repository",
      "aws_codecommit_repository",
      "aws_ecr_repository",
      "aws_ecrpublic_repository",
    ],
  },
  {
    why: "Everything that users and programs have stored in it.",
    source: "https://docs.aws.amazon.com/eks/latest/userguide/delete-cluster.html",
    types: [
      "aws_connect_instance",
      "aws_connect_phone_number",
      "aws_customerprofiles_domain",
      "aws_dataexchange_data_set",
      "aws_datazone_domain",
      "aws_directory_service_directory",
      "aws_eks_cluster",
      "aws_emr_cluster",
      "aws_glue_catalog_database",
      "aws_glue_registry",
      "aws_grafana_workspace",
      "aws_location_geofence_collection",
      "aws_location_tracker",
      "aws_mwaa_environment",
      "aws_pinpoint_app",
      "aws_pinpointsmsvoicev2_phone_number",
      "aws_qbusiness_application",
      "aws_quicksight_account_subscription",
      "aws_sagemaker_domain",
      "aws_sagemaker_feature_group",
      "aws_sagemaker_mlflow_tracking_server",
      "aws_sagemaker_model_package_group",
      "aws_sagemaker_notebook_instance",
      "aws_sagemaker_space",
      "aws_sagemaker_user_profile",
      "aws_bedrock_custom_model",
      "aws_sesv2_contact_list",
      "aws_sns_platform_application",
      "aws_verifiedpermissions_policy_store",
    ],
  },
  {
    why: "Everything that was made through it, whatever that is.",
    source: "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-console-delete-stack.html",
    types: [
      "aws_cloudcontrolapi_resource",
      "aws_cloudformation_stack",
      "aws_cloudformation_stack_instances",
      "aws_cloudformation_stack_set_instance",
      "aws_organizations_account",
      "aws_organizations_organization",
      "aws_servicecatalog_provisioned_product",
    ],
  },
];

const WHY: ReadonlyMap<string, string> = new Map(KEPT.flatMap(({ why, types }) => types.map((type) => [type, why])));

type Values = Readonly<Record<string, unknown>>;

/** Objects of these types that keep nothing of their own. */
const KEEPS_NOTHING: Readonly<Record<string, (values: Values) => boolean>> = {
  aws_db_instance: ({ replicate_source_db: source }) => Boolean(source),
  aws_elasticache_cluster: ({ replication_group_id: group, engine }) => Boolean(group) || engine === "memcached",
  aws_instance: ({ ebs_block_device: volumes }) => !Array.isArray(volumes) || volumes.length === 0,
  aws_neptune_cluster: ({ replication_source_identifier: source }) => Boolean(source),
  aws_rds_cluster: ({ replication_source_identifier: source }) => Boolean(source),
  aws_ssm_parameter: ({ type }) => type !== "SecureString",
};

/** What would be lost with an object of this type and these values; undefined where it keeps nothing of its own. */
export function whatIsLost(type: string, values: unknown): string | undefined {
  const keepsNothing = KEEPS_NOTHING[type]?.(objectOf(values)) ?? false;
  return keepsNothing ? undefined : WHY.get(type);
}

/** The types as a section of `packages/plan-review/docs/losses.md`. */
export function protectedTypesTable(): string {
  const rows = KEPT.map(({ why, source, types }) => {
    return `| [${why.replace(/[.:].*$/, "")}](${source}) | ${[...types]
      .sort()
      .map((type) => `\`${type}\``)
      .join(", ")} |`;
  });
  return ["## What is protected\n", "| what is lost | types |", "|---|---|", ...rows, ""].join("\n");
}
