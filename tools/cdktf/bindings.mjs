// After `cdktf get`, and before a type check: what it generates in .gen is not written for the strict options of this
// project (TS1484, TS4114). Its own mistakes are not looked for; what is imported from it is checked as ever.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { refuseUnready } from "../lib/start-problems.cjs";

// npm test and npm run build begin here.
refuseUnready();

const MARK = "// @ts-nocheck\n";

const { codeMakerOutput: folder } = JSON.parse(readFileSync("cdktf.json", "utf8"));
const files = existsSync(folder) ? readdirSync(folder, { recursive: true }).map((file) => join(folder, file)) : [];
for (const file of files.filter((name) => name.endsWith(".ts"))) {
  const text = readFileSync(file, "utf8");
  if (!text.startsWith(MARK)) writeFileSync(file, MARK + text);
}
