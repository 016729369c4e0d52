import type { DeployedTargetGroup } from "./configuration.ts";
import { openServerSettings, serverSettings } from "./haproxy.ts";
import { type GroupTarget, openServerName, serverAddress, serverName } from "./names.ts";
import type { HaproxyProcess } from "./process.ts";

// Targets of a running haproxy. Each is a server twice: once with health checks, once for when the group fails open.

/** Makes the servers, which do nothing yet. @throws Error with haproxy's words */
export async function addServer(
  process: HaproxyProcess,
  group: DeployedTargetGroup,
  target: GroupTarget,
): Promise<void> {
  const address = serverAddress(target);
  for (const server of [
    `${serverName(target)} ${address} weight 0 ${serverSettings(group)}`,
    `${openServerName(target)} ${address} ${openServerSettings(group)}`,
  ]) {
    const answer = await process.command(`add server ${server}`);
    if (!/registered|already exists/i.test(answer))
      throw new Error(`haproxy does not take the target ${address}: ${answer}`);
  }
  await process.command(`enable health ${serverName(target)}`);
}

/** Begins to check its health. With a weight of 0 it gets no request until it has passed. */
export async function enableServer(process: HaproxyProcess, target: GroupTarget): Promise<void> {
  await process.command(`set server ${serverName(target)} weight 0`);
  await process.command(`set server ${serverName(target)} state ready`);
  // From here it takes as many failures as the group's threshold says to be unhealthy.
  await process.command(`set server ${serverName(target)} health up`);
  await process.command(`set server ${openServerName(target)} state ready`);
}

/** No further requests; those in hand may end. */
export async function drainServer(process: HaproxyProcess, target: GroupTarget): Promise<void> {
  for (const name of [serverName(target), openServerName(target)])
    await process.command(`set server ${name} state maint`);
}

/** Ends what requests it still has, and removes it. @returns whether it has gone; haproxy may need a moment */
export async function deleteServer(process: HaproxyProcess, target: GroupTarget): Promise<boolean> {
  let gone = true;
  for (const name of [serverName(target), openServerName(target)]) {
    await process.command(`shutdown sessions server ${name}`);
    const answer = await process.command(`del server ${name}`);
    gone &&= /deleted|no such server/i.test(answer);
  }
  return gone;
}
