import { storeSubnets } from "../../ecs/stores.ts";
import type { Resource } from "../../graph/graph.ts";
import { linked } from "../../graph/links.ts";
import { flag, isAbsent, isEmpty, isWritten, number, text } from "../../graph/value.ts";
import { subnetSetOf, vpcOf, zoneOf } from "../../network/places.ts";
import type { Rule } from "../../rule.ts";
import { attributeRule, like } from "../shared/attribute-rule.ts";
import { strayGroups } from "../shared/same-vpc.ts";
import { windowsOverlap } from "../shared/windows.ts";

export const DATABASE_LIFE_RULES: readonly Rule[] = [
  {
    id: "DB-001",
    severity: "error",
    title: "A subnet group has subnets in two zones",
    when: "apply",
    prevents:
      "DBSubnetGroupDoesNotCoverEnoughAZs: The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ap-northeast-1a. Add subnets to cover at least 2 AZs.",
    cause: "RDS wants to be able to move to a second zone, with Multi-AZ or without.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    *check(graph) {
      for (const group of graph.ofType("aws_db_subnet_group").filter(({ isPlanned }) => isPlanned)) {
        const { subnets, certain } = subnetSetOf(group.get("subnet_ids"));
        const zones = new Set(subnets.map(zoneOf));
        if (!certain || subnets.length === 0 || subnets.some(({ many }) => many)) continue;
        const [zone] = zones;
        if (subnets.length > 1 && (zones.size > 1 || zone === undefined)) continue;
        yield {
          at: group,
          message: `has ${subnets.length === 1 ? `one subnet only, ${subnets[0]?.address}` : `${subnets.length} subnets, all in ${zone}`}.`,
          fix: `Add a subnet in a zone other than ${zone ?? "that one's"}.`,
          attribute: "subnet_ids",
        };
      }
    },
  },
  {
    id: "DB-006",
    severity: "warning",
    title: "The final snapshot of a database has a name, or is skipped",
    when: "destroy",
    prevents: "final_snapshot_identifier is required when skip_final_snapshot is false",
    cause: "skip_final_snapshot is false by default, and the snapshot needs a name.",
    reference:
      "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/db_instance#skip_final_snapshot-1",
    *check(graph) {
      for (const database of graph.ofType("aws_db_instance", "aws_rds_cluster")) {
        if (
          flag(database.get("skip_final_snapshot"), false) !== false ||
          !isEmpty(database.get("final_snapshot_identifier"))
        )
          continue;
        const isProtected = flag(database.get("deletion_protection"), false) === true;
        yield {
          at: database,
          message: `has neither skip_final_snapshot = true nor a final_snapshot_identifier${isProtected ? ": to destroy it takes two steps, deletion_protection = false and the deletion, and the second fails" : ""}.`,
          fix: isReplica(database)
            ? "Set skip_final_snapshot to true."
            : "Set final_snapshot_identifier, or skip_final_snapshot to true if the data may be lost.",
          attribute: "skip_final_snapshot",
        };
      }
    },
  },
  {
    id: "DB-007",
    severity: "error",
    title: "A replica makes no final snapshot",
    when: "destroy",
    prevents:
      "InvalidParameterCombination: FinalDBSnapshotIdentifier can not be specified when deleting a Read Replica",
    cause: "The data of a replica is that of its source.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html",
    *check(graph) {
      for (const replica of graph.ofType("aws_db_instance").filter(isReplica)) {
        if (
          flag(replica.get("skip_final_snapshot"), false) !== false ||
          !isWritten(replica.get("final_snapshot_identifier"))
        )
          continue;
        yield {
          at: replica,
          message: "is a replica with a final_snapshot_identifier.",
          fix: "Set skip_final_snapshot to true, and drop final_snapshot_identifier.",
          attribute: "final_snapshot_identifier",
        };
      }
    },
  },
  {
    id: "DB-012",
    severity: "error",
    title: "Security groups and subnets of a database are in one VPC",
    when: "apply",
    prevents:
      "InvalidParameterCombination: The DB instance and EC2 security group are in different VPCs. The DB instance is in vpc-… and the EC2 security group is in vpc-…",
    cause: "A network interface takes groups of its own VPC only.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    *check(graph) {
      for (const database of graph.ofType("aws_db_instance", "aws_rds_cluster").filter(({ isPlanned }) => isPlanned)) {
        const groups = database.get("vpc_security_group_ids");
        yield* strayGroups(database, "vpc_security_group_ids", groups, storeSubnets(database));
      }
    },
  },
  {
    id: "DB-013",
    severity: "error",
    title: "A database with replicas makes backups",
    when: "apply",
    prevents:
      "InvalidDBInstanceState: Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup retention period to a non-zero value.",
    cause: "A replica begins as a copy of a backup; Terraform's default for backup_retention_period is 0.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html",
    *check(graph) {
      for (const replica of graph.ofType("aws_db_instance").filter(({ isMade }) => isMade)) {
        const link = linked(replica.get("replicate_source_db"), "aws_db_instance");
        const [source] = link.resources;
        if (!link.certain || source === undefined || link.resources.length > 1) continue;
        const period = source.get("backup_retention_period");
        const isCopy = !isEmpty(source.get("snapshot_identifier")) || isReplica(source);
        if (isAbsent(period) ? isCopy : number(period) !== 0) continue;
        yield {
          at: source,
          message: `keeps no backups, and ${replica.address} replicates it.`,
          fix: "Set backup_retention_period to 1 or more.",
          attribute: "backup_retention_period",
        };
      }
    },
  },
  {
    id: "DB-014",
    severity: "warning",
    title: "A cluster has instances",
    when: "runtime",
    prevents: "Can't connect to MySQL server on '….cluster-….rds.amazonaws.com'",
    cause: "An Aurora cluster is storage and a name; it is its instances that answer.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.CreateInstance.html",
    *check(graph) {
      const links = graph
        .ofType("aws_rds_cluster_instance")
        .map((instance) => linked(instance.get("cluster_identifier"), "aws_rds_cluster"));
      if (links.some(({ certain, resources }) => !certain || resources.length === 0)) return;
      const filled = new Set(links.flatMap(({ resources }) => resources));
      for (const cluster of graph.ofType("aws_rds_cluster").filter(({ isMade }) => isMade)) {
        const mode = text(cluster.get("engine_mode")) ?? "provisioned";
        const isAurora = text(cluster.get("engine"))?.startsWith("aurora");
        if (
          filled.has(cluster) ||
          !isAurora ||
          mode !== "provisioned" ||
          text(cluster.get("cluster_scalability_type")) === "limitless" ||
          !isEmpty(cluster.get("db_cluster_instance_class"))
        )
          continue;
        yield {
          at: cluster,
          message: "has no aws_rds_cluster_instance.",
          fix: "Add an aws_rds_cluster_instance whose cluster_identifier is its id.",
        };
      }
    },
  },
  attributeRule({
    id: "DB-015",
    severity: "error",
    title: "RDS accepts the identifiers of databases",
    when: "plan",
    prevents: 'only lowercase alphanumeric characters and hyphens allowed in "identifier"',
    cause: "The identifier is a part of the host name.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
    checks: (
      [
        [["aws_db_instance", "aws_rds_cluster_instance"], "identifier"],
        [["aws_rds_cluster"], "cluster_identifier"],
      ] as const
    ).map(([types, attribute]) => ({
      types,
      attribute,
      of: "all",
      takes: like(
        /^(?!.*--)(?!.*-$)[a-z][a-z0-9-]{0,62}$/,
        "up to 63 lower-case letters, digits and single hyphens, a letter first and no hyphen last",
      ),
      bad: { [attribute]: "Shop_Production" },
      good: { [attribute]: "shop-production" },
    })),
  }),
  {
    id: "DB-020",
    severity: "error",
    title: "Backups are not made during maintenance",
    when: "apply",
    prevents: "InvalidParameterValue: The backup window and maintenance window must not overlap.",
    cause: "RDS does one of the two at a time.",
    reference:
      "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.BackupWindow.html",
    *check(graph) {
      for (const database of graph.ofType("aws_db_instance", "aws_rds_cluster").filter(({ isPlanned }) => isPlanned)) {
        const attribute = database.type === "aws_db_instance" ? "backup_window" : "preferred_backup_window";
        const maintenance = text(database.get(attribute.replace("backup", "maintenance")));
        const backups = text(database.get(attribute));
        if (!windowsOverlap(backups, maintenance)) continue;
        yield {
          at: database,
          message: `has ${attribute} = "${backups}", and maintenance at ${maintenance}, which overlap.`,
          fix: "Move one of the two windows.",
          attribute,
        };
      }
    },
  },
  {
    id: "DB-021",
    severity: "error",
    title: "A database with a public address is in a VPC with host names",
    when: "apply",
    prevents:
      "InvalidVPCNetworkStateFault: Cannot create a publicly accessible DBInstance. The specified VPC does not support DNS resolution, DNS hostnames, or both. Update the VPC and then try again.",
    cause: "The public address of a database is found by a host name that the VPC gives.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    *check(graph) {
      for (const database of graph.ofType("aws_db_instance").filter(({ isPlanned }) => isPlanned)) {
        const [subnet] = storeSubnets(database).subnets;
        const vpc = subnet && vpcOf(subnet);
        if (flag(database.get("publicly_accessible"), false) !== true || vpc?.type !== "aws_vpc") continue;
        const off = [
          ["enable_dns_hostnames", false],
          ["enable_dns_support", true],
        ] as const;
        const missing = off.filter(([name, fallback]) => flag(vpc.get(name), fallback) === false).map(([name]) => name);
        if (missing.length === 0) continue;
        yield {
          at: database,
          message: `is publicly_accessible, and ${vpc.address} has no ${missing.join(" and no ")}.`,
          fix: "Drop publicly_accessible, or set these to true on the VPC.",
          attribute: "publicly_accessible",
        };
      }
    },
  },
];

function isReplica(instance: Resource): boolean {
  return isWritten(instance.get("replicate_source_db"));
}
