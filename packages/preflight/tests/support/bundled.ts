import { buildSync } from "esbuild";

/**
 * TypeScript, and all that it imports, as one script for a process of its own. To have each file compiled as it is imported takes
 * several times as long.
 *
 * @param contents its imports are those of a file in the project's directory
 */
export function bundled(contents: string): string {
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: process.cwd(), loader: "ts" },
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
