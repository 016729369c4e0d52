import * as z from "zod";
import { readable } from "../lib/terraform/terraform.ts";

const hookSchema = z.looseObject({
  resource: z.looseObject({ addr: z.string() }),
  action: z.string(),
  id_value: z.string().optional(),
});

const diagnosticSchema = z.looseObject({
  severity: z.string(),
  summary: z.string(),
  detail: z.string().default(""),
  address: z.string().optional(),
});

const outputsSchema = z.record(z.string(), z.looseObject({ sensitive: z.boolean(), value: z.unknown().optional() }));

/** A line of `terraform apply -json`: https://developer.hashicorp.com/terraform/internals/machine-readable-ui */
const eventSchema = z.looseObject({
  "@message": z.string(),
  type: z.string(),
  hook: hookSchema.optional().catch(undefined),
  diagnostic: diagnosticSchema.optional(),
  outputs: outputsSchema.optional().catch(undefined),
});

export type Diagnostic = z.infer<typeof diagnosticSchema>;

/** One create, update or delete of an apply. */
export interface Operation {
  readonly address: string;
  /** As Terraform calls it: create, update or delete. */
  readonly action: string;
  /** ID of the object; undefined where Terraform does not know it, or has not finished. */
  readonly id: string | undefined;
}

/** Events that the review has shown already, or that say nothing to a reader. */
const SILENT = new Set(["version", "planned_change", "resource_drift"]);

/** What Terraform says while it applies a plan: what it has finished, what it has only begun, and its errors. */
export class ApplyLog {
  private readonly begun = new Map<string, Operation>();
  private readonly finished: Operation[] = [];
  private readonly failed: Diagnostic[] = [];
  private readonly other: string[] = [];
  private interrupted = false;

  /** Operations that were completed, in order. */
  get done(): readonly Operation[] {
    return this.finished;
  }

  /** Operations that were started and not completed: they failed, were interrupted, or Terraform was killed. */
  get unfinished(): readonly Operation[] {
    return [...this.begun.values()];
  }

  /** Whether Terraform got an interruption, from this process or from another. */
  get wasInterrupted(): boolean {
    return this.interrupted;
  }

  /** Terraform's errors, without those that only say that an operation was interrupted. */
  get errors(): string {
    const shown = this.failed.filter((error) => !this.interrupted || !isOfInterruption(error));
    return readable([...shown.map(diagnosticText), ...this.other].join("\n\n"));
  }

  /** Reads one line. @returns what is to be shown of it */
  read(line: string): string | undefined {
    const event = parseEvent(line);
    if (event === undefined) {
      // Not JSON: a crash, say.
      if (line.trim() !== "") this.other.push(line);
      return undefined;
    }
    const { "@message": message, type, hook, diagnostic, outputs } = event;
    if (hook) this.note(type, hook);
    if (diagnostic?.severity === "error") this.failed.push(diagnostic);
    if (diagnostic) return diagnostic.severity === "error" ? undefined : readable(diagnosticText(diagnostic));
    if (type === "log" && message.includes("Interrupt received")) this.interrupted = true;
    if (outputs) return outputsText(outputs);
    return SILENT.has(type) ? undefined : message;
  }

  private note(type: string, { resource, action, id_value: id }: z.infer<typeof hookSchema>): void {
    const key = `${action} ${resource.addr}`;
    const operation = { address: resource.addr, action, id };
    if (type === "apply_start" && action !== "read") this.begun.set(key, operation);
    if (type === "apply_complete" && this.begun.delete(key)) this.finished.push(operation);
  }
}

function parseEvent(line: string): z.infer<typeof eventSchema> | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** The provider reports an interrupted call as an error of its own, once for each operation, and Terraform once for each that waits. */
function isOfInterruption({ summary, detail }: Diagnostic): boolean {
  return /context canceled|execution halted|operation canceled/i.test(`${summary}\n${detail}`);
}

function diagnosticText({ severity, summary, detail, address }: Diagnostic): string {
  const label = severity === "error" ? "Error" : "Warning";
  return [`${label}: ${summary}`, ...(address ? [`  with ${address}`] : []), ...(detail ? [detail] : [])].join("\n");
}

function outputsText(outputs: z.infer<typeof outputsSchema>): string | undefined {
  const lines = Object.entries(outputs).map(
    ([name, { sensitive, value }]) => `  ${name} = ${sensitive ? "(sensitive value)" : JSON.stringify(value)}`,
  );
  return lines.length === 0 ? undefined : ["Outputs:", ...lines].join("\n");
}
