import {
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-logs";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import {
  followLogs,
  harmless,
  type LogLine,
  logSources,
  parseDuration,
  readLogs,
} from "../../../tools/operate/logs.ts";
import { answerWithOneService, session } from "./deployed.ts";

const SOURCES = [
  { name: "app", group: "/ecs/operation-app/app" },
  { name: "nginx", group: "/ecs/operation-app/nginx" },
];

const event = (timestamp: number, message: string) => ({ eventId: `${timestamp}-${message}`, timestamp, message });

async function all(lines: AsyncGenerator<LogLine>): Promise<string[]> {
  const found: string[] = [];
  for await (const { source, message } of lines) found.push(`${source} ${message}`);
  return found;
}

describe("logs are read", () => {
  it("from all groups as one, in the order of time, over all pages, empty ones too", async () => {
    const { logs } = session().clients;
    const mock = mockClient(logs);
    const [app, nginx] = SOURCES.map(({ group }) => ({ logGroupName: group }));
    mock
      .on(FilterLogEventsCommand, app)
      .resolves({ events: [event(1, "a"), event(4, "d")], nextToken: "2" })
      .on(FilterLogEventsCommand, { ...app, nextToken: "2" })
      .resolves({ events: [], nextToken: "3" })
      .on(FilterLogEventsCommand, { ...app, nextToken: "3" })
      .resolves({ events: [event(5, "e")] })
      .on(FilterLogEventsCommand, nginx)
      .resolves({ events: [event(2, "b"), event(3, "c"), event(6, "f")] });
    const lines = await all(readLogs(logs, { sources: SOURCES, since: new Date(1), filter: "?a ?b" }));
    expect(lines).toEqual(["app a", "nginx b", "nginx c", "app d", "app e", "nginx f"]);
    expect(mock.call(0).args[0].input).toMatchObject({ startTime: 1, filterPattern: "?a ?b" });
  });

  it("and followed: each line once, those that come late too, until it is ended", async () => {
    const { logs } = session().clients;
    const now = Date.now();
    const first = [event(now - 2_000, "first")];
    const later = [event(now - 3_000, "late"), ...first, event(now, "second")];
    const ending = new AbortController();
    let looks = 0;
    mockClient(logs)
      .on(FilterLogEventsCommand)
      .callsFake(async (input: FilterLogEventsCommandInput) => {
        looks += 1;
        if (looks === 3) ending.abort();
        const events = looks === 1 ? first : later;
        return { events: events.filter(({ timestamp }) => timestamp >= (input.startTime ?? 0)) };
      });
    const query = { sources: SOURCES.slice(0, 1), since: new Date(now - 10_000), signal: ending.signal };
    expect(await all(followLogs(logs, query, 1))).toEqual(["app first", "app late", "app second"]);
  });

  it("and a group that is missing is named", async () => {
    const { logs } = session().clients;
    mockClient(logs)
      .on(FilterLogEventsCommand)
      .rejects(new ResourceNotFoundException({ message: "no", $metadata: {} }));
    await expect(all(readLogs(logs, { sources: SOURCES, since: new Date(0) }))).rejects.toThrow(
      'The log group "/ecs/operation-app/app" does not exist.',
    );
  });

  it("without what a terminal would obey", () => {
    expect(harmless("\u001b[1mGET\u001b[0m\t/\u0007\r\n")).toBe("GET    /\\u0007");
    expect(harmless("a\u202eb")).toBe("a\\u202eb");
  });
});

describe("the log groups", () => {
  function asked() {
    const one = session();
    answerWithOneService(one);
    return one;
  }

  it("are those of the task definitions, the migration's too", async () => {
    expect(await logSources(asked())).toEqual([
      { name: "app", group: "/ecs/operation-app/app" },
      { name: "migrate", group: "/ecs/operation-app/migrate" },
    ]);
  });

  it("can be one; another name is answered with those that there are", async () => {
    expect(await logSources(asked(), ["migrate"])).toEqual([{ name: "migrate", group: "/ecs/operation-app/migrate" }]);
    const both = await logSources(asked(), ["migrate", "app"]);
    expect(both.map(({ name }) => name)).toEqual(["migrate", "app"]);
    await expect(logSources(asked(), ["app", "web"])).rejects.toThrow(
      'There is no service "web". There are: app, migrate.',
    );
  });
});

describe("a duration", () => {
  it.each([
    ["30s", 30_000],
    ["10m", 600_000],
    ["1h", 3_600_000],
    ["7d", 604_800_000],
  ])("%s", (text, ms) => expect(parseDuration(text, "--since")).toBe(ms));
  it.each(["", "1", "h", "1w", "-1h", "1.5h"])('is not "%s"', (text) => {
    expect(() => parseDuration(text, "--since")).toThrow("is not a duration. Write one such as 30s, 10m, 1h or 7d.");
  });
});
