export const forward = { type: "forward", target_group_arn: "${aws_lb_target_group.nginx.arn}" };
/** A listener rule for some paths. */
export const pathRule = (priority: unknown, action: object = forward, more: object = {}) => ({
  listener_arn: "${aws_lb_listener.https.arn}",
  priority,
  condition: { path_pattern: { values: ["/*"] } },
  action,
  ...more,
});
