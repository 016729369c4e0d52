import { type Container, type Task, tasksToRegister } from "../../ecs/containers.ts";
import { type Service, services } from "../../ecs/tasks.ts";
import type { Graph } from "../../graph/graph.ts";
import type { Problem } from "../../rule.ts";

/** Checks every task definition by itself. */
export function eachTask<Found extends Omit<Problem, "at">>(check: (task: Task, graph: Graph) => Iterable<Found>) {
  return function* (graph: Graph): Generator<Found & Pick<Problem, "at">> {
    for (const task of tasksToRegister(graph)) {
      for (const problem of check(task, graph)) yield { at: task.resource, ...problem };
    }
  };
}

/** Checks every container of every task definition. What is found is about `container_definitions`. */
export function eachContainer<Found extends Omit<Problem, "at" | "attribute">>(
  check: (container: Container, task: Task, graph: Graph) => Iterable<Found>,
) {
  return function* (graph: Graph): Generator<Found & Pick<Problem, "at" | "attribute">> {
    for (const task of tasksToRegister(graph)) {
      for (const container of task.containers) {
        for (const problem of check(container, task, graph))
          yield { at: task.resource, attribute: "container_definitions", ...problem };
      }
    }
  };
}

/** Checks every task definition that is for Fargate. */
export function eachFargateTask<Found extends Omit<Problem, "at">>(check: (task: Task) => Iterable<Found>) {
  return eachTask((task) => (task.fargate ? check(task) : []));
}

/** Checks every service that Terraform makes or changes. */
export function eachService<Found extends Omit<Problem, "at">>(
  check: (service: Service, graph: Graph) => Iterable<Found>,
) {
  return function* (graph: Graph): Generator<Found & Pick<Problem, "at">> {
    for (const service of services(graph)) {
      if (!service.resource.isPlanned) continue;
      for (const problem of check(service, graph)) yield { at: service.resource, ...problem };
    }
  };
}
