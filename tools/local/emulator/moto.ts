import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { findOnPath } from "../../lib/process/executables.ts";

/** The version that the stand-ins in `gaps/` were made for. */
const motoVersion = "5.2.1";

/** How to start moto on a port of this machine. */
export interface MotoCommand {
  /** In words, for the progress line. */
  readonly source: string;
  readonly command: string;
  /** `{port}` stands for the port. */
  readonly args: readonly string[];
  /** Set when moto runs in a container, which must be removed by this name. */
  readonly container?: string;
}

export interface FindMotoOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where a virtual environment may be made, and found again by the next run. */
  readonly cacheDirectory: string;
  /** The name for the container, should it come to that. */
  readonly containerName: string;
  /** Told what is being fetched, as that takes a while. */
  readonly onProgress?: (message: string) => void;
  /** Runs a command to its end and says whether it went well; tests pass their own. */
  readonly succeeds?: Attempt;
  /** Ends what is being fetched. */
  readonly signal?: AbortSignal;
}

type Attempt = (command: string, args: readonly string[]) => Promise<boolean>;

const requirement = `moto[server]==${motoVersion}`;
const onLoopback = ["-H", "127.0.0.1", "-p", "{port}"];

/** Settings that make moto answer at once where AWS takes time, and let browsers from elsewhere in only where a bucket does. */
export const motoSettings = { MOTO_ACM_VALIDATION_WAIT: "0", MOTO_DISABLE_GLOBAL_CORS: "true" };

/**
 * Finds a way to run moto: on the PATH, else fetched by uvx or pip, else as a container.
 *
 * @throws one error that names every way to get it, when none of them works.
 */
export async function findMoto({
  env,
  cacheDirectory,
  containerName,
  onProgress = () => {},
  signal,
  succeeds = async (command, args) => {
    const { failed } = await execa(command, args, {
      env,
      extendEnv: false,
      stdio: "ignore",
      reject: false,
      cancelSignal: signal,
    });
    signal?.throwIfAborted();
    return !failed;
  },
}: FindMotoOptions): Promise<MotoCommand> {
  const installed = findOnPath("moto_server", env);
  if (installed && (await succeeds(installed, ["--help"]))) {
    return { source: "moto_server on the PATH", command: installed, args: onLoopback };
  }

  const uvx = findOnPath("uvx", env);
  if (uvx) {
    const run = ["--from", requirement, "moto_server"];
    onProgress(`uvx fetches ${requirement}`);
    if (await succeeds(uvx, [...run, "--help"])) {
      return { source: `${requirement} by uvx`, command: uvx, args: [...run, ...onLoopback] };
    }
  }

  const python = findOnPath("python3", env) ?? findOnPath("python", env);
  if (python) {
    const own = await pythonWithMoto(python, cacheDirectory, onProgress, succeeds);
    if (own) {
      return { source: `${requirement} by pip`, command: own, args: ["-m", "moto.server", ...onLoopback] };
    }
  }

  const docker = findOnPath("docker", env);
  if (docker && (await succeeds(docker, ["version"]))) {
    const image = `motoserver/moto:${motoVersion}`;
    onProgress(`docker pulls ${image}`);
    if ((await succeeds(docker, ["image", "inspect", image])) || (await succeeds(docker, ["pull", image]))) {
      const settings = Object.entries(motoSettings).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
      return {
        source: `the image ${image}`,
        command: docker,
        args: ["run", "--rm", "--name", containerName, "-p", "127.0.0.1:{port}:5000", ...settings, image],
        container: containerName,
      };
    }
  }

  throw new Error(
    [
      "The AWS emulator moto is neither installed nor could it be fetched. Any one of these gives it:",
      `  pip install '${requirement}'     (then moto_server is on the PATH)`,
      "  uv, whose uvx fetches it: https://docs.astral.sh/uv/",
      "  Python 3.10 or later with venv and pip, and a package index within reach",
      `  Docker, running, with the image motoserver/moto:${motoVersion}`,
    ].join("\n"),
  );
}

/** Makes a private virtual environment with moto, or finds the one that an earlier run has made. */
async function pythonWithMoto(
  python: string,
  cacheDirectory: string,
  onProgress: (message: string) => void,
  succeeds: Attempt,
): Promise<string | undefined> {
  const home = join(cacheDirectory, `moto-${motoVersion}`);
  const interpreter = join(home, "bin", "python");
  if (existsSync(interpreter)) return interpreter;

  onProgress(`pip fetches ${requirement} into a virtual environment of this project`);
  mkdirSync(cacheDirectory, { recursive: true });
  // Made aside and moved, so that a second run never sees half an environment.
  const draft = mkdtempSync(join(cacheDirectory, "moto-draft-"));
  const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement];
  try {
    if (!(await succeeds(python, ["-m", "venv", draft]))) return undefined;
    if (!(await succeeds(join(draft, "bin", "python"), install))) return undefined;
    if (!existsSync(home)) renameSync(draft, home);
    return interpreter;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
