import type {
  TargetHealth,
  TargetHealthReasonEnum,
  TargetHealthStateEnum,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** A server as haproxy's statistics show it. */
export interface ServerStatus {
  /** Such as `UP`, `UP 1/3`, `DOWN`, `MAINT`. */
  readonly status: string;
  /** 0 until it has passed its first health check. */
  readonly weight: number;
  /** Of the last health check, such as `L7STS`; `INI` before the first. */
  readonly check: string;
  /** Status code of the answer to the last health check. */
  readonly code: string;
}

/** Reads the answer to `show stat`. @returns those servers that have health checks, by `backend/server` */
export function readStatus(csv: string): Map<string, ServerStatus> {
  const [head = "", ...lines] = csv.trim().split("\n");
  const names = head.replace(/^# /, "").split(",");
  // What haproxy writes in quotes comes after these.
  const columns = ["pxname", "svname", "status", "weight", "check_status", "check_code"].map((name) =>
    names.indexOf(name),
  );
  return new Map(
    lines.flatMap((line): [string, ServerStatus][] => {
      const values = line.split(",");
      const [backend, server, status = "", weight, check = "", code = ""] = columns.map((index) => values[index]);
      // While a health check is on its way, a star stands before the result of the one before.
      if (backend?.endsWith(".open") || status === "no check" || server === undefined) return [];
      return [[`${backend}/${server}`, { status, weight: Number(weight), check: check.replace("* ", ""), code }]];
    }),
  );
}

/** Whether it has just passed its first health check, and may get requests. One is enough for ELB. */
export const hasPassed = ({ status, weight, check }: ServerStatus) =>
  weight === 0 && status.startsWith("UP") && /^L[67]OK/.test(check);

/** As `DescribeTargetHealth` says it. */
export function targetHealth({ status, weight, check, code }: ServerStatus): TargetHealth {
  if (!status.startsWith("UP")) return unhealthy(check, code);
  if (weight > 0) return { State: "healthy" };
  return check === "INI" || check === ""
    ? registering
    : health("initial", "Elb.InitialHealthChecking", "Initial health checks in progress");
}

function unhealthy(check: string, code: string): TargetHealth {
  if (check === "L7STS")
    return health("unhealthy", "Target.ResponseCodeMismatch", `Health checks failed with these codes: [${code}]`);
  if (check.endsWith("TOUT")) return health("unhealthy", "Target.Timeout", "Request timed out");
  return health("unhealthy", "Target.FailedHealthChecks", "Health checks failed");
}

export const registering = health("initial", "Elb.RegistrationInProgress", "Target registration is in progress");
export const draining = health("draining", "Target.DeregistrationInProgress", "Target deregistration is in progress");
export const notInUse = health(
  "unused",
  "Target.NotInUse",
  "Target group is not configured to receive traffic from the load balancer",
);
export const notRegistered = health("unused", "Target.NotRegistered", "Target is not registered to the target group");

function health(State: TargetHealthStateEnum, Reason: TargetHealthReasonEnum, Description: string): TargetHealth {
  return { State, Reason, Description };
}
