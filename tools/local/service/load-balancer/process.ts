import type { Duplex } from "node:stream";
import type { Container } from "../container.ts";
import { CONFIGURATION_FILE, STATE_FILE } from "./names.ts";

/** Where the process answers that watches over the others; only inside the container. */
const MASTER = "127.0.0.1:9998";
const PROMPT = "master> ";
/** Longer than any answer takes; an engine may keep a connection open into a container that is gone. */
const PATIENCE_MS = 15_000;

/**
 * haproxy in a container, steered by its runtime API: one connection that stays open, since starting a command in a container
 * takes a fifth of a second.
 */
export class HaproxyProcess {
  private readonly container: Container;
  private connection: Promise<Duplex> | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(container: Container) {
    this.container = container;
  }

  /** @throws Error with what haproxy says against the configuration */
  async start(files: Readonly<Record<string, string>>): Promise<void> {
    await this.put({ [STATE_FILE]: "1\n", ...files });
    await this.run(["haproxy", "-D", "-W", "-S", MASTER, "-f", CONFIGURATION_FILE]);
  }

  /**
   * Gives it another configuration. Requests in hand end where they are; what was known of the targets' health stays known.
   *
   * @throws Error with what haproxy says against the configuration; then the former one stays
   */
  async reload(files: Readonly<Record<string, string>>): Promise<void> {
    await this.put({ [STATE_FILE]: await this.command("show servers state"), ...files });
    const answer = await this.send("reload");
    if (!answer.startsWith("Success=1")) throw new Error(`haproxy refuses its configuration: ${answer}`);
  }

  /** Asks the running haproxy; its answer is empty where all went well and there is nothing to say. */
  command(text: string): Promise<string> {
    return this.send(`@1 ${text}`);
  }

  /** Writes files, all in one command. */
  async put(files: Readonly<Record<string, string>>): Promise<void> {
    const script = Object.entries(files).map(
      ([path, text]) => `base64 -d > ${path} <<END\n${Buffer.from(text, "utf8").toString("base64")}\nEND\n`,
    );
    await this.run(["sh", "-e"], script.join(""));
  }

  /** One after the other: an answer says not what it answers. */
  private send(line: string): Promise<string> {
    const answer = this.queue.then(async () => {
      this.connection ??= this.connect();
      return ask(await this.connection, line);
    });
    this.queue = answer.catch(() => this.forget());
    return answer;
  }

  private async connect(): Promise<Duplex> {
    const [host, port] = MASTER.split(":");
    const script = `exec 3<>/dev/tcp/${host}/${port}; cat <&0 >&3 & cat <&3; kill $!`;
    const connection = await this.container.open(["bash", "-c", script]);
    // After a reload there is another to talk to.
    for (const event of ["error", "end", "close"]) connection.on(event, () => this.forget());
    await ask(connection, "prompt");
    return connection;
  }

  private forget(): void {
    this.connection = undefined;
  }

  private async run(command: readonly string[], input?: string): Promise<void> {
    const { exitCode, output } = await this.container.exec(command, { input });
    if (exitCode !== 0) throw new Error(`${command[0]} in ${this.container.name}: ${output}`);
  }
}

/** Sends a line, and resolves with what comes back until the next prompt, or the end. @throws Error where nothing comes */
function ask(connection: Duplex, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const settle = (finish: () => void) => {
      clearTimeout(timer);
      connection.off("data", read).off("close", ended).off("end", ended);
      finish();
    };
    const read = (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (text.endsWith(PROMPT)) settle(() => resolve(text.slice(0, -PROMPT.length).trim()));
    };
    const ended = () => settle(() => (text ? resolve(text.trim()) : reject(new Error("haproxy does not answer"))));
    const timer = setTimeout(() => connection.destroy(), PATIENCE_MS);
    connection.on("data", read).on("close", ended).on("end", ended);
    connection.write(`${line}\n`);
  });
}
