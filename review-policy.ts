import { defineReviewPolicy } from "@operation-app/plan-review/policy";
import production from "./environments/production.ts";

// What `bin/infra review` lets no plan do. What each setting means: packages/plan-review/src/gate-policy.ts; how it is used: packages/plan-review/docs/review.md.
export default defineReviewPolicy({
  // What keeps data is never deleted, replaced or removed from the state, and need not be named: docs/losses.md of
  // packages/plan-review lists the types. These are protected beside it.
  protected: [
    { type: "aws_rds_cluster_instance", why: "Where the data of the app is served." },
    {
      type: "aws_s3_bucket",
      where: { bucket: [production.state.bucket] },
      why: "The Terraform state: without it, Terraform knows no resource, and creates all of them again.",
    },
  ],

  // What may be lost though it keeps data: { type, addresses, reason }.
  unprotected: [],

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
