/** What Terraform says only to those who keep its lock file, and each start of an operation whose end it reports as well. */
const NOISE =
  /: Creating\.\.\.$|^Terraform has created a lock file|^selections it made above|^so that Terraform can guarantee|^you run "terraform init" in the future/;

/** Parts of the output that are not shown: the line that begins one, and the one that ends it. */
const HIDDEN = [
  { name: "plan", begin: /(Terraform|OpenTofu) will perform the following/, end: /^\s*Plan: \d+ to/ },
  { name: "outputs in the plan", begin: /^Changes to Outputs:/, end: /^(?!\s)/ },
  { name: "outputs", begin: /^Outputs:/, end: /Error|Warning/ },
] as const;

/**
 * Makes a filter for the output of `cdktf deploy` that lets through what shows progress, warnings and errors.
 *
 * The plan's body, with every attribute of every resource, becomes one line. The outputs, which cdktf prints three
 * times, are left out.
 */
export function conciseDeployOutput(show: (line: string) => void): (line: string) => void {
  let hidden: (typeof HIDDEN)[number] | undefined;
  let linesOfPlan = 0;

  return (line) => {
    if (hidden && !hidden.end.test(line)) {
      if (hidden.name === "plan") linesOfPlan += 1;
      return;
    }
    if (hidden?.name === "plan") show(`(${linesOfPlan} lines of plan)`);
    hidden = HIDDEN.find(({ begin }) => begin.test(line));
    if (!hidden && !NOISE.test(line.trim())) show(line);
  };
}
