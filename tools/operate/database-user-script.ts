import type { CopyChanges } from "./task-copy.ts";

/** Variables that the scripts read. */
export const USERNAME = "DATABASE_APP_USERNAME";
export const PASSWORD = "DATABASE_APP_PASSWORD";

/** The user that the scripts are about. */
export type MadeUser = Required<Pick<CopyChanges, "environment" | "secrets">>;

/**
 * What Rails does with its own tables. Tables are made, changed, emptied (`TRUNCATE`) and dropped by migrations.
 * Source: https://dev.mysql.com/doc/refman/8.4/en/privileges-provided.html
 */
const GRANTED = "SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, SHOW VIEW";

/**
 * By Rails's own connection, as the master. Not by ActiveRecord's `execute`: what that runs is logged, and told to whoever measures.
 */
const CONNECT = `
base = ActiveRecord::Base
master = base.connection_db_config.configuration_hash
name, password = ENV.fetch("${USERNAME}"), ENV.fetch("${PASSWORD}")
quote = ->(text) { base.connection.quote(text) }
run = ->(sql) { base.connection.raw_connection.query(sql) }
user = "#{quote.(name)}@'%'"
identified = "IDENTIFIED BY #{quote.(password)}"
class DatabaseUserLogin < ActiveRecord::Base
  self.abstract_class = true
end
known = lambda do
  DatabaseUserLogin.establish_connection(**master, username: name, password: password)
  DatabaseUserLogin.connection.select_value("SELECT CURRENT_USER()")
rescue ActiveRecord::ActiveRecordError => error
  # Access denied, in the words of mysql2 and of trilogy. Anything else does not say that the password is unknown.
  raise unless [error.cause.try(:error_number), error.cause.try(:error_code)].include?(1045)
ensure
  DatabaseUserLogin.remove_connection
end
# Of two that give it the same password at once, the second would take the one in use away. MySQL gives it back with the connection.
base.connection.select_value("SELECT GET_LOCK('bin/infra db user', 60)") == 1 ||
  abort("Another task has been at the users of the database for a minute. Run it again.")
`;

/**
 * A password that MySQL does not know becomes valid beside the one that it knows. In `GRANT`, \`_\` and \`%\` stand for other characters unless
 * partial revokes are on. Source: https://dev.mysql.com/doc/refman/8.4/en/password-management.html#dual-passwords
 */
export const MAKE_USER = `${CONNECT}
schema = base.connection.current_database
literal = base.connection.select_value("SELECT @@partial_revokes") == 1 ? schema : schema.gsub(/[_%]/) { |one| "\\\\#{one}" }
run.("CREATE USER IF NOT EXISTS #{user} #{identified} REQUIRE SSL")
run.("GRANT ${GRANTED} ON \`#{literal}\`.* TO #{user}")
run.("ALTER USER #{user} #{identified} RETAIN CURRENT PASSWORD") unless known.()
puts("MySQL knows #{known.() || abort("MySQL does not let #{name} in.")}, who reads and writes rows in #{schema}.")
`;

/** Only where it is not the one that is in use. */
export const DISCARD_OLD_PASSWORD = `${CONNECT}
abort("MySQL does not let #{name} in.") unless known.()
run.("ALTER USER #{user} DISCARD OLD PASSWORD")
abort("The password in use was the old one.") unless known.()
puts("MySQL knows #{known.()} by one password.")
`;
