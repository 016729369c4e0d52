import type { Graph, Resource } from "../../graph/graph.ts";
import { flag, isAbsent, isEmpty, isWritten, text, type Value } from "../../graph/value.ts";
import type { Rule } from "../../rule.ts";
import { madePassword } from "../shared/made-password.ts";

const CREATE = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";

/** A database, and its attributes by what they are: instances and clusters call them by different names. */
interface Login {
  readonly resource: Resource;
  readonly engine: string;
  readonly password: Value | undefined;
  readonly passwordAttribute: string;
  readonly username: Value | undefined;
  readonly name: Value | undefined;
  readonly nameAttribute: string;
}

function logins(graph: Graph): Login[] {
  return graph
    .ofType("aws_db_instance", "aws_rds_cluster")
    .filter(({ isPlanned }) => isPlanned)
    .map((resource) => {
      const isInstance = resource.type === "aws_db_instance";
      const passwordAttribute = isInstance ? "password" : "master_password";
      const nameAttribute = isInstance ? "db_name" : "database_name";
      return {
        resource,
        engine: text(resource.get("engine")) ?? "",
        passwordAttribute,
        nameAttribute,
        password: resource.get(passwordAttribute),
        username: resource.get(isInstance ? "username" : "master_username"),
        name: resource.get(nameAttribute),
      };
    });
}

export const DATABASE_LOGIN_RULES: readonly Rule[] = [
  {
    id: "DB-002",
    severity: "error",
    title: "RDS takes the master password",
    when: "apply",
    prevents:
      "InvalidParameterValue: The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used. (or: … because it is shorter than 8 characters.)",
    cause: "RDS leaves out the characters that addresses are made of, and each engine has its own longest password.",
    reference: CREATE,
    *check(graph) {
      for (const { resource, engine, password, passwordAttribute } of logins(graph)) {
        const known = text(password);
        const longest = LONGEST_PASSWORD.find(([engines]) => engines.test(engine))?.[1];
        const length = known === undefined ? madePassword(password)?.length : known.length;
        const forbidden = known === undefined ? [] : forbiddenIn(known);
        if (forbidden.length > 0) {
          yield {
            at: resource,
            message: `has ${forbidden.map((one) => (one === " " ? "a space" : one)).join(" and ")} in its ${passwordAttribute}.`,
            fix: "Set manage_master_user_password to true instead, and let RDS make the password.",
            attribute: passwordAttribute,
          };
        }
        if (length !== undefined && known !== "" && (length < 8 || (longest !== undefined && length > longest))) {
          yield {
            at: resource,
            message: `has a ${passwordAttribute} of ${length} characters, and ${engine || "RDS"} takes 8${longest === undefined ? " or more" : ` to ${longest}`}.`,
            fix: "Set manage_master_user_password to true instead, and let RDS make the password.",
            attribute: passwordAttribute,
          };
        }
      }
    },
  },
  {
    id: "DB-003",
    severity: "warning",
    title: "A password that Terraform makes up has only what RDS takes",
    when: "apply",
    prevents:
      "InvalidParameterValue: The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.",
    cause:
      "What random_password takes special characters from has an @ in it, so that some of its passwords are refused and others are not.",
    reference: "https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/password",
    *check(graph) {
      for (const { resource, password, passwordAttribute } of logins(graph)) {
        const made = text(password) === undefined ? madePassword(password) : undefined;
        const forbidden = forbiddenIn(made?.special ?? "");
        if (!made || forbidden.length === 0) continue;
        yield {
          at: resource,
          message: `takes its ${passwordAttribute} from ${made.resource.address}, which may have ${forbidden.join(" and ")} in it.`,
          fix: 'Set special to false there, or override_special to characters such as "!#$%^&*()-_=+".',
          attribute: passwordAttribute,
        };
      }
    },
  },
  {
    id: "DB-004",
    severity: "error",
    title: "The master password is written, or managed by RDS",
    when: "plan",
    prevents:
      '"manage_master_user_password": conflicts with password (of AWS: MasterUserPassword and ManageMasterUserPassword are mutually exclusive. Specify only one of these parameters.)',
    cause: "Where RDS manages the password it also makes it.",
    reference: "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    *check(graph) {
      for (const { resource, password, passwordAttribute } of logins(graph)) {
        if (
          !isWritten(password) ||
          !resource.isMade ||
          flag(resource.get("manage_master_user_password"), false) !== true
        )
          continue;
        yield {
          at: resource,
          message: `has manage_master_user_password and a ${passwordAttribute}.`,
          fix: `Drop ${passwordAttribute}.`,
          attribute: passwordAttribute,
        };
      }
    },
  },
  {
    id: "DB-005",
    severity: "error",
    title: "A new database has a user and a password",
    when: "apply",
    prevents:
      'InvalidParameterValue: The parameter MasterUserPassword must be provided and must not be blank.; "username": required field is not set',
    cause: "Only a copy of another database brings its users along.",
    reference: CREATE,
    *check(graph) {
      // A plan does not tell of passwords that are only written (password_wo).
      if (graph.kind === "plan") return;
      for (const { resource, username, passwordAttribute } of logins(graph)) {
        if (COPIES.some((name) => !isEmpty(resource.get(name)))) continue;
        const sources = [passwordAttribute, `${passwordAttribute}_wo`, "manage_master_user_password"].map((name) =>
          resource.get(name),
        );
        const hasPassword = sources.some((value) => !isAbsent(value) && flag(value, false) !== false);
        const missing = [...(hasPassword ? [] : ["password"]), ...(isEmpty(username) ? ["user name"] : [])];
        if (missing.length === 0) continue;
        yield {
          at: resource,
          message: `has no ${missing.join(" and no ")}.`,
          fix: hasPassword ? "Set the name of the master user." : "Set manage_master_user_password to true.",
        };
      }
    },
  },
  {
    id: "DB-008",
    severity: "error",
    title: "RDS takes the names of the database and of the master user",
    when: "apply",
    prevents:
      "InvalidParameterValue: DBName must begin with a letter and contain only alphanumeric characters.; MasterUsername admin cannot be used as it is a reserved word used by the engine; Invalid master user name",
    cause: "Each engine has names that it takes, and names that it keeps for itself.",
    reference: CREATE,
    *check(graph) {
      for (const { resource, engine, name, nameAttribute, username } of logins(graph)) {
        const wrongName = wrongDatabaseName(engine, text(name));
        if (wrongName)
          yield {
            at: resource,
            message: `has the ${nameAttribute} ${text(name)}, ${wrongName}.`,
            fix: "Write letters, digits and underscores, a letter first.",
            attribute: nameAttribute,
          };
        const wrongUser = wrongUserName(engine, text(username));
        if (wrongUser)
          yield {
            at: resource,
            message: `has the master user ${text(username)}, ${wrongUser}.`,
            fix: "Write another name: letters, digits and underscores, a letter first.",
            attribute: nameAttribute === "db_name" ? "username" : "master_username",
          };
      }
    },
  },
];

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const LONGEST_PASSWORD: readonly [RegExp, number][] = [
  [/^(?:mysql|mariadb|aurora|aurora-mysql)$/, 41],
  [/^(?:postgres|aurora-postgresql)$/, 128],
  [/^oracle/, 30],
  [/^sqlserver/, 128],
];

