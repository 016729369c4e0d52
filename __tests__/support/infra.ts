import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { infra } from "../../tools/cli/infra.ts";

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly directory?: string;
  readonly input?: string;
  readonly columns?: number;
  readonly npmScript?: string;
}

/**
 * Runs a verb of `bin/infra` in this process, which is many times faster than to start one: what it prints and what it
 * would exit with.
 *
 * @param directory that it runs in. @default the project's
 * @param input what stands on standard input
 * @param columns width of the terminal that it prints to. @default none: it prints to no terminal
 * @param npmScript that runs it. @default none
 */
export async function runInfra(
  [verb = "", ...args]: readonly string[],
  { directory = process.cwd(), input = "", columns, npmScript }: RunOptions = {},
): Promise<Ran> {
  const printed = { stdout: "", stderr: "" };
  const restore = [
    setStdin(input),
    setCaller(directory, npmScript),
    setDirectory(directory),
    setExitCode(),
    setTerminal(columns),
  ];
  const write = (stream: "stdout" | "stderr") => (text: unknown) => {
    printed[stream] += String(text);
    return true;
  };
  const [out, err, { log, error }] = [process.stdout.write, process.stderr.write, console];
  process.stdout.write = write("stdout");
  process.stderr.write = write("stderr");
  console.log = (...words: unknown[]) => void write("stdout")(`${words.map(String).join(" ")}\n`);
  console.error = (...words: unknown[]) => void write("stderr")(`${words.map(String).join(" ")}\n`);
  try {
    await infra(verb, args);
    return {
      status: Number(process.exitCode ?? 0),
      stdout: stripVTControlCharacters(printed.stdout),
      stderr: stripVTControlCharacters(printed.stderr),
    };
  } finally {
    process.stdout.write = out;
    process.stderr.write = err;
    Object.assign(console, { log, error });
    for (const undo of restore) undo();
  }
}

function setStdin(input: string): () => void {
  const before = Object.getOwnPropertyDescriptor(process, "stdin");
  Object.defineProperty(process, "stdin", { configurable: true, value: Readable.from([Buffer.from(input)]) });
  return () => {
    if (before) Object.defineProperty(process, "stdin", before);
  };
}

function setCaller(directory: string, npmScript: string | undefined): () => void {
  const { INIT_CWD, npm_lifecycle_event } = process.env;
  setVariables({ INIT_CWD: directory, npm_lifecycle_event: npmScript });
  return () => setVariables({ INIT_CWD, npm_lifecycle_event });
}

function setVariables(variables: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

function setDirectory(directory: string): () => void {
  const before = process.cwd();
  process.chdir(directory);
  return () => process.chdir(before);
}

function setExitCode(): () => void {
  const before = process.exitCode;
  process.exitCode = undefined;
  return () => {
    process.exitCode = before;
  };
}

function setTerminal(columns: number | undefined): () => void {
  const undo = [process.stdout, process.stderr].map((stream) => {
    const { isTTY, columns: before } = stream;
    Object.assign(stream, { isTTY: columns !== undefined, columns });
    return () => Object.assign(stream, { isTTY, columns: before });
  });
  return () => {
    for (const one of undo) one();
  };
}
