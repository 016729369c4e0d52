import { type Session, withDeployment } from "../operate/session.ts";
import { inspectServices } from "../operate/status.ts";
import { statusText, upkeepText } from "../operate/status-report.ts";
import { inspectUpkeep } from "../operate/upkeep.ts";
import { environmentNamed, newCommand, ofEnvironment, verb } from "./command.ts";

const command = ofEnvironment(newCommand("status", ["status staging"])).description(
  "Shows tasks, versions, the last deployment, the load balancer's targets, and why tasks stopped; " +
    "the database's disk and next password rotation, the certificate, and alarms. Exit code 1 if fewer tasks run than desired, " +
    "a deployment failed or was rolled back, a target is unhealthy, maintenance mode or an alarm is on, or disk space or the certificate runs out.",
);

export default verb(command, async () => {
  const { environment: name } = command.opts<{ environment: string }>();
  const [services, upkeep] = await withDeployment(await environmentNamed(name), (session: Session) =>
    Promise.all([inspectServices(session), inspectUpkeep(session)]),
  );
  console.log(upkeepText(upkeep));
  console.log(`\n${statusText(name, services, upkeep)}`);
  if (services.some(({ problems }) => problems.length > 0) || upkeep.some(({ state }) => state === "bad"))
    process.exitCode = 1;
});
