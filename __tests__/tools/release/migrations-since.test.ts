import { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { mockClient } from "aws-sdk-client-mock";
import { expect, it } from "vitest";
import { migrationsSince } from "../../../tools/release/migrations-since.ts";
import { session, taskDefinition } from "../operate/deployed.ts";

/** Lines as `ActiveRecord::Migration#announce` writes them: activerecord/lib/active_record/migration.rb of Rails. */
const LINES = [
  "== 20261124093000 CreateUsers: migrating ======================================",
  "-- create_table(:users)",
  "   -> 0.0123s",
  "== 20261124093000 CreateUsers: migrated (0.0124s) =============================",
  "",
  "== 20261124100000 AddNameToUsers: migrating ===================================",
  "== 20261124100000 AddNameToUsers: migrated (0.0031s) ==========================",
];

it("the migrations that have run since are those whose end is in the log", async () => {
  const asked = session();
  mockClient(asked.clients.ecs)
    .on(DescribeTaskDefinitionCommand)
    .resolves({ taskDefinition: taskDefinition("task-operation-app-migrate", "migrate") });
  const logs = mockClient(asked.clients.logs);
  const events = LINES.map((message, index) => ({ message, timestamp: index, eventId: String(index) }));
  logs.on(FilterLogEventsCommand).resolves({ events });
  const since = new Date("2026-11-24T09:00:00Z");
  expect(await migrationsSince(asked, since)).toEqual([
    "20261124093000 CreateUsers: migrated",
    "20261124100000 AddNameToUsers: migrated",
  ]);
  expect(logs.commandCalls(FilterLogEventsCommand)[0]?.args[0].input).toMatchObject({
    logGroupName: "/ecs/operation-app/migrate",
    startTime: since.getTime(),
  });
});
