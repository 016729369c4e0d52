import { StartSessionCommand } from "@aws-sdk/client-ssm";
import { UserError } from "@operation-app/preflight/input";
import { execa } from "execa";
import { onInterruption } from "../lib/process/interruptions.ts";
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
  // A group of its own: Ctrl-C is for what uses the tunnel. It would outlive this process: nothing that ends that leaves a way to the database.
  const running = execa(plugin, args, { env, stdin: "ignore", all: true, reject: false, detached: true });
  let opened = false;
  let wasInterrupted = false;
  const unwatch = onInterruption((signal) => {
    if (signal === "SIGINT" && opened) return;
    wasInterrupted = true;
    running.kill("SIGTERM");
  });
  const ended = running.then(({ all }) => all.trim()).finally(unwatch);
  const isOpen = new Promise<true>((resolve) => {
    let said = "";
    running.all.on("data", (chunk) => {
      said += chunk;
      if (said.includes(IS_OPEN)) resolve(true);
    });
  });
  const said = await Promise.race([isOpen, ended]);
  if (said !== true)
    throw new UserError(
      wasInterrupted
        ? "Interrupted. No tunnel was opened."
        : `No tunnel was opened. The session-manager-plugin says:\n${said || "(nothing)"}`,
    );
  opened = true;
  return {
    port: localPort,
    ended,
    async close() {
      running.kill("SIGTERM");
      await ended;
    },
  };
}
