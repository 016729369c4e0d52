/** As the master: holds what the script of a user waits for until one does, and prints what the user is allowed. */
export const HOLD_LOCK = [
  "c = User.connection",
  'c.select_value("SELECT GET_LOCK(\\"bin/infra db user\\", 0)") == 1 || abort("taken")',
  'puts c.select_value("SELECT ssl_type FROM mysql.user WHERE user = \\"rails\\""), c.select_values("SHOW GRANTS FOR rails")',
  'puts "held"; $stdout.flush',
  'sleep 0.2 until c.uncached { c.select_all("SHOW PROCESSLIST") }.any? { |one| one["State"] == "User lock" }',
  'puts "waited for"',
].join("; ");

/** A connection of its own with the login that a task was started with. */
export const LOGIN = `ruby -rmysql2 -e 'puts Mysql2::Client.new(host: ENV["DATABASE_HOST"], username: ENV["DATABASE_USERNAME"], password: ENV["DATABASE_PASSWORD"], ssl_mode: :required).query("SELECT CURRENT_USER() AS u").first["u"]'`;
