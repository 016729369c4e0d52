import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findOnPath } from "../../tools/lib/process/executables.ts";
import { synthesize } from "../support/synthesize.ts";
import { endToEnd } from "./requirement.ts";

const VPC = fileURLToPath(new URL("./nat-instance/vpc.sh", import.meta.url));
const NEEDED = ["unshare", "ip", "nft", "sysctl", "chroot"];
const NAMESPACES = ["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"];

/** @throws Error that says what this machine lacks. */
async function checkNamespaces(): Promise<void> {
  const missing = NEEDED.filter((name) => !findOnPath(name, { PATH: `${process.env.PATH}:/usr/sbin:/sbin` }));
  if (missing.length > 0)
    throw new Error(`For a NAT instance, this machine lacks ${missing.join(", ")}: apt-get install iproute2 nftables`);
  const { failed } = await execa("unshare", [...NAMESPACES, "true"], { reject: false });
  if (failed) throw new Error("A NAT instance runs in network namespaces, which need root: sudo npm test");
}

/** What the user data of the synthesized launch template does with packets. */
describe.runIf(await endToEnd(checkNamespaces))("a NAT instance, by its user data, in network namespaces", () => {
  let directory: string;
  let userData: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "nat-instance-"));
    userData = join(directory, "user-data");
    const template = synthesize({ network: { nat: "instance", interfaceEndpoints: "none" } }).resource(
      "aws_launch_template.network_nat_instance_template",
    );
    writeFileSync(userData, Buffer.from(template.user_data, "base64"));
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  /** Runs lines of bash beside the VPC of `vpc.sh`, and returns the lines that they print. */
  async function observe(script: string): Promise<string[]> {
    const { stdout } = await execa("unshare", [...NAMESPACES, "bash", "-c", `. '${VPC}'\n${script}`], {
      env: { USER_DATA: userData, NODE: process.execPath },
      stderr: "inherit",
    });
    return stdout.split("\n");
  }

  it("lets out what begins in a private subnet, under its own address, and nothing in", async () => {
    expect(
      await observe(`
        from_task
        runs_user_data; echo $?
        from_task
        from_internet
        is_shut_down`),
    ).toEqual(["nothing", "0", "198.51.100.7", "nothing", "no"]);
  });

  it("does so after a restart, and where the user data runs again", async () => {
    expect(
      await observe(`
        runs_user_data
        restarts; from_task; from_internet
        runs_user_data; echo $?; from_task
        on_machine nft list chain ip nat postrouting | grep -c masquerade
        is_shut_down`),
    ).toEqual(["198.51.100.7", "nothing", "0", "198.51.100.7", "1", "no"]);
  });

  it.each([
    [
      "shuts down, to be replaced, where what it needs fails",
      ["modprobe", "sysctl", "dnf", "nft", "systemctl"],
      "nothing",
      "yes",
    ],
    ["does without swap", ["swapon"], "198.51.100.7", "no"],
  ])("%s", async (_, names, seen, isShutDown) => {
    const script = `for name in ${names.join(" ")}; do
      renew; fails $name; runs_user_data
      echo "$name $(from_task) $(is_shut_down)"
    done`;
    expect(await observe(script)).toEqual(names.map((name) => `${name} ${seen} ${isShutDown}`));
  });

  it("shuts down within a minute of no longer forwarding or translating", async () => {
    expect(
      await observe(`
        runs_user_data; on_machine /usr/local/sbin/nat-check; is_shut_down
        on_machine nft flush ruleset; on_machine /usr/local/sbin/nat-check 2> /run/error; is_shut_down
        restarts; on_machine /usr/local/sbin/nat-check; is_shut_down
        on_machine sysctl -qw net.ipv4.ip_forward=0; on_machine /usr/local/sbin/nat-check; is_shut_down
        grep -h ExecStart $ROOT/etc/systemd/system/nat-check.service`),
    ).toEqual(["no", "yes", "no", "yes", "ExecStart=/usr/local/sbin/nat-check"]);
  });
});
