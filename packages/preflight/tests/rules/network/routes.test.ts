import { describeRule } from "../../support/rules.ts";

describeRule("NET-001", {
  "::/0 to a NAT gateway": {
    bad: ({ resource }) => {
      resource.aws_route.ipv6 = {
        route_table_id: "${aws_route_table.private.id}",
        destination_ipv6_cidr_block: "::/0",
        nat_gateway_id: "${aws_nat_gateway.main.id}",
      };
    },
    good: ({ resource }) => {
      resource.aws_egress_only_internet_gateway = { main: { vpc_id: "${aws_vpc.main.id}" } };
      resource.aws_route.ipv6 = {
        route_table_id: "${aws_route_table.private.id}",
        destination_ipv6_cidr_block: "::/0",
        egress_only_gateway_id: "${aws_egress_only_internet_gateway.main.id}",
      };
    },
    says: 'aws_route.ipv6 routes ::/0 to a NAT gateway, which takes no IPv6. Write the destination as IPv4, "0.0.0.0/0" in destination_cidr_block (cidr_block in a route table).',
  },
  "an IPv6 block as destination_cidr_block": {
    bad: ({ resource }) => {
      resource.aws_route.nat.destination_cidr_block = "::/0";
    },
    says: 'aws_route.nat routes ::/0 to a NAT gateway, which takes no IPv6. Write the destination as IPv4, "0.0.0.0/0" in destination_cidr_block (cidr_block in a route table).',
  },
  "::/0 to a NAT gateway in a route table itself": {
    bad: ({ resource }) => {
      resource.aws_route_table.private.route = [
        { ipv6_cidr_block: "::/0", nat_gateway_id: "${aws_nat_gateway.main.id}" },
      ];
    },
    good: ({ resource }) => {
      resource.aws_route_table.private.route = [
        { ipv6_cidr_block: "64:ff9b::/96", nat_gateway_id: "${aws_nat_gateway.main.id}" },
      ];
    },
    says: 'aws_route_table.private routes ::/0 to a NAT gateway, which takes no IPv6. Write the destination as IPv4, "0.0.0.0/0" in destination_cidr_block (cidr_block in a route table).',
  },
  "::/0 to a NAT gateway that is called a gateway": {
    bad: ({ resource }) => {
      resource.aws_route_table.private.route = {
        ipv6_cidr_block: "::/0",
        gateway_id: "${aws_nat_gateway.main.id}",
      };
    },
    good: ({ resource }) => {
      resource.aws_route_table.public.route = {
        ipv6_cidr_block: "::/0",
        gateway_id: "${aws_internet_gateway.main.id}",
      };
    },
    says: 'aws_route_table.private routes ::/0 to a NAT gateway, which takes no IPv6. Write the destination as IPv4, "0.0.0.0/0" in destination_cidr_block (cidr_block in a route table).',
  },
});

describeRule("NET-014", {
  "a subnet with two route tables": {
    bad: ({ resource }) => {
      resource.aws_route_table_association.twice = {
        subnet_id: "${aws_subnet.private_a.id}",
        route_table_id: "${aws_route_table.public.id}",
      };
    },
    good: ({ resource }) => {
      resource.aws_route_table_association.gateway = {
        gateway_id: "${aws_internet_gateway.main.id}",
        route_table_id: "${aws_route_table.public.id}",
      };
    },
    says: "aws_route_table_association.twice gives aws_subnet.private_a a second route table, beside aws_route_table_association.private_a. Keep one of the two associations.",
  },
  "one subnet for all instances of an association": {
    bad: ({ resource }) => {
      delete resource.aws_route_table_association.private_c;
      Object.assign(resource.aws_route_table_association.private_a, { count: 2 });
    },
    good: ({ resource }) => {
      delete resource.aws_route_table_association.private_c;
      Object.assign(resource.aws_route_table_association.private_a, {
        count: 2,
        subnet_id: "${element([aws_subnet.private_a.id, aws_subnet.private_c.id], count.index)}",
      });
    },
    says: "aws_route_table_association.private_a[1] gives aws_subnet.private_a a second route table, beside aws_route_table_association.private_a[0]. Keep one of the two associations.",
  },
});

