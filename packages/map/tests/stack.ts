import { load } from "@operation-app/preflight";
import { mapOf, type StackMap } from "../src/index.ts";

type Resources = Record<string, Record<string, object>>;

const EVERYWHERE = { protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["0.0.0.0/0"] };
const ZONES = ["a", "c"];

/** A load balancer, a database, and any number of services, in two zones. */
export function stackWith(services: readonly string[], more: Resources = {}) {
  const group = (name: string, from: object) => ({
    vpc_id: "${aws_vpc.main.id}",
    name,
    ingress: [{ protocol: "tcp", ...from }],
    egress: [EVERYWHERE],
  });
  const inZones = <T>(of: (zone: string, index: number) => T) =>
    Object.fromEntries(
      ZONES.flatMap((zone, index) => [
        [`public_${zone}`, of(zone, index)],
        [`private_${zone}`, of(zone, index + 2)],
      ]),
    );
  const placed = (kind: string) => ZONES.map((zone) => `\${aws_subnet.${kind}_${zone}.id}`);
  const resource: Resources = {
    aws_vpc: { main: { cidr_block: "10.0.0.0/16" } },
    aws_internet_gateway: { main: { vpc_id: "${aws_vpc.main.id}" } },
    aws_subnet: inZones((zone, index) => ({
      vpc_id: "${aws_vpc.main.id}",
      cidr_block: `10.0.${index}.0/24`,
      availability_zone: `ap-northeast-1${zone}`,
    })),
    aws_route_table: {
      public: {
        vpc_id: "${aws_vpc.main.id}",
        route: [{ cidr_block: "0.0.0.0/0", gateway_id: "${aws_internet_gateway.main.id}" }],
      },
      private: {
        vpc_id: "${aws_vpc.main.id}",
        route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "${aws_nat_gateway.main.id}" }],
      },
    },
    aws_route_table_association: Object.fromEntries(
      ["public", "private"].flatMap((kind) =>
        ZONES.map((zone) => [
          `${kind}_${zone}`,
          { subnet_id: `\${aws_subnet.${kind}_${zone}.id}`, route_table_id: `\${aws_route_table.${kind}.id}` },
        ]),
      ),
    ),
    aws_eip: { main: { domain: "vpc" } },
    aws_nat_gateway: { main: { subnet_id: "${aws_subnet.public_a.id}", allocation_id: "${aws_eip.main.id}" } },
    aws_security_group: {
      lb: group("lb", { from_port: 443, to_port: 443, cidr_blocks: ["0.0.0.0/0"] }),
      app: group("app", { from_port: 3000, to_port: 3000, security_groups: ["${aws_security_group.lb.id}"] }),
      db: group("db", { from_port: 3306, to_port: 3306, security_groups: ["${aws_security_group.app.id}"] }),
    },
    aws_lb: { main: { name: "front", subnets: placed("public"), security_groups: ["${aws_security_group.lb.id}"] } },
    aws_lb_listener: {
      main: {
        load_balancer_arn: "${aws_lb.main.arn}",
        port: 443,
        protocol: "HTTPS",
        default_action: [{ type: "forward", target_group_arn: "${aws_lb_target_group.main.arn}" }],
      },
    },
    aws_lb_target_group: { main: { vpc_id: "${aws_vpc.main.id}", port: 3000, protocol: "HTTP", target_type: "ip" } },
    aws_db_subnet_group: { main: { subnet_ids: placed("private") } },
    aws_db_instance: {
      main: {
        identifier: "data",
        engine: "mysql",
        db_subnet_group_name: "${aws_db_subnet_group.main.name}",
        vpc_security_group_ids: ["${aws_security_group.db.id}"],
      },
    },
    aws_ecs_task_definition: Object.fromEntries(
      services.map((name) => [
        name,
        {
          family: name,
          container_definitions: JSON.stringify([
            { name: "app", image: "app", portMappings: [{ containerPort: 3000 }] },
          ]),
        },
      ]),
    ),
    aws_ecs_service: Object.fromEntries(
      services.map((name, index) => [
        name,
        {
          name,
          launch_type: "FARGATE",
          task_definition: `\${aws_ecs_task_definition.${name}.arn}`,
          network_configuration: { subnets: placed("private"), security_groups: ["${aws_security_group.app.id}"] },
          ...(index === 0 && {
            load_balancer: [
              { target_group_arn: "${aws_lb_target_group.main.arn}", container_name: "app", container_port: 3000 },
            ],
          }),
        },
      ]),
    ),
  };
  for (const [type, all] of Object.entries(more)) resource[type] = { ...resource[type], ...all };
  return { provider: { aws: [{ region: "ap-northeast-1" }] }, resource };
}

/** The same stack with everything in the opposite order. */
export function backwards<T>(value: T): T {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, one]) => [key, backwards(one)]),
  ) as T;
}

export async function mapOfStack(stack: object): Promise<StackMap> {
  return mapOf(await load(stack, "stack"), { name: "stack" });
}
