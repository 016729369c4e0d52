#!/bin/sh
# What the official image's script of this name does: fills in /etc/nginx/templates/*.template from the environment.
set -e
output=${NGINX_ENVSUBST_OUTPUT_DIR:-/etc/nginx/conf.d}
variables=$(env | cut -d= -f1 | grep -E "${NGINX_ENVSUBST_FILTER:-}" | sed 's/.*/${&}/' | tr '\n' ' ')
for template in /etc/nginx/templates/*.template; do
  [ -f "$template" ] || continue
  envsubst "$variables" <"$template" >"$output/$(basename "$template" .template)"
done
