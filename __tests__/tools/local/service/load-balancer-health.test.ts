import { describe, expect, it } from "vitest";
import { hasPassed, readStatus, targetHealth } from "../../../../tools/local/service/load-balancer/health.ts";

describe("a target's health in ELB's words", () => {
  it.each([
    ["UP", 0, "INI", "", "initial", "Elb.RegistrationInProgress", "Target registration is in progress"],
    ["UP 1/2", 0, "L4CON", "", "initial", "Elb.InitialHealthChecking", "Initial health checks in progress"],
    ["UP", 1, "L7OK", "200", "healthy", undefined, undefined],
    ["UP 1/3", 1, "L7STS", "500", "healthy", undefined, undefined],
    [
      "DOWN",
      0,
      "L7STS",
      "301",
      "unhealthy",
      "Target.ResponseCodeMismatch",
      "Health checks failed with these codes: [301]",
    ],
    ["DOWN", 1, "L7TOUT", "", "unhealthy", "Target.Timeout", "Request timed out"],
    ["DOWN", 1, "L4TOUT", "", "unhealthy", "Target.Timeout", "Request timed out"],
    ["DOWN", 1, "L4CON", "", "unhealthy", "Target.FailedHealthChecks", "Health checks failed"],
    ["DOWN", 1, "L7RSP", "", "unhealthy", "Target.FailedHealthChecks", "Health checks failed"],
    ["DOWN 1/2", 1, "L7OK", "200", "unhealthy", "Target.FailedHealthChecks", "Health checks failed"],
  ])("%s with weight %i after %s %s: %s", (status, weight, check, code, State, Reason, Description) => {
    expect(targetHealth({ status, weight, check, code })).toEqual({ State, Reason, Description });
  });

  it("is read from haproxy's statistics, also while a health check is on its way", () => {
    const csv = [
      "# pxname,svname,status,weight,check_status,check_code,last_chk",
      'web.1,10.0.0.4:3000,UP,1,L7OK,200,"OK, all well"',
      "web.1,10.0.0.5:3000,DOWN,0,* L7STS,301,",
      "web.1.open,10.0.0.4:3000,no check,1,,,",
      "login,login,no check,1,,,",
    ].join("\n");
    expect([...readStatus(csv)]).toEqual([
      ["web.1/10.0.0.4:3000", { status: "UP", weight: 1, check: "L7OK", code: "200" }],
      ["web.1/10.0.0.5:3000", { status: "DOWN", weight: 0, check: "L7STS", code: "301" }],
    ]);
  });

  it("lets a new target have requests after one health check that it has passed", () => {
    expect(hasPassed({ status: "UP", weight: 0, check: "L7OK", code: "200" })).toBe(true);
    expect(hasPassed({ status: "UP", weight: 0, check: "INI", code: "" })).toBe(false);
    expect(hasPassed({ status: "DOWN 1/2", weight: 0, check: "L7OK", code: "200" })).toBe(false);
    expect(hasPassed({ status: "UP", weight: 1, check: "L7OK", code: "200" })).toBe(false);
  });
});
