// What the review of a large plan takes, from the start of the process to its end: it is to be near linear, and 100 MB in
// at most 20 seconds and 1 GB of memory. Each size in a process of its own, which nothing has warmed up.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULT_POLICY, markdownReview, readPlanFile, review } from "@operation-app/plan-review";
import { writeLargePlan } from "./large-plan.ts";
import { againstTarget } from "./measure.ts";

const SIZES = [25, 50, 100] as const;

const [file] = process.argv.slice(2);
if (file !== undefined) await measure(file);
else await compare();

async function measure(plan: string): Promise<void> {
  markdownReview(await review(await readPlanFile(plan), plan, { policy: DEFAULT_POLICY, today: "2026-01-01" }));
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.log(JSON.stringify({ seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1000 }));
}

async function compare(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "large-plan-"));
  try {
    console.log("Review of large plans, processor time and memory of the whole process");
    for (const size of SIZES) {
      const plan = join(directory, `${size}.json`);
      await writeLargePlan(plan, size);
      const output = execFileSync(process.execPath, ["--import", "tsx", import.meta.filename, plan], {
        encoding: "utf8",
      });
      const { seconds, megabytes } = JSON.parse(output);
      const written = (statSync(plan).size / 1e6).toFixed(0);
      console.log(`  ${written.padStart(5)} MB   ${seconds.toFixed(1)} s   ${megabytes.toFixed(0)} MB of memory`);
      if (size !== 100) continue;
      console.log(againstTarget("100 MB", seconds, 20, " s"));
      console.log(againstTarget("100 MB", megabytes, 1000, " MB"));
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}
