import { describeRule, editContainers, type Json } from "../../support/rules.ts";
import { ANY_PORT, acl, change, groupRule, HTTPS, otherVpc } from "./changes.ts";

/** The app is given the database's address in a way that no attribute tells. */
function hideDatabase(stack: Json): void {
  editContainers(stack, "app", ([app]) => {
    app.environment = app.environment.filter(({ name }: Json) => name !== "DATABASE_HOST");
  });
}

function setEnvironment(stack: Json, name: string, value: string): void {
  editContainers(stack, "nginx", ([nginx]) => {
    nginx.environment = [{ name, value }];
  });
}

/** The app under a name of DNS instead of Service Connect's. */
function discover(stack: Json): void {
  const { resource } = stack;
  resource.aws_service_discovery_private_dns_namespace = { main: { name: "shop.internal", vpc: "${aws_vpc.main.id}" } };
  resource.aws_service_discovery_service = {
    app: {
      name: "app",
      dns_config: {
        namespace_id: "${aws_service_discovery_private_dns_namespace.main.id}",
        dns_records: { type: "A", ttl: 10 },
      },
    },
  };
  for (const service of Object.values<Json>(resource.aws_ecs_service)) delete service.service_connect_configuration;
  resource.aws_ecs_service.app.service_registries = { registry_arn: "${aws_service_discovery_service.app.arn}" };
  editContainers(stack, "nginx", ([nginx]) => {
    nginx.environment = [{ name: "APP_UPSTREAM", value: "http://app.shop.internal:3000/" }];
  });
}

function mount({ resource }: Json): void {
  resource.aws_efs_file_system = { files: {} };
  resource.aws_security_group.files = { name: "files", vpc_id: "${aws_vpc.main.id}" };
  resource.aws_efs_mount_target = Object.fromEntries(
    ["private_a", "private_c"].map((subnet) => [
      subnet,
      {
        file_system_id: "${aws_efs_file_system.files.id}",
        subnet_id: `\${aws_subnet.${subnet}.id}`,
        security_groups: ["${aws_security_group.files.id}"],
      },
    ]),
  );
  resource.aws_ecs_task_definition.app.volume = {
    name: "files",
    efs_volume_configuration: { file_system_id: "${aws_efs_file_system.files.id}" },
  };
  resource.aws_security_group_rule = {
    app: groupRule("app", "egress", 2049, { source_security_group_id: "${aws_security_group.files.id}" }),
  };
}

