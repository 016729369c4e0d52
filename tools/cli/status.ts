import { withDeployment } from "../operate/session.ts";
import { inspectServices } from "../operate/status.ts";
import { statusText } from "../operate/status-report.ts";
import { environmentNamed, newCommand, ofEnvironment, verb } from "./command.ts";

const command = ofEnvironment(newCommand("status", ["status staging"])).description(
  "Shows what runs: tasks, versions, the last deployment, the load balancer's targets, and why tasks have stopped. " +
    "Exit code 1 where fewer tasks run than are wanted, a deployment has failed or gone back, or a target is not healthy.",
);

export default verb(command, async () => {
  const { environment: name } = command.opts<{ environment: string }>();
  const services = await withDeployment(await environmentNamed(name), inspectServices);
  console.log(statusText(name, services));
  if (services.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
});
