import { type Task, tasksToRegister } from "../../ecs/containers.ts";
import { type Service, services } from "../../ecs/tasks.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Problem, Rule } from "../../rule.ts";

/** Checks every task definition by itself. */
export function eachTask(check: (task: Task) => Iterable<Omit<Problem, "at">>): Rule["check"] {
  return function* (graph: Graph) {
    for (const task of tasksToRegister(graph)) {
      for (const problem of check(task)) yield { at: task.resource, ...problem };
    }
  };
}

/** Checks every task definition that is for Fargate. */
export function eachFargateTask(check: (task: Task) => Iterable<Omit<Problem, "at">>): Rule["check"] {
  return eachTask((task) => (task.fargate ? check(task) : []));
}

/** Checks every service that Terraform makes or changes. */
export function eachService(check: (service: Service, graph: Graph) => Iterable<Omit<Problem, "at">>): Rule["check"] {
  return function* (graph) {
    for (const service of services(graph)) {
      if (!service.resource.isPlanned) continue;
      for (const problem of check(service, graph)) yield { at: service.resource, ...problem };
    }
  };
}
