import type { Graph, Resource } from "../../graph/graph.ts";
import { flag, isAbsent, isEmpty, isWritten, text, type Value } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { madePassword } from "../shared/made-password.ts";

const CREATE = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html";

const FORBIDDEN_CHARACTERS =
  "InvalidParameterValue: The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.";

/** A database, and its attributes by what they are: instances and clusters call them by different names. */
interface Login {
  readonly resource: Resource;
  readonly engine: string;
  readonly password: Value | undefined;
  readonly passwordAttribute: string;
  readonly username: Value | undefined;
  readonly usernameAttribute: string;
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
      const usernameAttribute = isInstance ? "username" : "master_username";
      return {
        resource,
        engine: text(resource.get("engine")) ?? "",
        passwordAttribute,
        nameAttribute,
        password: resource.get(passwordAttribute),
        usernameAttribute,
        username: resource.get(usernameAttribute),
        name: resource.get(nameAttribute),
      };
    });
}

export const DATABASE_LOGIN_RULES: readonly Rule[] = [
  defineRule({
    id: "DB-002",
    severity: "error",
    title: "RDS accepts the master password",
    reference: CREATE,
    problems: {
      characters: {
        when: "apply",
        prevents: FORBIDDEN_CHARACTERS,
        cause: "RDS refuses the characters that separate the parts of a database URL.",
      },
      length: {
        when: "apply",
        prevents:
          "InvalidParameterValue: The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.",
        cause: "A password has at least 8 characters, and each engine has its own maximum.",
      },
    },
    *check(graph) {
      const fix = "Set manage_master_user_password to true instead, and let RDS make the password.";
      for (const login of logins(graph)) {
        const { resource: at, passwordAttribute: attribute } = login;
        const forbidden = forbiddenIn(text(login.password) ?? "");
        const length = wrongLength(login);
        if (forbidden.length > 0) {
          const characters = forbidden.map((one) => (one === " " ? "a space" : one)).join(" and ");
          yield { kind: "characters", at, message: `has ${characters} in its ${attribute}.`, fix, attribute };
        }
        if (length) yield { kind: "length", at, message: `has a ${attribute} of ${length}.`, fix, attribute };
      }
    },
  }),
  {
    id: "DB-003",
    severity: "warning",
    title: "A generated password has only characters that RDS accepts",
    when: "apply",
    prevents: FORBIDDEN_CHARACTERS,
    cause: "The default special characters of random_password include @, so some of its passwords are refused.",
    reference: "https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/password",
    *check(graph) {
      for (const { resource, password, passwordAttribute } of logins(graph)) {
        const made = text(password) === undefined ? madePassword(password) : undefined;
        const forbidden = forbiddenIn(made?.special ?? "");
        if (!made || forbidden.length === 0) continue;
        yield {
          at: resource,
          message: `takes its ${passwordAttribute} from ${made.resource.address}, which can have ${forbidden.join(" and ")} in it.`,
          fix: 'Set special to false there, or override_special to characters such as "!#$%^&*()-_=+".',
          attribute: passwordAttribute,
        };
      }
    },
  },
  {
    id: "DB-004",
    severity: "error",
    title: "The master password is set, or managed by RDS",
    when: "plan",
    prevents:
      '"manage_master_user_password": conflicts with password (or from AWS: MasterUserPassword and ManageMasterUserPassword are mutually exclusive. Specify only one of these parameters.)',
    cause: "RDS makes the password that it manages.",
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
          message: `has both manage_master_user_password and ${passwordAttribute}.`,
          fix: `Drop ${passwordAttribute}.`,
          attribute: passwordAttribute,
        };
      }
    },
  },
  defineRule({
    id: "DB-005",
    severity: "error",
    title: "A new database has a user and a password",
    reference: CREATE,
    problems: {
      password: {
        when: "apply",
        prevents: "InvalidParameterValue: The parameter MasterUserPassword must be provided and must not be blank.",
        cause: "Only a copy of another database has a password already.",
      },
      user: {
        when: "apply",
        prevents: '"username": required field is not set',
        cause: "Only a copy of another database has a master user already.",
      },
    },
    *check(graph) {
      // A plan does not show passwords that are write-only (password_wo).
      if (graph.kind === "plan") return;
      for (const { resource: at, username, passwordAttribute, usernameAttribute } of logins(graph)) {
        if (COPIES.some((name) => !isEmpty(at.get(name)))) continue;
        const sources = [passwordAttribute, `${passwordAttribute}_wo`, "manage_master_user_password"];
        if (sources.every((name) => isAbsent(at.get(name)) || flag(at.get(name), false) === false))
          yield { kind: "password", at, message: "has no password.", fix: "Set manage_master_user_password to true." };
        if (isEmpty(username))
          yield { kind: "user", at, message: `has no ${usernameAttribute}.`, fix: `Set ${usernameAttribute}.` };
      }
    },
  }),
  defineRule({
    id: "DB-008",
    severity: "error",
    title: "RDS accepts the names of the database and of the master user",
    reference: CREATE,
    problems: {
      database: {
        when: "apply",
        prevents: "InvalidParameterValue: DBName must begin with a letter and contain only alphanumeric characters.",
        cause: "The name of a database has letters, digits and underscores, and a maximum length of its engine.",
      },
      user: {
        when: "apply",
        prevents: "InvalidParameterValue: Invalid master user name",
        cause: "The name of a user has letters, digits and underscores, and a maximum length of its engine.",
      },
      long: {
        when: "apply",
        prevents:
          "InvalidParameterValue: The parameter MasterUsername is not a valid identifier because it is longer than 16 characters.",
        cause:
          "The API page of CreateDBInstance says 1 to 16 characters for MySQL and MariaDB; the manual of MySQL (Account User Names) says 32.",
        severity: "warning",
      },
      reserved: {
        when: "apply",
        prevents:
          "InvalidParameterValue: MasterUsername admin cannot be used as it is a reserved word used by the engine",
        cause: "Each engine reserves names for itself.",
      },
    },
    *check(graph) {
      for (const { resource: at, engine, name, nameAttribute, username, usernameAttribute } of logins(graph)) {
        const [database = "", user = ""] = [text(name), text(username)];
        const wrong = wrongDatabaseName(engine, database);
        if (wrong) {
          const message = `has ${nameAttribute} = "${database}", ${wrong}.`;
          const fix = "Write letters, digits and underscores, a letter first.";
          yield { kind: "database", at, message, fix, attribute: nameAttribute };
        }
        const isLong = user.length > LONGEST_DOCUMENTED_USER && /^(?:mysql|mariadb|aurora-mysql|aurora)$/.test(engine);
        const why = isReserved(engine, user) ? "which the engine reserves for itself" : wrongUserName(engine, user);
        const kind = isReserved(engine, user) ? "reserved" : "user";
        if (isLong && !why) {
          const message = `has ${usernameAttribute} = "${user}", of ${user.length} characters.`;
          const fix = `Write at most ${LONGEST_DOCUMENTED_USER} to be sure.`;
          yield { kind: "long", at, message, fix, attribute: usernameAttribute };
        } else if (why) {
          const message = `has ${usernameAttribute} = "${user}", ${why}.`;
          const fix = "Write another name: letters, digits and underscores, a letter first.";
          yield { kind, at, message, fix, attribute: usernameAttribute };
        }
      }
    },
  }),
];

