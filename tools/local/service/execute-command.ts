import { randomUUID } from "node:crypto";
import type { ExecuteCommandCommandInput } from "@aws-sdk/client-ecs";
import type { StartSessionCommandInput } from "@aws-sdk/client-ssm";
import type { Gap } from "../emulator/gaps/gap.ts";
import { jsonError, jsonReply } from "../emulator/gaps/replies.ts";
import type { Engine } from "./engine.ts";
import type { LocalFargate } from "./tasks/fargate.ts";

/** Bytes of one connection, from within a task's network. In the background a shell gives a program no input but by name. */
const CONNECT = 'exec 3<>"/dev/tcp/$0/$1" 4<&0; cat <&4 >&3 & exec cat <&3';

/** A session's `TokenValue`, as JSON: the command that it is, in a container by its id. */
export interface SessionToken {
  readonly container: string;
  readonly command: readonly string[];
}

/**
 * Stands in for ECS Exec, and for Session Manager's tunnels: `ExecuteCommand` and `StartSession` give a session, and
 * `plugin/session-manager-plugin`, which stands in for AWS's program of that name, opens it. What is typed goes to a command in the
 * container, and what is sent through a tunnel goes out of the task's network, by the engine's own means: neither AWS's protocol,
 * nor the agent, nor the way to it is tried.
 */
export function sessionCalls(fargate: LocalFargate, { address: StreamUrl }: Engine): Gap[] {
  const newSession = (token: SessionToken) => ({
    SessionId: randomUUID(),
    StreamUrl,
    TokenValue: JSON.stringify(token),
  });
  return [
    {
      service: "ecs",
      action: "ExecuteCommand",
      why: "moto has no tasks that a command could run in",
      standIn: "a session with a command in the task's container",
      async answer({ body }) {
        const input = JSON.parse(body.toString("utf8")) as ExecuteCommandCommandInput;
        const task = fargate.tasks().find(({ arn, id }) => arn === input.task || id === input.task);
        const container = task?.containerNamed(input.container);
        if (!task?.request.enableExecuteCommand || !container)
          return jsonError(
            "InvalidParameterException",
            "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn’t running. Wait and try again or run a new task with execute command enabled and try again.",
          );
        const made = newSession({ container: container.id, command: ["sh", "-c", input.command ?? ""] });
        const { SessionId: sessionId, StreamUrl: streamUrl, TokenValue: tokenValue } = made;
        const { clusterArn } = task.request;
        const session = { sessionId, streamUrl, tokenValue };
        return jsonReply({ clusterArn, taskArn: task.arn, interactive: true, session });
      },
    },
    {
      service: "ssm",
      action: "StartSession",
      why: "moto has no sessions, and no tasks that a tunnel could go through",
      standIn: "a tunnel out of the network of the task",
      async answer({ body }) {
        const { Target = "", DocumentName, Parameters } = JSON.parse(body.toString("utf8")) as StartSessionCommandInput;
        const { host: [host] = [], portNumber: [port] = [] } = Parameters ?? {};
        const task = fargate.tasks().find(({ id }) => Target.split("_")[1] === id);
        const network = task?.request.enableExecuteCommand ? task.network : undefined;
        if (DocumentName !== "AWS-StartPortForwardingSessionToRemoteHost" || !host || !port || !network)
          return jsonError("TargetNotConnected", `${Target} is not connected.`);
        return jsonReply(newSession({ container: network.id, command: ["bash", "-c", CONNECT, host, port] }));
      },
    },
  ];
}
