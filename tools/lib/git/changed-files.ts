/** The files in what `git status --porcelain` prints. */
export function changedFiles(status: string): string[] {
  return status
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.slice(3));
}