describeRule("NET-015", {
  "two routes to one destination": {
    bad: ({ resource }) => {
      resource.aws_route.twice = { ...resource.aws_route.nat, gateway_id: "${aws_internet_gateway.main.id}" };
      delete resource.aws_route.twice.nat_gateway_id;
    },
    good: ({ resource }) => {
      resource.aws_route.twice = { ...resource.aws_route.nat, destination_cidr_block: "203.0.113.0/24" };
    },
    says: "aws_route.twice routes 0.0.0.0/0 of aws_route_table.private, as aws_route.nat does already. Keep one of the two routes.",
  },
  "a route beside the one in the table itself": {
    bad: ({ resource }) => {
      resource.aws_route_table.private.route = [
        { cidr_block: "0.0.0.0/0", nat_gateway_id: "${aws_nat_gateway.main.id}" },
      ];
    },
    good: ({ resource }) => {
      resource.aws_route_table.other = {
        vpc_id: "${aws_vpc.main.id}",
        route: [{ cidr_block: "0.0.0.0/0", nat_gateway_id: "${aws_nat_gateway.main.id}" }],
      };
    },
    says: "aws_route.nat routes 0.0.0.0/0 of aws_route_table.private, as aws_route_table.private does already. Keep one of the two routes.",
  },
  "two routes to one IPv6 destination": {
    bad: ({ resource }) => {
      const route = {
        route_table_id: "${aws_route_table.public.id}",
        destination_ipv6_cidr_block: "::/0",
        gateway_id: "${aws_internet_gateway.main.id}",
      };
      Object.assign(resource.aws_route, { first: route, second: route });
    },
    says: "aws_route.second routes ::/0 of aws_route_table.public, as aws_route.first does already. Keep one of the two routes.",
  },
});

describeRule("NET-026", {
  "a route with two targets": {
    bad: ({ resource }) => {
      resource.aws_route.nat.gateway_id = "${aws_internet_gateway.main.id}";
    },
    good: ({ resource }) => {
      resource.aws_route.nat.gateway_id = "";
    },
    says: "aws_route.nat has 2 targets, gateway_id and nat_gateway_id. Keep one of them, and write another route for what remains.",
  },
  "a route without a target": {
    bad: ({ resource }) => {
      delete resource.aws_route.nat.nat_gateway_id;
    },
    good: ({ resource }) => {
      resource.aws_route.nat.nat_gateway_id = "${var.nat}";
    },
    says: "aws_route.nat has no target. Write one, such as gateway_id.",
  },
  "a route with two destinations": {
    bad: ({ resource }) => {
      resource.aws_route.internet.destination_ipv6_cidr_block = "::/0";
    },
    good: ({ resource }) => {
      resource.aws_route.internet.destination_ipv6_cidr_block = null;
    },
    says: "aws_route.internet has 2 destinations, destination_cidr_block and destination_ipv6_cidr_block. Keep one of them, and write another route for what remains.",
  },
  "a route of a table with two targets": {
    bad: ({ resource }) => {
      delete resource.aws_route;
      const gateways = {
        nat_gateway_id: "${aws_nat_gateway.main.id}",
        gateway_id: "${aws_internet_gateway.main.id}",
      };
      resource.aws_route_table.private.route = [{ cidr_block: "0.0.0.0/0", ...gateways }];
    },
    good: ({ resource }) => {
      delete resource.aws_route;
      const route = { cidr_block: "0.0.0.0/0", gateway_id: "", nat_gateway_id: "${aws_nat_gateway.main.id}" };
      resource.aws_route_table.private.route = [route];
    },
    says: "aws_route_table.private has a route with 2 targets, gateway_id and nat_gateway_id. Keep one of them, and write another route for what remains.",
  },
});

describeRule("NET-015", {
  "two routes to one list of addresses": {
    bad: ({ resource }) => {
      const list = { route_table_id: resource.aws_route.nat.route_table_id, destination_prefix_list_id: "pl-1" };
      Object.assign(resource.aws_route, { a: { ...list, gateway_id: "igw-1" }, b: { ...list, gateway_id: "igw-2" } });
    },
    says: "aws_route.b routes pl-1 of aws_route_table.private, as aws_route.a does already. Keep one of the two routes.",
  },
});