/** What brings users along. */
const COPIES = [
  "snapshot_identifier",
  "replicate_source_db",
  "restore_to_point_in_time",
  "replication_source_identifier",
  "global_cluster_identifier",
  "s3_import",
];

function forbiddenIn(characters: string): string[] {
  return ["/", "@", '"', " "].filter((one) => characters.includes(one));
}

function wrongDatabaseName(engine: string, name: string | undefined): string | undefined {
  if (!name) return undefined;
  if (engine.startsWith("sqlserver")) return "and SQL Server takes none";
  if (!/^(?:mysql|mariadb|postgres|aurora)/.test(engine)) return undefined;
  if (!/^[A-Za-z_]/.test(name)) return "which does not begin with a letter";
  if (/[^A-Za-z0-9_]/.test(name)) return `which has ${/[^A-Za-z0-9_]/.exec(name)?.[0]} in it`;
  const longest = /postgres/.test(engine) ? 63 : 64;
  return name.length > longest ? `which is longer than ${longest} characters` : undefined;
}

function wrongUserName(engine: string, name: string | undefined): string | undefined {
  if (!name) return undefined;
  const isPostgres = /postgres/.test(engine);
  const isMysql = /^(?:mysql|mariadb|aurora-mysql|aurora)$/.test(engine);
  if (name.toLowerCase() === "rdsadmin" || (isPostgres && name.toLowerCase() === "admin"))
    return "a word that the engine keeps for itself";
  if (!isPostgres && !isMysql) return undefined;
  if (/^[^A-Za-z_]/.test(name)) return "which does not begin with a letter";
  if (isMysql && /[^A-Za-z0-9_]/.test(name)) return `which has ${/[^A-Za-z0-9_]/.exec(name)?.[0]} in it`;
  const longest = isPostgres ? 63 : 16;
  return name.length > longest ? `which is longer than ${longest} characters` : undefined;
}
