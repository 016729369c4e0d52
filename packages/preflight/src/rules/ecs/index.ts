import type { Rule } from "../../rule.ts";
import { ECS_CAPACITY_RULES } from "./capacity.ts";
import { ECS_CONNECT_RULES } from "./connect.ts";
import { ECS_CONTAINER_RULES } from "./containers.ts";
import { ECS_EXEC_RULES } from "./exec.ts";
import { ECS_IMAGE_RULES } from "./images.ts";
import { ECS_LOG_DRIVER_RULES } from "./log-drivers.ts";
import { ECS_LOG_RULES } from "./logs.ts";
import { ECS_PARAMETER_RULES } from "./parameters.ts";
import { ECS_RAILS_RULES } from "./rails.ts";
import { ECS_SCALING_RULES } from "./scaling.ts";
import { ECS_SECRET_RULES } from "./secrets.ts";
import { ECS_SERVICE_RULES } from "./service.ts";
import { ECS_SHAPE_RULES } from "./shape.ts";
import { ECS_SIZE_RULES } from "./size.ts";
import { ECS_TASK_RULES } from "./task.ts";

/** What ECS refuses, or starts and lets die, in the order of the ids. */
export const ECS_RULES: readonly Rule[] = [
  ...ECS_TASK_RULES,
  ...ECS_SIZE_RULES,
  ...ECS_CONTAINER_RULES,
  ...ECS_SHAPE_RULES,
  ...ECS_LOG_RULES,
  ...ECS_LOG_DRIVER_RULES,
  ...ECS_SECRET_RULES,
  ...ECS_IMAGE_RULES,
  ...ECS_SERVICE_RULES,
  ...ECS_EXEC_RULES,
  ...ECS_SCALING_RULES,
  ...ECS_CONNECT_RULES,
  ...ECS_RAILS_RULES,
  ...ECS_PARAMETER_RULES,
  ...ECS_CAPACITY_RULES,
].sort((a, b) => (a.id < b.id ? -1 : 1));
