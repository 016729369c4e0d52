import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a command lies on the PATH; nothing when it is not there. */
export function findOnPath(command: string, env: NodeJS.ProcessEnv): string | undefined {
  const directories = (env.PATH ?? "").split(delimiter).filter(Boolean);
  return directories.map((directory) => join(directory, command)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
