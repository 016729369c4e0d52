import { UserError } from "@operation-app/preflight/input";

/** Everything that stands in the way of a release or a rollback, collected so that one run names all of it. */
export class Problems {
  private readonly found = new Set<string>();

  get all(): readonly string[] {
    return [...this.found];
  }

  /** Adds what is a problem, and leaves out what is not. */
  note(...problems: readonly (string | undefined | false)[]): void {
    for (const problem of problems) if (problem) this.found.add(problem);
  }

  /** Asks AWS, git or a file. A user's error is one problem more, and no answer. */
  async ask<T>(question: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await question();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.note(error.message);
      return undefined;
    }
  }
}
