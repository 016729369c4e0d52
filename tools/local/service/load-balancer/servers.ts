import type { DeployedTargetGroup } from "./configuration.ts";
import { openServerSettings, serverSettings } from "./haproxy.ts";
import { type GroupTarget, openServerName, serverAddress, serverName } from "./names.ts";
import type { HaproxyProcess } from "./process.ts";

// Targets of a running haproxy. Each is a server twice: once with health checks, once for when the group fails open.

/** Makes the servers, which do nothing yet. @throws Error with haproxy's words */
export async function addServer(
  haproxy: HaproxyProcess,
  target: GroupTarget,
  group: DeployedTargetGroup,
): Promise<void> {
  const name = serverName(target);
  const address = serverAddress(target);
  for (const server of [
    `${name} ${address} weight 0 ${serverSettings(group)}`,
    `${openServerName(name)} ${address} ${openServerSettings(group)}`,
  ]) {
    const answer = await haproxy.command(`add server ${server}`);
    if (!/registered|already exists/i.test(answer)) throw new Error(`haproxy does not take the target: ${answer}`);
  }
  await haproxy.command(`enable health ${name}`);
}

/** Begins to check its health. With a weight of 0 it gets no request until it has passed. */
export async function enableServer(haproxy: HaproxyProcess, name: string): Promise<void> {
  await haproxy.command(`set server ${name} weight 0`);
  await haproxy.command(`set server ${name} state ready`);
  // From here it takes as many failures as the group's threshold says to be unhealthy.
  await haproxy.command(`set server ${name} health up`);
  await haproxy.command(`set server ${openServerName(name)} state ready`);
}

/** No further requests; those in hand may end. */
export async function drainServer(haproxy: HaproxyProcess, name: string): Promise<void> {
  for (const server of [name, openServerName(name)]) await haproxy.command(`set server ${server} state maint`);
}

/** Ends what requests it still has, and removes it. Where haproxy needs a moment, it is there still. */
export async function deleteServer(haproxy: HaproxyProcess, name: string): Promise<void> {
  await drainServer(haproxy, name);
  for (const server of [openServerName(name), name]) {
    await haproxy.command(`shutdown sessions server ${server}`);
    await haproxy.command(`del server ${server}`);
  }
}
