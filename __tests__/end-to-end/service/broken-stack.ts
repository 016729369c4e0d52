import { tmpdir } from "node:os";
import { Testing } from "cdktf";
import { checked, environmentWith } from "../../support/synthesize.ts";
import { OperationStack } from "./announced-stack.ts";
import { FAILURES } from "./failures.ts";

// biome-ignore lint/suspicious/noExplicitAny: a failure reaches into JSON whose shape it knows
type Json = any;
/** A container definition. */
export type Container = Json;

/** The service of which a failure has a copy, broken in one way. */
export type Origin = "nginx" | "app";

const ALWAYS: Readonly<Record<Origin, readonly string[]>> = {
  app: ["aws_ecs_service.ecs_app_service", "aws_ecs_task_definition.ecs_app_task"],
  nginx: [
    "aws_ecs_service.ecs_nginx_service",
    "aws_ecs_task_definition.ecs_nginx_task",
    "aws_lb_target_group.lb_nginx_targets",
    "aws_lb_listener_rule.lb_path_rule_1",
  ],
};

/** Health checks as often as AWS lets them be, so that what fails does so in seconds. */
const QUICK = { interval: 5, timeout: 2, unhealthy_threshold: 2 };

/** The JSON of a small stack that works, with copies of its services at zero tasks, each broken in its way. */
export class BrokenStack {
  readonly json: Json;
  private rules = 0;

  constructor() {
    const stack = new OperationStack(Testing.app({ outdir: tmpdir() }), checked(environmentWith()));
    this.json = JSON.parse(Testing.synth(stack, true));
    for (const [name, { origin, own, make }] of Object.entries(FAILURES)) make(this.add(name, origin, own), this);
  }

  /** Copies a service, with what else is to be its own, under another name. */
  add(name: string, origin: Origin, others: readonly string[] = []): Copies {
    const copies = new Copies(this.json, name, [...ALWAYS[origin], ...others]);
    const { service } = copies;
    service.desired_count = 0;
    if (origin === "app") delete service.service_connect_configuration;
    else {
      this.rules += 1;
      const rule = copies.resource("aws_lb_listener_rule.lb_path_rule_1");
      rule.priority = 100 + this.rules;
      rule.condition[0].path_pattern.values = [`/${name}`];
      service.health_check_grace_period_seconds = 1;
      Object.assign(copies.resource("aws_lb_target_group.lb_nginx_targets").health_check, QUICK);
    }
    return copies;
  }
}

/** Copies of resources, for one service. They refer to each other as the originals do. */
export class Copies {
  readonly service: Json;
  readonly task: Json;
  private readonly json: Json;
  private readonly name: string;

  /** @param addresses the service's first, then the task definition's */
  constructor(json: Json, name: string, addresses: readonly string[]) {
    this.json = json;
    this.name = name;
    for (const address of addresses) {
      const [type = "", id = ""] = address.split(".");
      let text = JSON.stringify(json.resource[type][id]);
      for (const other of addresses) text = text.replaceAll(new RegExp(`\\b${other}\\b`, "g"), this.addressOf(other));
      const copy = JSON.parse(text);
      for (const attribute of ["name", "family"])
        if (copy[attribute] !== undefined) copy[attribute] = this.nameOf(type, id);
      json.resource[type][this.idOf(id)] = copy;
    }
    [this.service, this.task] = addresses.map((address) => this.resource(address));
  }

  /** The copy of a resource. */
  resource(address: string): Json {
    const [type = "", id = ""] = address.split(".");
    return this.json.resource[type][this.idOf(id)];
  }

  reference(address: string, attribute: string): string {
    return `\${${this.addressOf(address)}.${attribute}}`;
  }

  remove(address: string): void {
    const [type = "", id = ""] = address.split(".");
    delete this.json.resource[type][this.idOf(id)];
  }

  /** A resource that has no original. */
  create(type: string, attributes: object): void {
    this.json.resource[type][this.idOf("added")] = attributes;
  }

  /** Changes the only container. */
  container(changes: object | ((container: Container) => object)): void {
    const [container] = JSON.parse(this.task.container_definitions);
    Object.assign(container, typeof changes === "function" ? changes(container) : changes);
    this.task.container_definitions = JSON.stringify([container]);
  }

  /** Takes an action out of the policy of a role. */
  forbid(policy: string, action: string): void {
    const document = JSON.parse(this.resource(policy).policy);
    for (const statement of document.Statement)
      statement.Action = statement.Action.filter((one: string) => one !== action);
    document.Statement = document.Statement.filter(({ Action }: Json) => Action.length > 0);
    this.resource(policy).policy = JSON.stringify(document);
  }

  private addressOf(address: string): string {
    const [type, id = ""] = address.split(".");
    return `${type}.${this.idOf(id)}`;
  }

  /** Target groups have neither underscores in their names nor more than 32 letters. */
  private nameOf(type: string, id: string): string {
    return type === "aws_lb_target_group" ? this.name.replaceAll("_", "-") : this.idOf(id);
  }

  private idOf(id: string): string {
    return /_(service|task)$/.test(id) ? this.name : `${this.name}_${id}`;
  }
}
