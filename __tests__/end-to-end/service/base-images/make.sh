#!/usr/bin/env bash
# Makes the base images that the service's tests need, with Podman, from Debian's packages alone and under the names that
# Dockerfiles and the local run use, on a machine that can't pull them. One folder an image. What is there already stays, unless its
# folder is another one now.
#   make.sh [--again]   --again: makes all anew
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export CONTAINERS_CONF=${CONTAINERS_CONF:-$here/containers.conf}

# What a Dockerfile names as its base: the default of its argument.
argument() { sed -n "s/^ARG $2=//p" "$root/$1"; }

debian=docker.io/library/debian:trixie-slim
ruby=docker.io/library/ruby:$(argument examples/rails-app/Dockerfile RUBY_VERSION)
nginx=docker.io/$(argument images/nginx/Dockerfile NGINX_IMAGE)
mysql=docker.io/library/mysql:8.4
valkey=docker.io/valkey/valkey:8
registry=docker.io/library/registry:3

# What a folder has, as a hash; of an image that is made of none, nothing.
contents() { (cd "$here/${1:-}" && [ -n "${1:-}" ] && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16) || true; }
made_of() { podman image inspect -f '{{index .Labels "made-of"}}' "$1" 2>/dev/null; }

# image NAME COMMAND [FOLDER]: makes an image unless it is there, and says in one line what it took. Its log is shown if it fails.
image() {
  local name=$1 start=$SECONDS log="$work/${1//[\/:]/_}.log"
  shift
  if [ "${again:-}" != yes ] && podman image exists "$name" && [ "$(made_of "$name")" = "$(contents "${2:-}")" ]; then
    echo "$name is there"
  elif "$@" "$name" >"$log" 2>&1; then
    echo "$name made in $((SECONDS - start)) s ($(($(podman image inspect -f '{{.Size}}' "$name") / 1000000)) MB)"
  else
    tail -40 "$log" >&2
    echo "$name could not be made" >&2
    return 1
  fi
}

from_folder() { podman build --network host --label made-of="$(contents "$1")" -t "$2" "${3:-$here/$1}"; }

# Of the version that Debian's Rails has.
ruby_with_rails() {
  cp -r "$here/$1" "$work/$1"
  (cd "$work" && npm pack --silent @rails/activestorage@7.2.202 && tar xzf rails-activestorage-*.tgz -C "$1" --strip-components=4 package/app/assets/javascripts/activestorage.js)
  from_folder "$1" "$2" "$work/$1"
}

# apt and dpkg of the image keep its size, and the time of all that are built upon it, small.
from_debian() {
  mmdebstrap --mode=root --variant=minbase --include=ca-certificates \
    --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' --aptopt='Acquire::Languages "none"' \
    --aptopt='APT::Install-Recommends "false"' trixie "$work/debian.tar" "$mirror"
  podman import --change 'CMD ["bash"]' --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    "$work/debian.tar" "$1"
  rm "$work/debian.tar"
}

[ "${1:-}" = --again ] && again=yes
image "$debian" from_debian
# Two at a time: unpacking takes one core each. MySQL takes as long as the others together.
image "$mysql" from_folder mysql &
image "$ruby-slim" ruby_with_rails ruby
podman tag "$ruby-slim" "$ruby"
image "$nginx" from_folder nginx
image "$valkey" from_folder valkey
image "$registry" from_folder registry
wait $!
