#!/bin/sh
# What the official image's entry point does: starts the server with the container's arguments, as its own user. The
# official server is built without protected mode.
set -e
case "$1" in
  -* | *.conf) set -- valkey-server "$@" ;;
esac
[ "$1" = valkey-server ] || exec "$@"
[ "$(id -u)" = 0 ] || exec "$@" --protected-mode no
find . ! -user valkey -exec chown valkey:valkey {} +
exec setpriv --reuid=valkey --regid=valkey --clear-groups "$@" --protected-mode no
