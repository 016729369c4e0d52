import type { Sizes, Versions } from "../shared/offers.ts";

/** When these lists were made. What AWS has added since is not in them, so that is at most warned of. */
export const LISTED = "August 2026";

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
export const ENGINES: readonly string[] = [
  ...["mysql", "mariadb", "postgres", "aurora-mysql", "aurora-postgresql"],
  ...["oracle-ee", "oracle-ee-cdb", "oracle-se2", "oracle-se2-cdb"],
  ...["custom-oracle-ee", "custom-oracle-ee-cdb", "custom-oracle-se2", "custom-oracle-se2-cdb"],
  ...["sqlserver-ee", "sqlserver-se", "sqlserver-ex", "sqlserver-web", "sqlserver-dev-ee"],
  ...["custom-sqlserver-ee", "custom-sqlserver-se", "custom-sqlserver-web", "custom-sqlserver-dev"],
  ...["db2-ae", "db2-se"],
];

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html */
export const CLUSTER_ENGINES: readonly string[] = [
  ...["aurora-mysql", "aurora-postgresql", "mysql", "postgres", "neptune", "docdb"],
];

const GRAVITON = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge";
const LARGE = `${GRAVITON} 24xlarge`;
const BURSTABLE = "micro small medium large xlarge 2xlarge";

/**
 * Instance classes by family, those of all engines together; classes for Oracle with more memory (`.tpc1.mem2x`) aside.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Types.html
 */
export const CLASSES: Sizes = {
  t1: "micro",
  t2: BURSTABLE,
  t3: BURSTABLE,
  t4g: BURSTABLE,
  m1: "small medium large xlarge",
  m2: "xlarge 2xlarge 4xlarge",
  m3: "medium large xlarge 2xlarge",
  m4: "large xlarge 2xlarge 4xlarge 10xlarge 16xlarge",
  m5: LARGE,
  m5d: LARGE,
  m6g: GRAVITON,
  m6gd: GRAVITON,
  m6i: `${LARGE} 32xlarge metal`,
  m6id: `${LARGE} 32xlarge metal`,
  m6idn: `${LARGE} 32xlarge metal`,
  m6in: `${LARGE} 32xlarge metal`,
  m7g: GRAVITON,
  m7i: `${LARGE} 48xlarge metal-24xl metal-48xl`,
  m8a: LARGE,
  m8g: `${LARGE} 48xlarge`,
  m8gd: `${LARGE} 48xlarge`,
  m8i: `${LARGE} 32xlarge 48xlarge 96xlarge metal-48xl metal-96xl`,
  m9g: `${LARGE} 48xlarge`,
  c6gd: `medium ${GRAVITON}`,
  r3: "large xlarge 2xlarge 4xlarge 8xlarge",
  r4: "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge",
  r5: LARGE,
  r5b: LARGE,
  r5d: LARGE,
  r6g: GRAVITON,
  r6gd: GRAVITON,
  r6i: `${LARGE} 32xlarge metal`,
  r6id: `${LARGE} 32xlarge metal`,
  r6idn: `${LARGE} 32xlarge metal`,
  r6in: `${LARGE} 32xlarge metal`,
  r7g: GRAVITON,
  r7i: `${LARGE} 48xlarge metal-24xl metal-48xl`,
  r8a: LARGE,
  r8g: `${LARGE} 48xlarge`,
  r8gd: `${LARGE} 48xlarge`,
  r8i: `${LARGE} 32xlarge 48xlarge 96xlarge metal-48xl metal-96xl`,
  x1: "16xlarge 32xlarge",
  x1e: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 32xlarge",
  x2g: GRAVITON,
  x2idn: "16xlarge 24xlarge 32xlarge metal",
  x2iedn: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge 32xlarge metal",
  x2iezn: "2xlarge 4xlarge 6xlarge 8xlarge 12xlarge metal",
  x2m: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge 32xlarge",
  z1d: "large xlarge 2xlarge 3xlarge 6xlarge 12xlarge",
};

/** Families that were young when the list was made. */
export const GROWING = /^[a-z](?:7i|[89])/;

/**
 * Versions by engine. Source: https://docs.aws.amazon.com/AmazonRDS/latest/MySQLReleaseNotes/mysql-relnotes.html, its
 * neighbours of PostgreSQL and Aurora, and https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/MariaDB.Concepts.VersionMgmt.html
 */
export const VERSIONS: Readonly<Record<string, Versions>> = {
  mysql: {
    "5.5": "62",
    "5.6": "51",
    "5.7": "33-34 36-44",
    "8.0": "11 13 15-17 19-21 23 25-37 39-46",
    "8.4": "3-10",
  },
  mariadb: {
    "10.0": "38",
    "10.1": "48",
    "10.2": "44",
    "10.3": "34-39",
    "10.4": "13 18 21-22 24-34",
    "10.5": "8-9 12-13 15-29",
    "10.6": "5 7-25 27",
    "10.11": "4-11 13-16 18",
    "11.4": "3-5 7-10 12",
    "11.8": "3-6 8",
    "12.3": "2",
  },
  postgres: {
    "9.3": "1-25",
    "9.4": "1-26",
    "9.5": "2-25",
    "9.6": "1-24",
    "10": "1 3-7 9-23",
    "11": "1-2 4-22",
    "12": "2-22",
    "13": "1-23",
    "14": "1-23",
    "15": "2-18",
    "16": "1-14",
    "17": "1-10",
    "18": "1-4",
  },
  "aurora-postgresql": {
    "9.6": "22",
    "10": "7-21",
    "11": "9 12-21",
    "12": "4 7-20 22",
    "13": "3-16 18 20-23",
    "14": "3-13 15 17-20 22-23",
    "15": "2-8 10 12-15 17-18",
    "16": "1-4 6 8-11 13-14",
    "17": "4-7 9-10",
    "18": "3-4",
  },
};

/** Versions that no new database gets any more. Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/extended-support.html */
export const RETIRED: Readonly<Record<string, RegExp>> = {
  mysql: /^5\.[56](?:\.|$)/,
  mariadb: /^10\.[0-5](?:\.|$)/,
  postgres: /^(?:9|10)(?:\.|$)/,
  "aurora-mysql": /^5\.6(?:\.|$)/,
  "aurora-postgresql": /^(?:9|10)(?:\.|$)/,
};

/** Source: `enabled_cloudwatch_logs_exports` in https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
export const LOG_TYPES: readonly (readonly [engines: RegExp, types: readonly string[]])[] = [
  [/^mysql$/, ["audit", "error", "general", "slowquery", "iam-db-auth-error"]],
  [/^mariadb$/, ["audit", "error", "general", "slowquery", "iam-db-auth-error"]],
  [/^aurora-mysql$/, ["audit", "error", "general", "slowquery", "instance", "iam-db-auth-error"]],
  [/^postgres$/, ["postgresql", "upgrade", "iam-db-auth-error"]],
  [/^aurora-postgresql$/, ["postgresql", "instance", "iam-db-auth-error"]],
  [/^oracle/, ["alert", "audit", "listener", "trace", "oemagent"]],
  [/^sqlserver/, ["agent", "error"]],
  [/^db2/, ["diag.log", "notify.log"]],
];
