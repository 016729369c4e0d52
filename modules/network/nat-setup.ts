import type { Ipv4Cidr } from "./ipv4.ts";

/**
 * What a NAT instance runs as root when it starts for the first time (user data, bash). After a restart, systemd reads the
 * files that this leaves. It forwards connections that begin in the VPC and leave it, answers to them, and nothing else.
 *
 * What translates packets has to succeed, or the instance shuts down, which terminates it, and Auto Scaling starts another;
 * the same check then runs each minute (by default, systemd's timers may be a minute late). Swap only helps: dnf needs more than the
 * 512 MB of the smallest type. Amazon Linux has no nftables on its image, and dnf may find its cache in use while the machine starts, so
 * it tries again.
 *
 * With 512 MB, the kernel follows 4,000 connections and drops the packets of others; 65,536 take 20 MB. Its module has to be loaded
 * before sysctl, or the setting is lost at a restart.
 * Source: https://www.kernel.org/doc/html/latest/networking/nf_conntrack-sysctl.html
 */
export function natSetup(vpc: Ipv4Cidr): string {
  return `#!/bin/bash
fallocate -l 1G /swapfile && chmod 600 /swapfile && mkswap /swapfile && swapon /swapfile &&
  echo '/swapfile none swap defaults 0 0' >> /etc/fstab
systemctl disable --now sshd

set -e
trap '[ $? = 0 ] || shutdown -h now' EXIT
echo nf_conntrack > /etc/modules-load.d/nat.conf
modprobe nf_conntrack
cat > /etc/sysctl.d/90-nat.conf <<'END'
net.ipv4.ip_forward = 1
net.netfilter.nf_conntrack_max = 65536
END
sysctl -p /etc/sysctl.d/90-nat.conf
for attempt in $(seq 20); do
  dnf -y install nftables && break
  sleep 10
done
cat > /etc/sysconfig/nftables.conf <<'END'
flush ruleset
table ip nat {
  chain forward {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    ip saddr ${vpc} ip daddr != ${vpc} accept
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${vpc} masquerade
  }
}
END
cat > /usr/local/sbin/nat-check <<'END'
#!/bin/bash
for attempt in 1 2 3; do
  [ "$(sysctl -n net.ipv4.ip_forward)" = 1 ] && nft list chain ip nat postrouting | grep -q masquerade && exit
  sleep 2
done
shutdown -h now
END
chmod 755 /usr/local/sbin/nat-check
cat > /etc/systemd/system/nat-check.service <<'END'
[Service]
Type=oneshot
ExecStart=/usr/local/sbin/nat-check
END
cat > /etc/systemd/system/nat-check.timer <<'END'
[Timer]
OnBootSec=10min
OnUnitActiveSec=1min
AccuracySec=1s
[Install]
WantedBy=timers.target
END
systemctl enable --now nftables
nft list chain ip nat postrouting
systemctl enable --now nat-check.timer
`;
}