describeRule("NET-106", {
  "a database that does not let the tasks in": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
      resource.aws_security_group_rule = {
        database: groupRule("database", "ingress", 3306, { source_security_group_id: "${aws_security_group.app.id}" }),
      };
    },
    says: "aws_ecs_service.app can't reach aws_db_instance.main on 3306: aws_security_group.database does not let aws_security_group.app in on 3306. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "tasks that are not let out to the database": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_database;
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_database;
      resource.aws_security_group.app.egress = {
        from_port: 3306,
        to_port: 3306,
        protocol: "tcp",
        cidr_blocks: ["${aws_vpc.main.cidr_block}"],
      };
    },
    says: "aws_ecs_service.app can't reach aws_db_instance.main on 3306: aws_security_group.app lets nothing out to aws_db_instance.main on 3306. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "rules for the port of another engine": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_db_instance.main, { engine: "postgres", engine_version: "16" });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_db_instance.main, { engine: "postgres", engine_version: "16", port: 3306 });
    },
    says: "aws_ecs_service.app can't reach aws_db_instance.main on 5432: aws_security_group.app lets nothing out to aws_db_instance.main on 5432. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "a rule for a port that the database does not listen on": {
    bad: ({ resource }) => {
      resource.aws_db_instance.main.port = 3307;
    },
    good: (stack) => {
      stack.variable.port = {};
      stack.resource.aws_db_instance.main.port = "${var.port}";
    },
    says: "aws_ecs_service.app can't reach aws_db_instance.main on 3307: aws_security_group.app lets nothing out to aws_db_instance.main on 3307. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "a cache whose address is in a secret": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.cache_from_app;
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_ingress_rule.cache_from_app.cidr_ipv4 = "10.0.0.0/16";
      delete resource.aws_vpc_security_group_ingress_rule.cache_from_app.referenced_security_group_id;
    },
    says: "aws_ecs_service.app can't reach aws_elasticache_replication_group.main on 6379: aws_security_group.cache does not let aws_security_group.app in on 6379. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "a group with itself only, of which the tasks are no members": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
      resource.aws_security_group.database.ingress = { from_port: 3306, to_port: 3306, protocol: "tcp", self: true };
    },
    good: ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
      resource.aws_security_group.database.ingress = { from_port: 3306, to_port: 3306, protocol: "tcp", self: true };
      resource.aws_ecs_service.app.network_configuration.security_groups.push("${aws_security_group.database.id}");
    },
    says: "aws_ecs_service.app can't reach aws_db_instance.main on 3306: aws_security_group.database does not let aws_security_group.app in on 3306. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "a database in another VPC": {
    bad: change(otherVpc, ({ resource }) => {
      resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.other_a.id}"];
    }),
    good: change(otherVpc, ({ resource }) => {
      resource.aws_db_subnet_group.main.subnet_ids = ["${aws_subnet.other_a.id}"];
      resource.aws_vpc_peering_connection = {
        main: { vpc_id: "${aws_vpc.main.id}", peer_vpc_id: "${aws_vpc.other.id}" },
      };
      resource.aws_route.peer = {
        route_table_id: "${aws_route_table.private.id}",
        destination_cidr_block: "10.1.0.0/16",
        vpc_peering_connection_id: "${aws_vpc_peering_connection.main.id}",
      };
      resource.aws_default_route_table = {
        other: {
          default_route_table_id: "${aws_vpc.other.default_route_table_id}",
          route: [
            {
              cidr_block: "10.0.0.0/16",
              vpc_peering_connection_id: "${aws_vpc_peering_connection.main.id}",
            },
          ],
        },
      };
    }),
    says: "aws_ecs_service.app can't reach aws_db_instance.main on 3306: aws_subnet.private_a aws_subnet.other_a is in another VPC, and no route leads there. Route the subnet's 0.0.0.0/0 to a NAT gateway, or give the VPC a way to it.",
  },
  "a network ACL between the subnets": {
    bad: acl(ANY_PORT, [HTTPS], ["${aws_subnet.private_a.id}"]),
    good: acl(ANY_PORT, ANY_PORT, ["${aws_subnet.private_a.id}"]),
    says: [
      "aws_ecs_service.app can't reach aws_db_instance.main on 3306: aws_network_acl.main refuses port 3306 out of aws_subnet.private_a (aws_db_instance.main). Let the network ACL pass the port, and ports 1024–65535 back.",
      "aws_ecs_service.app can't reach aws_elasticache_replication_group.main on 6379: aws_network_acl.main refuses port 6379 out of aws_subnet.private_a (aws_elasticache_replication_group.main). Let the network ACL pass the port, and ports 1024–65535 back.",
    ],
  },
});

/** In place of the group of the app, the database lets addresses in. */
const addressesIn =
  (port: number) =>
  ({ resource }: Json) => {
    const rule = resource.aws_vpc_security_group_ingress_rule.database_from_app;
    delete rule.referenced_security_group_id;
    Object.assign(rule, { cidr_ipv4: "192.168.0.0/16", from_port: port, to_port: port });
  };

