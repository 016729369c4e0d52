import { destroyLocally } from "../local/destroy.ts";
import { newCommand, verb } from "./command.ts";

const command = newCommand("destroy-local", ["destroy-local"]).description(
  "Ends every deployment that `deploy-local` has made from this checkout, and leaves no process or file behind.",
);

export default verb(command, () => destroyLocally(console.log));
