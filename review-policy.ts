import { defineReviewPolicy } from "@operation-app/plan-review/policy";
import production from "./environments/production.ts";

// What `bin/infra review` lets no plan do. What each setting means: packages/plan-review/src/gate-policy.ts; how it is used: packages/plan-review/docs/review.md.
export default defineReviewPolicy({
  // Never deleted, replaced or forgotten, and never moved to where it is not protected.
  protected: [
    {
      type: "aws_cognito_user_pool",
      why: "All users, their passwords and authenticator apps: nothing brings them back.",
    },
    { type: "aws_cognito_user_pool_client", why: "Another client has another id and secret: nobody can log in." },
    {
      type: "aws_cognito_managed_user_pool_client",
      why: "Another client has another id and secret: nobody can log in.",
    },
    { type: "aws_cognito_user_pool_domain", why: "The address of the log-in, which somebody else may take." },
    { type: "aws_db_instance", why: "The data of the app." },
    { type: "aws_rds_cluster", why: "The data of the app." },
    { type: "aws_rds_cluster_instance", why: "Where the data of the app is served." },
    { type: "aws_rds_global_cluster", why: "The data of the app." },
    { type: "aws_docdb_cluster", why: "The data of the app." },
    { type: "aws_dynamodb_table", why: "The data of the app." },
    { type: "aws_efs_file_system", why: "The files of the app." },
    { type: "aws_elasticache_replication_group", why: "Sessions and jobs that nobody has done yet." },
    { type: "aws_elasticache_cluster", why: "Sessions and jobs that nobody has done yet." },
    { type: "aws_elasticache_serverless_cache", why: "Sessions and jobs that nobody has done yet." },
    { type: "aws_kms_key", why: "What it has encrypted can't be read without it." },
    { type: "aws_ecr_repository", why: "The images that run, and those to go back to." },
    {
      type: "aws_route53_zone",
      why: "Another zone has other name servers: the domain is gone until the registrar knows them.",
    },
    { type: "aws_secretsmanager_secret", why: "Secrets that were put in by hand are nowhere else." },
    { type: "aws_backup_vault", why: "The backups." },
    {
      type: "aws_s3_bucket",
      where: { bucket: [production.state.bucket] },
      why: "The Terraform state: without it nobody knows what there is.",
    },
  ],

  // What is meant to be open to the internet, and only on these ports.
  publicPorts: [
    {
      address: "aws_vpc_security_group_ingress_rule.firewall_alb_from_internet_80",
      ports: [80],
      reason: "The load balancer, which sends browsers on to HTTPS.",
    },
    {
      address: "aws_vpc_security_group_ingress_rule.firewall_alb_from_internet_443",
      ports: [443],
      reason: "The load balancer.",
    },
  ],

  // Accounts of others that policies may let in: { account: "123456789012", reason }.
  trustedAccounts: [],

  // What keeps backups for fewer days than it did, and than this, is stopped.
  leastBackupDays: 7,

  // What may happen once: { address, action, reason, until: "YYYY-MM-DD" }. A stopped plan says the line to write.
  exceptions: [],
});
