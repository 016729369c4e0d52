import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  DescribeServicesCommand,
  DescribeTasksCommand,
  ExecuteCommandCommand,
  ListServicesCommand,
  ListTasksCommand,
  type Service,
  type Task,
} from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import { putExecutable, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import { consoleCommand, findPlace, findPlugin, openSession } from "../../../tools/operate/console.ts";
import { service, session, taskArn } from "./deployed.ts";

const TOKEN = "AAEAAV7T0kenOfASession";

function asked(changes: Partial<Service>, tasks: readonly Task[] = []) {
  const one = session();
  mockClient(one.clients.ecs)
    .on(ListServicesCommand)
    .resolves({ serviceArns: ["app"] })
    .on(DescribeServicesCommand)
    .resolves({ services: [service(changes)] })
    .on(ListTasksCommand)
    .resolves({ taskArns: tasks.map(({ taskArn }) => taskArn ?? "") })
    .on(DescribeTasksCommand)
    .resolves({ tasks: [...tasks] })
    .on(ExecuteCommandCommand)
    .resolves({ session: { sessionId: "ecs-execute-command-1", streamUrl: "wss://stream", tokenValue: TOKEN } });
  return one;
}

/** Source: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedAgent.html */
function task(id: string, lastStatus?: string, reason?: string): Task {
  const managedAgents = lastStatus ? [{ name: "ExecuteCommandAgent" as const, lastStatus, reason }] : undefined;
  return {
    taskArn: taskArn(id),
    lastStatus: "RUNNING",
    containers: [{ name: "app", runtimeId: `${id}-1`, managedAgents }],
  };
}

describe("a container for a session", () => {
  it("is one in which the agent runs", async () => {
    const place = await findPlace(asked({}, [task("new", "PENDING"), task("old", "RUNNING")]), "app");
    expect(place).toEqual({ cluster: "operation-app", taskArn: taskArn("old"), container: "app", runtimeId: "old-1" });
  });

  it.each<[string, Partial<Service>, Task[], string]>([
    ["ECS Exec is off", { enableExecuteCommand: false }, [], "Write exec: true in ecs of environments/production.ts"],
    ["no task runs", {}, [], "bin/infra status --environment production"],
    ["tasks are older than the setting", {}, [task("a")], "were started before ECS Exec was switched on"],
    ["the agent has failed", {}, [task("a", "STOPPED", "no path")], "(STOPPED: no path)"],
  ])("is not there where %s, and it is said what to do", async (_, changes, tasks, message) => {
    await expect(findPlace(asked(changes, tasks), "app")).rejects.toThrow(message);
  });
});

/** A plugin that writes down what it was given. */
function fakePlugin(version: string) {
  const directory = temporaryDirectory();
  const record = join(directory, "record");
  const script = `#!/bin/sh
[ "$1" = --version ] && echo ${version} && exit
printf '%s\\n' "$@" > ${record}
echo "$AWS_SSM_START_SESSION_RESPONSE" >> ${record}
exit 7
`;
  const file = putExecutable(join(directory, "session-manager-plugin"), script);
  return { file, record, env: { PATH: `${directory}:/usr/bin:/bin` } };
}

describe("the command of a console", () => {
  it("is a Rails console, which behind a pipe asks a terminal nothing", () => {
    expect(consoleCommand([], true)).toBe("bundle exec rails console");
    expect(consoleCommand([], false)).toBe("env TERM=dumb bundle exec rails console");
  });

  it("is another one as it is written", () => {
    expect(consoleCommand(["bin/rails", "about"], false)).toBe("bin/rails about");
  });
});

describe("the Session Manager plugin", () => {
  it("is found on the PATH", () => {
    const { file, env } = fakePlugin("1.2.650.0");
    expect(findPlugin(env)).toBe(file);
  });

  it("that is missing is named, with where to get it", () => {
    expect(() => findPlugin({ PATH: "" })).toThrow(/session-manager-plugin, .+Install it: https:\/\/docs\.aws/);
  });

  it.each(["1.2.497.0", "1.2.30.0", "1.1.999.0", "nonsense"])(
    "%s would show the session's key, and is refused",
    (version) => {
      expect(() => findPlugin(fakePlugin(version).env)).toThrow("on its command line");
    },
  );

  it("gets the session in the order of the AWS CLI, its key in the environment, and its exit code is passed on", async () => {
    const { file, record } = fakePlugin("1.2.650.0");
    const one = asked({}, [task("0123", "RUNNING")]);
    const exitCode = await openSession(one, await findPlace(one, "app"), "rails console", file);
    expect(exitCode).toBe(7);
    const [name, region, operation, _profile, target, endpoint, response = ""] = readFileSync(record, "utf8").split(
      "\n",
    );
    expect([name, region, operation]).toEqual(["AWS_SSM_START_SESSION_RESPONSE", "ap-northeast-1", "StartSession"]);
    expect(target).toBe('{"Target":"ecs:operation-app_0123_0123-1"}');
    expect(endpoint).toBe("https://ecs.ap-northeast-1.amazonaws.com/");
    expect(JSON.parse(response)).toEqual({
      SessionId: "ecs-execute-command-1",
      StreamUrl: "wss://stream",
      TokenValue: TOKEN,
    });
    expect(process.env).not.toHaveProperty("AWS_SSM_START_SESSION_RESPONSE");
  });
});
