import { listOf, objectOf, type Plan } from "../plan.ts";

/**
 * Target groups whose tasks all go in this plan: what visitors see, and for how long. A service that another one takes the
 * place of is deleted at once, and the other's tasks start only then.
 */
export function outages({ resource_changes: changes }: Plan): string[] {
  const services = changes.filter(({ type, deposed }) => type === "aws_ecs_service" && deposed === undefined);
  const groups = changes.filter(({ type, change }) => /^aws_(lb|alb)_target_group$/.test(type) && change.after);
  return groups.flatMap(({ address, change }) => {
    const arn = objectOf(change.before).arn;
    if (typeof arn !== "string") return [];
    const serving = (side: "before" | "after") =>
      services.filter(
        (one) => targetsOf(one.change[side]).includes(arn) && objectOf(one.change[side]).desired_count !== 0,
      );
    const [before, after] = [serving("before"), serving("after")];
    if (before.length === 0 || before.some((one) => after.includes(one) && !one.change.actions.includes("delete")))
      return [];
    const from = before.map((one) => one.address).join(", ");
    const to = after.map((one) => one.address).join(", ");
    const seen = 'visitors get "503 Service Temporarily Unavailable"';
    return [
      to === ""
        ? `${from} no longer serves ${address}, and nothing else does: ${seen} from then on.`
        : `${to} serves ${address} in place of ${from}, in the same apply: ${seen} until a new task has started (a minute or two on Fargate) and is healthy (${healthySeconds(change.after)} s).`,
    ];
  });
}

/**
 * What leads out of private subnets, and does not for a while: Terraform deletes a gateway before it changes the routes to
 * it, and a group of one instance has none while that is replaced.
 */
export function waysOutMissing({ resource_changes: changes }: Plan): string[] {
  return changes.flatMap(({ address, type, change: { actions, before, after } }) => {
    const [old, next] = [objectOf(before), objectOf(after)];
    if (type === "aws_nat_gateway" && actions.includes("delete"))
      return [
        `${address} is deleted, and the routes to it lead nowhere until they are changed, at the end of the same apply: what is behind it reaches nothing on the internet for a minute or two, or for good where no other route is made.`,
      ];
    if (type !== "aws_autoscaling_group") return [];
    if (actions.includes("delete"))
      return [
        `${address} is deleted, with its instances, before what may take their place is ready: count on some minutes without.`,
      ];
    const isReplaced =
      actions.includes("update") &&
      next.max_size === 1 &&
      listOf(next.instance_refresh).length > 0 &&
      JSON.stringify(old.launch_template) !== JSON.stringify(next.launch_template);
    return isReplaced
      ? [
          `${address} replaces its only instance after the apply: what that does is not done for about five minutes. A NAT instance lets nothing out meanwhile.`,
        ]
      : [];
  });
}

function targetsOf(service: unknown): unknown[] {
  return listOf(objectOf(service).load_balancer).map((one) => objectOf(one).target_group_arn);
}

/** How long a target has to answer before it gets requests. */
function healthySeconds(group: unknown): number {
  const { healthy_threshold: times, interval } = objectOf(listOf(objectOf(group).health_check)[0]);
  return Number(times ?? 3) * Number(interval ?? 30);
}
