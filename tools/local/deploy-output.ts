/** What Terraform says to whoever keeps its lock file, and each beginning of what its end is told of as well. */
const NOISE =
  /: Creating\.\.\.$|^Terraform has created a lock file|^selections it made above|^so that Terraform can guarantee|^you run "terraform init" in the future/;

/**
 * Makes a filter for the output of `cdktf deploy` that lets through what shows progress, warnings and errors.
 *
 * The plan's body, with every attribute of every resource, becomes one line. The outputs, which cdktf prints three
 * times, are left out.
 */
export function conciseDeployOutput(show: (line: string) => void): (line: string) => void {
  let state: "showing" | "in the plan" | "in its outputs" | "in the outputs" = "showing";
  let linesOfPlan = 0;

  return (line) => {
    if (state === "in the plan" && !/^\s*Plan: \d+ to/.test(line)) {
      linesOfPlan += 1;
      return;
    }
    if (state === "in its outputs" && /^\s/.test(line)) return;
    if (state === "in the outputs" && !/Error|Warning/.test(line)) return;

    if (state === "in the plan") show(`(${linesOfPlan} lines of plan)`);
    state = "showing";
    if (/(Terraform|OpenTofu) will perform the following/.test(line)) state = "in the plan";
    else if (/^Changes to Outputs:/.test(line)) state = "in its outputs";
    else if (/^Outputs:/.test(line)) state = "in the outputs";
    else if (!NOISE.test(line.trim())) show(line);
  };
}
