import { execa } from "execa";

/** Runs git in a project. @returns what it prints @throws Error with what git says */
export type Git = (...args: string[]) => Promise<string>;

/** @param env what it gets beside this process's environment */
export function gitIn(project: string, env: NodeJS.ProcessEnv = {}, input?: string): Git {
  return async (...args) => {
    const { failed, stdout, stderr, shortMessage } = await execa("git", args, {
      cwd: project,
      env,
      input,
      reject: false,
    });
    if (failed) throw new Error(stderr.trim() || shortMessage);
    return stdout;
  };
}
