#!/bin/sh
# What the official image's entry point does: before nginx, runs /docker-entrypoint.d/*.sh and reads *.envsh, by name.
set -e
if [ "$1" = nginx ]; then
  for file in $(find /docker-entrypoint.d/ -follow -type f | sort -V); do
    [ -x "$file" ] || continue
    case "$file" in
      *.envsh) . "$file" ;;
      *.sh) "$file" ;;
    esac
  done
fi
exec "$@"
