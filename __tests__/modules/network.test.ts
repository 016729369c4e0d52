import { describe, expect, it } from "vitest";
import { synthesize } from "../support/synthesize.ts";

describe("the network", () => {
  it("answers under the services' own names: DNS support and host names are on", () => {
    expect(synthesize().resource("aws_vpc.network_vpc")).toMatchObject({
      cidr_block: "192.168.0.0/16",
      enable_dns_support: true,
      enable_dns_hostnames: true,
    });
  });

  it("closes the VPC's default security group", () => {
    const group = synthesize().resource("aws_default_security_group.network_default_security_group");
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  });

  it("has a public and a private subnet in each zone", () => {
    const stack = synthesize({ network: { zones: ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"] } });
    expect(stack.names("aws_subnet")).toEqual([
      "network_private_a",
      "network_private_c",
      "network_private_d",
      "network_public_a",
      "network_public_c",
      "network_public_d",
    ]);
  });

  it("takes blocks of one's own for a zone", () => {
    const subnets = { "ap-northeast-1a": { public: "192.168.1.0/24", private: "192.168.2.0/24" } } as const;
    const stack = synthesize({ network: { subnets } });
    expect(stack.resource("aws_subnet.network_public_a").cidr_block).toBe("192.168.1.0/24");
    expect(stack.resource("aws_subnet.network_private_a").cidr_block).toBe("192.168.2.0/24");
    expect(stack.resource("aws_subnet.network_public_c").cidr_block).toBe("192.168.32.0/20");
  });

  it("routes the private subnets to the NAT gateway over IPv4", () => {
    const route = synthesize().resource("aws_route.network_private_nat_route");
    expect(route).toMatchObject({
      destination_cidr_block: "0.0.0.0/0",
      nat_gateway_id: "${aws_nat_gateway.network_nat_gateway.id}",
    });
    expect(route).not.toHaveProperty("destination_ipv6_cidr_block");
  });

  it("makes a NAT gateway only after the internet gateway", () => {
    expect(synthesize().resource("aws_nat_gateway.network_nat_gateway").depends_on).toContain(
      "aws_internet_gateway.network_internet_gateway",
    );
  });

  it("has no NAT gateway where none is wanted, and no address that is paid for nothing", () => {
    const stack = synthesize({ network: { nat: "none" } });
    expect(stack.names("aws_nat_gateway")).toEqual([]);
    expect(stack.names("aws_eip")).toEqual([]);
    expect(stack.names("aws_route")).toEqual(["network_public_internet_route"]);
  });

  it("has a NAT gateway and a private route table in each zone where that is wanted", () => {
    const stack = synthesize({ network: { nat: "per-zone" } });
    expect(stack.names("aws_nat_gateway")).toEqual(["network_nat_a_gateway", "network_nat_c_gateway"]);
    for (const letter of ["a", "c"]) {
      const table = `\${aws_route_table.network_private_route_table_${letter}.id}`;
      expect(stack.resource(`aws_route.network_private_nat_route_${letter}`)).toMatchObject({
        route_table_id: table,
        nat_gateway_id: `\${aws_nat_gateway.network_nat_${letter}_gateway.id}`,
      });
      expect(stack.resource(`aws_nat_gateway.network_nat_${letter}_gateway`).subnet_id).toBe(
        `\${aws_subnet.network_public_${letter}.id}`,
      );
      expect(stack.resource(`aws_route_table_association.network_private_association_${letter}`)).toMatchObject({
        route_table_id: table,
        subnet_id: `\${aws_subnet.network_private_${letter}.id}`,
      });
    }
  });

  it("lets an instance out in place of a gateway, and keeps route, address and group on an interface that stays", () => {
    const stack = synthesize({ network: { nat: "instance", interfaceEndpoints: "none", outboundPorts: [587] } });
    const interfaceId = "${aws_network_interface.network_nat_instance_interface.id}";
    expect(stack.names("aws_nat_gateway")).toEqual([]);
    expect(stack.resource("aws_route.network_private_nat_route").network_interface_id).toBe(interfaceId);
    expect(stack.resource("aws_eip.network_nat_instance_address").network_interface).toBe(interfaceId);
    expect(stack.resource("aws_network_interface.network_nat_instance_interface")).toMatchObject({
      subnet_id: "${aws_subnet.network_public_a.id}",
      source_dest_check: false,
      security_groups: ["${aws_security_group.firewall_nat.id}"],
    });
    const template = stack.resource("aws_launch_template.network_nat_instance_template");
    expect(template).toMatchObject({
      image_id: expect.stringMatching(/^resolve:ssm:.*-arm64$/),
      network_interfaces: [{ device_index: 0, network_interface_id: interfaceId, delete_on_termination: "false" }],
      metadata_options: { http_tokens: "required" },
    });
    expect(template).not.toHaveProperty("key_name");
    expect(template).not.toHaveProperty("iam_instance_profile");
    // Without a role, it can call nothing in AWS. What it does: __tests__/end-to-end/nat-instance.test.ts
    const userData = Buffer.from(template.user_data, "base64").toString();
    expect(userData).not.toMatch(/\baws\b|169\.254\.169\.254/);
    expect(userData).toContain("OnUnitActiveSec=1min\nAccuracySec=1s\n"); // by default, systemd may be a minute late
    expect(stack.resource("aws_autoscaling_group.network_nat_instance_group")).toMatchObject({
      min_size: 1,
      max_size: 1,
      availability_zones: ["ap-northeast-1a"],
    });
    const rules = (type: string) => stack.names(type).filter((name) => name.startsWith("firewall_nat_"));
    expect(rules("aws_vpc_security_group_ingress_rule")).toEqual([
      "firewall_nat_from_app",
      "firewall_nat_from_app_587",
      "firewall_nat_from_nginx",
    ]);
    expect(rules("aws_vpc_security_group_egress_rule")).toEqual([
      "firewall_nat_to_internet_443",
      "firewall_nat_to_internet_587",
    ]);
  });

  it.each(["none", "single", "per-zone", "instance"] as const)(
    "puts the S3 gateway endpoint on every private route table: NAT %s",
    (nat) => {
      const stack = synthesize({ network: { nat } });
      const tables = stack.names("aws_route_table").filter((name) => name.includes("private"));
      const endpoint = stack.resource("aws_vpc_endpoint.network_s3_endpoint");
      expect(endpoint.vpc_endpoint_type).toBe("Gateway");
      expect(endpoint.route_table_ids).toEqual(tables.map((name) => `\${aws_route_table.${name}.id}`));
    },
  );

  it("keeps a flow log where one is wanted", () => {
    expect(synthesize().names("aws_flow_log")).toEqual([]);
    const stack = synthesize({ network: { flowLogRetentionDays: 7 } });
    expect(stack.resource("aws_flow_log.network_flow_logs_flow_log").traffic_type).toBe("ALL");
    expect(stack.resource("aws_cloudwatch_log_group.network_flow_logs_log_group").retention_in_days).toBe(7);
    const [trusted] = stack.statements("aws_iam_role.network_flow_logs_role", "assume_role_policy");
    expect(Object.keys(trusted.Condition)).toEqual(["StringEquals", "ArnLike"]);
  });
});

describe("the interface endpoints", () => {
  const services = (stack: ReturnType<typeof synthesize>) =>
    stack.names("aws_vpc_endpoint").filter((name) => name !== "network_s3_endpoint");

  it("are there for what the tasks call, and no more", () => {
    expect(services(synthesize())).toEqual([
      "network_endpoint_ecr_api",
      "network_endpoint_ecr_dkr",
      "network_endpoint_logs",
      "network_endpoint_secretsmanager",
      "network_endpoint_ssmmessages",
    ]);
  });

  it("leave ssmmessages out where exec is off", () => {
    expect(services(synthesize({ ecs: { exec: false } }))).not.toContain("network_endpoint_ssmmessages");
  });

  it("lead to Cognito where no NAT gateway does, for a pool that can be reached that way", () => {
    const cognito = "network_endpoint_cognito_idp";
    expect(services(synthesize({ network: { nat: "none" }, cognito: { domainPrefix: undefined } }))).toContain(cognito);
    expect(services(synthesize({ network: { nat: "none" } }))).not.toContain(cognito);
  });

  it("stand in one zone or in all of them, answer to the services' names, and have their own group", () => {
    const one = synthesize().resource("aws_vpc_endpoint.network_endpoint_ecr_api");
    expect(one.subnet_ids).toHaveLength(1);
    expect(one.private_dns_enabled).toBe(true);
    expect(one.security_group_ids).toEqual(["${aws_security_group.firewall_endpoints.id}"]);
    const all = synthesize({ network: { interfaceEndpoints: "per-zone" } });
    expect(all.resource("aws_vpc_endpoint.network_endpoint_ecr_api").subnet_ids).toHaveLength(2);
  });

  it("are not there where NAT is the way", () => {
    expect(services(synthesize({ network: { interfaceEndpoints: "none" } }))).toEqual([]);
  });
});
