# A VPC of network namespaces around a NAT instance, as AWS routes it. Sourced by bash in namespaces of its own
# (unshare --mount --net --pid), so that nothing of it outlives the test. Needs root, iproute2 and nftables.
#
#   task      in a private subnet, whose default route leads to the machine's interface
#   machine   has one interface, in a public subnet, and a root directory of its own
#   router    of the VPC; translates the Elastic IP as an internet gateway does
#   internet  has no route to private addresses, but for the attack in `from_internet`
#
# $USER_DATA is the file that the machine runs, $NODE what serves and connects.
set -u
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
ELASTIC_IP=198.51.100.7 MACHINE=192.168.0.10 TASK=192.168.128.20 SERVER=203.0.113.80 PORT=443

link() { # namespace, name of its interface, its address, the router's
  ip link add "$1" type veth peer name "$2"
  ip link set "$1" netns router && ip -n router addr add "$4" dev "$1" && ip -n router link set "$1" up
  ip link set "$2" netns "$1" && ip -n "$1" addr add "$3" dev "$2" && ip -n "$1" link set "$2" up
  ip -n "$1" route add default via "${4%/*}"
}

serve() { # namespace: answers each connection with the address that it comes from
  ip netns exec "$1" "$NODE" -e "
    require('node:net').createServer((s) => s.on('error', () => {}).end(s.remoteAddress)).listen($PORT, '0.0.0.0', () => console.log())" \
    > "/run/$1-serves" 2>&1 &
  until [ -s "/run/$1-serves" ]; do sleep 0.02; done
}

connect() { # namespace, address: prints what the server there saw, or nothing
  ip netns exec "$1" "$NODE" -e "
    const s = require('node:net').connect($PORT, '$2');
    s.setTimeout(400, () => process.exit()).on('error', () => {}).on('data', (d) => console.log(String(d)));" | grep . || echo nothing
}

from_task() { connect task "$SERVER"; }

# As no internet gateway does: sends a packet for the task itself to the machine.
from_internet() { connect internet "$TASK"; }

lay_out() {
  mount -t tmpfs tmpfs /run && mkdir /run/netns
  local name
  for name in router task internet; do ip netns add "$name"; ip -n "$name" link set lo up; done
  link task eth0 "$TASK/20" 192.168.128.1/20
  link internet eth0 "$SERVER/24" 203.0.113.1/24
  ip netns exec router sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
  ip netns exec router nft -f - << END
table ip gateway {
  chain arriving { type nat hook prerouting priority dstnat; iifname internet ip daddr $ELASTIC_IP dnat to $MACHINE; }
  chain leaving { type nat hook postrouting priority srcnat; oifname internet ip saddr $MACHINE snat to $ELASTIC_IP; }
  chain forward { type filter hook forward priority filter; oifname internet ct state new ip saddr != $MACHINE drop; }
}
END
  ip -n router rule add iif task lookup 100
  ip -n router rule add iif internet to "$TASK" lookup 100
  # A rule without its table's route would go on to the next one.
  ip -n router route add unreachable default metric 999 table 100
  serve internet
  serve task
}

# The machine's root directory: this one's, with what can't be had in namespaces replaced.
make_root() {
  local directory name
  directory=$(mktemp -d /run/machine.XXXXXX) && mkdir "$directory"/{upper,work,root}
  ROOT=$directory/root
  mount -t overlay overlay -o "lowerdir=/,upperdir=$directory/upper,workdir=$directory/work" "$ROOT"
  for name in proc sys dev; do mount --rbind "/$name" "$ROOT/$name"; done
  mkdir -p "$ROOT"/{stand-ins,etc/sysconfig,etc/sysctl.d,etc/modules-load.d,etc/systemd/system}
  stand_in fallocate 'truncate -s 1M "$3"' # 1 GB of memory here
  stand_in mkswap
  stand_in swapon # would be this machine's
  stand_in modprobe
  stand_in sleep
  # Its cache is in use the first time.
  stand_in dnf '[ "$(grep -c ^dnf /log)" -gt 1 ] && touch /nftables-is-there'
  # Amazon Linux's nftables.service runs this; it is enabled by a symbolic link.
  stand_in systemctl 'case "$*" in
    "enable --now nftables") [ -e /nftables-is-there ] && touch /nftables-is-enabled && nft -f /etc/sysconfig/nftables.conf ;;
    "enable --now "*) [ -e "/etc/systemd/system/${3}" ] ;;
    esac'
  # The size of the table of connections is the whole machine's, not a namespace's.
  stand_in sysctl '[ "$1" = -p ] || exec /sbin/sysctl "$@"
    [ -e /etc/modules-load.d/nat.conf ] && grep -v nf_conntrack_max "$2" | /sbin/sysctl -q -p -'
  stand_in shutdown
}

stand_in() { # command, what it does
  printf '#!/bin/bash\necho "%s $*" >> /log\n%s\n' "$1" "${2:-}" > "$ROOT/stand-ins/$1"
  chmod 755 "$ROOT/stand-ins/$1"
}

fails() { stand_in "$1" 'exit 1'; }

# Another machine with the same interface.
renew() {
  make_root
  starts
}

starts() { # a kernel that knows nothing, with the interface that stays
  if ip netns list | grep -q '^machine'; then
    ip -n router link del machine
    ip netns del machine
  fi
  ip netns add machine
  ip -n machine link set lo up
  link machine ens5 "$MACHINE/20" 192.168.0.1/20
  ip -n router route add default via "$MACHINE" dev machine table 100
  : > "$ROOT/log"
}

on_machine() { ip netns exec machine chroot "$ROOT" env PATH="/stand-ins:$PATH" "$@"; }

runs_user_data() {
  cp "$USER_DATA" "$ROOT/user-data"
  on_machine bash /user-data > /run/user-data.log 2>&1
}

# What systemd does at each start: systemd-sysctl, and what is enabled.
restarts() {
  starts
  on_machine sysctl -p /etc/sysctl.d/90-nat.conf
  if [ -e "$ROOT/nftables-is-enabled" ]; then on_machine nft -f /etc/sysconfig/nftables.conf; fi
}

is_shut_down() { if grep -q '^shutdown -h now' "$ROOT/log"; then echo yes; else echo no; fi; }

lay_out
renew
