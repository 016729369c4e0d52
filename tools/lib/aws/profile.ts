import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Files in which AWS keeps profiles, and the title that a profile has there: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html */
function profileFiles(env: NodeJS.ProcessEnv): string[] {
  const home = join(homedir(), ".aws");
  return [env.AWS_CONFIG_FILE ?? join(home, "config"), env.AWS_SHARED_CREDENTIALS_FILE ?? join(home, "credentials")];
}

/** What is wrong with the profile that `AWS_PROFILE` names; undefined where it names none, or keys in variables precede it. */
export function profileProblem(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const { AWS_PROFILE: profile } = env;
  if (!profile || env.AWS_ACCESS_KEY_ID) return undefined;
  const files = profileFiles(env);
  const names = [...new Set(files.flatMap(profilesIn))];
  if (names.includes(profile)) return `AWS_PROFILE=${profile} has no credentials that AWS accepts`;
  const others = names.length > 0 ? `There are: ${names.join(", ")}` : "Neither has a profile";
  return `AWS_PROFILE=${profile}: there is no such profile in ${files.join(" or ")}. ${others}`;
}

function profilesIn(file: string): string[] {
  try {
    const titles = readFileSync(file, "utf8").matchAll(/^\s*\[\s*(?:profile\s+)?["']?([^\]"']+?)["']?\s*\]/gm);
    return [...titles].map(([, name = ""]) => name).filter((name) => !/^(sso-session|services)\s/.test(name));
  } catch {
    return []; // Both files may be missing.
  }
}
