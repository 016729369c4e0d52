import { StartSessionCommand } from "@aws-sdk/client-ssm";
import { UserError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { type Place, pluginArguments, targetOf } from "./console.ts";
import type { Session } from "./session.ts";

/** What a tunnel leads to, as it is called in the VPC. */
export interface Remote {
  readonly host: string;
  readonly port: number;
}

/** A port of this machine that leads to a host in the VPC. */
export interface Tunnel {
  readonly port: number;
  /** Ended, for what it says. */
  readonly ended: Promise<string>;
  close(): Promise<void>;
}

/** Forwards a port through a container to a host that it reaches. */
const DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost";
/** What the plugin says once the port is open. */
const IS_OPEN = "Waiting for connections";

/**
 * Opens a tunnel by Session Manager through a running container of the app's: there is no other machine in between, and no port of the
 * VPC is opened. The plugin gets the session in its environment, since its key opens it.
 *
 * Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-sessions-start.html
 *
 * @param localPort of this machine's loopback
 * @param plugin AWS's session-manager-plugin
 * @throws UserError where the plugin ends before the port is open
 */
export async function openTunnel(
  { clients: { ssm } }: Session,
  place: Place,
  { host, port }: Remote,
  localPort: number,
  plugin: string,
): Promise<Tunnel> {
  const wanted = {
    Target: targetOf(place),
    DocumentName: DOCUMENT,
    Parameters: { host: [host], portNumber: [String(port)], localPortNumber: [String(localPort)] },
  };
  const { SessionId, StreamUrl, TokenValue } = await ssm.send(new StartSessionCommand(wanted));
  const region = await ssm.config.region();
  const endpoint = ssm.config.endpointProvider({ Region: region }).url.href;
  const { args, env } = pluginArguments({ SessionId, StreamUrl, TokenValue }, { region, wanted, endpoint });
  // A group of its own: Ctrl-C is for what uses the tunnel.
  const running = execa(plugin, args, { env, stdin: "ignore", all: true, reject: false, detached: true });
  const ended = running.then(({ all }) => all.trim());
  const isOpen = new Promise<true>((resolve) => {
    let said = "";
    running.all.on("data", (chunk) => {
      said += chunk;
      if (said.includes(IS_OPEN)) resolve(true);
    });
  });
  const opened = await Promise.race([isOpen, ended]);
  if (opened !== true)
    throw new UserError(`No tunnel was opened. The session-manager-plugin says:\n${opened || "(nothing)"}`);
  return {
    port: localPort,
    ended,
    async close() {
      running.kill("SIGTERM");
      await ended;
    },
  };
}