/** Source: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html */
const LONGEST_PASSWORD: readonly [RegExp, number][] = [
  [/^(?:mysql|mariadb|aurora|aurora-mysql)$/, 41],
  [/^(?:postgres|aurora-postgresql)$/, 128],
  [/^oracle/, 30],
  [/^sqlserver/, 128],
];

/** Of MySQL and MariaDB, by CreateDBInstance; https://dev.mysql.com/doc/refman/8.4/en/user-names.html says 32. */
const LONGEST_DOCUMENTED_USER = 16;

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

/** What is wrong with the length of a password; undefined where nothing is, or where it can't be known. */
function wrongLength({ engine, password }: Login): string | undefined {
  const length = text(password)?.length ?? madePassword(password)?.length;
  const longest = LONGEST_PASSWORD.find(([engines]) => engines.test(engine))?.[1] ?? Number.POSITIVE_INFINITY;
  if (!length || (length >= 8 && length <= longest)) return undefined;
  const limits = Number.isFinite(longest) ? `8 to ${longest}` : "8 or more";
  return `${length} characters, and ${engine || "RDS"} accepts ${limits}`;
}

function wrongDatabaseName(engine: string, name: string): string | undefined {
  if (name === "") return undefined;
  if (engine.startsWith("sqlserver")) return "and SQL Server accepts none";
  if (!/^(?:mysql|mariadb|postgres|aurora)/.test(engine)) return undefined;
  return misspelling(name, /[^A-Za-z0-9_]/, /postgres/.test(engine) ? 63 : 64);
}

function isReserved(engine: string, name: string): boolean {
  return /^rdsadmin$/i.test(name) || (/postgres/.test(engine) && /^admin$/i.test(name));
}

function wrongUserName(engine: string, name: string): string | undefined {
  if (name === "") return undefined;
  if (/postgres/.test(engine)) return misspelling(name, undefined, 63);
  return /^(?:mysql|mariadb|aurora-mysql|aurora)$/.test(engine) ? misspelling(name, /[^A-Za-z0-9_]/, 32) : undefined;
}

function misspelling(name: string, refused: RegExp | undefined, longest: number): string | undefined {
  if (!/^[A-Za-z_]/.test(name)) return "which does not begin with a letter";
  const character = refused?.exec(name)?.[0];
  if (character !== undefined) return `which has ${character} in it`;
  return name.length > longest ? `which is longer than ${longest} characters` : undefined;
}