describeRule("NET-113", {
  "a database that no client reaches": {
    bad: change(hideDatabase, ({ resource }) => {
      delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
    }),
    good: hideDatabase,
    says: "aws_db_instance.main is reached by no service of this configuration on 3306: aws_security_group.nginx lets nothing out to aws_db_instance.main on 3306. Let the group of the tasks out to it, and let that group in at its own.",
  },
  "a database that lets others in on another port only": {
    bad: change(hideDatabase, addressesIn(80)),
    good: change(hideDatabase, addressesIn(3306)),
    says: "aws_db_instance.main is reached by no service of this configuration on 3306: aws_security_group.nginx lets nothing out to aws_db_instance.main on 3306. Let the group of the tasks out to it, and let that group in at its own.",
  },
  "a database that no client reaches, unless something else may use it": {
    bad: change(hideDatabase, ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_database;
    }),
    good: change(hideDatabase, ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.app_to_database;
      resource.aws_instance = { bastion: { ami: "ami-1", instance_type: "t4g.nano" } };
    }),
    says: "aws_db_instance.main is reached by no service of this configuration on 3306: aws_security_group.nginx lets nothing out to aws_db_instance.main on 3306. Let the group of the tasks out to it, and let that group in at its own.",
  },
});

describeRule("NET-107", {
  "nginx that is not let out to the app": {
    bad: ({ resource }) => {
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_app;
    },
    good: ({ resource }) => {
      resource.aws_vpc_security_group_egress_rule.nginx_to_app.cidr_ipv4 = "10.0.0.0/16";
      delete resource.aws_vpc_security_group_egress_rule.nginx_to_app.referenced_security_group_id;
    },
    says: "aws_ecs_service.nginx can't reach app (aws_ecs_service.app) on 3000: aws_security_group.nginx lets nothing out to a task of aws_ecs_service.app on 3000. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "an app that does not let nginx in": {
    bad: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.app_from_nginx, { from_port: 80, to_port: 80 });
    },
    good: ({ resource }) => {
      Object.assign(resource.aws_vpc_security_group_ingress_rule.app_from_nginx, { from_port: 3000, to_port: 3010 });
    },
    says: "aws_ecs_service.nginx can't reach app (aws_ecs_service.app) on 3000: aws_security_group.app does not let aws_security_group.nginx in on 3000. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "the name of a service in an address, and not that of a database": {
    bad: (stack) => {
      delete stack.resource.aws_vpc_security_group_egress_rule.nginx_to_app;
      setEnvironment(stack, "BACKEND_HOST", "app");
    },
    good: (stack) => {
      delete stack.resource.aws_vpc_security_group_egress_rule.nginx_to_app;
      setEnvironment(stack, "DATABASE_NAME", "app");
    },
    says: "aws_ecs_service.nginx can't reach app (aws_ecs_service.app) on 3000: aws_security_group.nginx lets nothing out to a task of aws_ecs_service.app on 3000. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "an app that is found by service discovery": {
    bad: (stack) => {
      discover(stack);
      delete stack.resource.aws_vpc_security_group_ingress_rule.app_from_nginx;
    },
    good: discover,
    says: "aws_ecs_service.nginx can't reach app.shop.internal (aws_ecs_service.app) on 3000: aws_security_group.app does not let aws_security_group.nginx in on 3000. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
});

describeRule("NET-109", {
  "a file system that does not let the tasks in": {
    bad: mount,
    good: change(mount, ({ resource }) => {
      resource.aws_security_group_rule.files = groupRule("files", "ingress", 2049, {
        source_security_group_id: "${aws_security_group.app.id}",
      });
    }),
    says: "aws_ecs_service.app can't reach aws_efs_file_system.files on 2049: aws_security_group.files does not let aws_security_group.app in on 2049. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
  "tasks that are not let out to it": {
    bad: change(mount, ({ resource }) => {
      resource.aws_security_group_rule = {
        files: groupRule("files", "ingress", 2049, { cidr_blocks: ["0.0.0.0/0"] }),
      };
    }),
    says: "aws_ecs_service.app can't reach aws_efs_file_system.files on 2049: aws_security_group.app lets nothing out to aws_efs_mount_target.private_a on 2049. Allow the connection in both security groups: egress in one, ingress in the other.",
  },
});
