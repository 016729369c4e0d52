#!/usr/bin/env bash
# What the official image's entry point does: initialises an empty /var/lib/mysql with MYSQL_ROOT_PASSWORD (required),
# MYSQL_ROOT_HOST, MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD and /docker-entrypoint-initdb.d/*.sql, then starts mysqld
# with the arguments of the container. Leaves out: *.sh, compressed files, other ways to set root's password.
set -euo pipefail
socket=/var/run/mysqld/mysqld.sock

[ "${1:0:1}" = - ] && set -- mysqld "$@"
[ "$1" = mysqld ] || exec "$@"
if [ "$(id -u)" = 0 ]; then
  chown mysql:mysql /var/lib/mysql
  exec setpriv --reuid=mysql --regid=mysql --clear-groups "$0" "$@"
fi
set -- "$@" --datadir=/var/lib/mysql --socket="$socket"

# In single quotes, with what ends them or stands for something else escaped.
quoted() { printf "'%s'" "$(printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g")"; }

initial_statements() {
  local root
  root=$(quoted "$MYSQL_ROOT_PASSWORD")
  if [ -n "${MYSQL_DATABASE:-}" ]; then echo "CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;"; fi
  if [ -n "${MYSQL_USER:-}" ]; then
    echo "CREATE USER $(quoted "$MYSQL_USER")@'%' IDENTIFIED BY $(quoted "$MYSQL_PASSWORD");"
    if [ -n "${MYSQL_DATABASE:-}" ]; then
      echo "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO $(quoted "$MYSQL_USER")@'%';"
    fi
  fi
  if [ -n "${MYSQL_DATABASE:-}" ]; then echo "USE \`$MYSQL_DATABASE\`;"; fi
  cat /docker-entrypoint-initdb.d/*.sql 2>/dev/null || true
  echo "CREATE USER root@$(quoted "${MYSQL_ROOT_HOST:-%}") IDENTIFIED BY $root;"
  echo "GRANT ALL ON *.* TO root@$(quoted "${MYSQL_ROOT_HOST:-%}") WITH GRANT OPTION;"
  echo "ALTER USER root@localhost IDENTIFIED BY $root;"
}

if [ ! -d /var/lib/mysql/mysql ]; then
  : "${MYSQL_ROOT_PASSWORD:?is required to initialise /var/lib/mysql}"
  mysqld --initialize-insecure --datadir=/var/lib/mysql
  "$@" --skip-networking &
  until mysqladmin --socket="$socket" --user=root ping >/dev/null 2>&1; do
    kill -0 $! || exit 1
    sleep 0.2
  done
  initial_statements | mysql --socket="$socket" --user=root
  kill $! && wait $!
fi
exec "$@"
