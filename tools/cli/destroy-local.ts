import { destroyLocally } from "../local/destroy.ts";
import { newCommand, verb } from "./command.ts";

const command = newCommand("destroy-local", ["destroy-local"]).description(
  "Stops every deployment that `deploy-local` made from this checkout, and removes its processes and files.",
);

export default verb(command, () => destroyLocally(console.log));
