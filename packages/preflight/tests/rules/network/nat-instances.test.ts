import { describeRule, type Json } from "../../support/rules.ts";

/** A stack whose way out is an instance that a launch template starts with an interface of its own. */
function natInstance({ resource }: Json): void {
  delete resource.aws_nat_gateway;
  delete resource.aws_route.nat.nat_gateway_id;
  resource.aws_route.nat.network_interface_id = "${aws_network_interface.nat.id}";
  resource.aws_network_interface = {
    nat: {
      subnet_id: "${aws_subnet.public_a.id}",
      source_dest_check: false,
      security_groups: ["${aws_security_group.nat.id}"],
    },
  };
  resource.aws_security_group.nat = {
    vpc_id: "${aws_vpc.main.id}",
    ingress: [{ protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["10.0.0.0/16"] }],
    egress: [{ protocol: "-1", from_port: 0, to_port: 0, cidr_blocks: ["0.0.0.0/0"] }],
  };
  resource.aws_eip = { nat: { domain: "vpc", network_interface: "${aws_network_interface.nat.id}" } };
  resource.aws_launch_template = {
    nat: {
      image_id: "ami-12345678",
      instance_type: "t4g.nano",
      network_interfaces: [{ device_index: 0, network_interface_id: "${aws_network_interface.nat.id}" }],
    },
  };
}

const changed = (change: (resource: Json) => void) => (stack: Json) => {
  natInstance(stack);
  change(stack.resource);
};

describeRule("NET-031", {
  "an interface that checks source and destination": {
    bad: changed((resource) => {
      delete resource.aws_network_interface.nat.source_dest_check;
    }),
    good: natInstance,
    says: "aws_network_interface.nat is what a default route leads to, and checks the source and destination of packets. Set source_dest_check to false.",
  },
  "an instance in a private subnet": {
    bad: changed((resource) => {
      resource.aws_network_interface.nat.subnet_id = "${aws_subnet.private_a.id}";
    }),
    good: natInstance,
    says: "aws_network_interface.nat is what a default route leads to, and stands in aws_subnet.private_a, which has no route to an internet gateway. Put it into a subnet whose route table leads to an internet gateway.",
  },
  "an instance without a public address, unless it may have a second interface": {
    bad: changed((resource) => {
      delete resource.aws_eip;
    }),
    good: changed((resource) => {
      delete resource.aws_eip;
      resource.aws_launch_template.nat.network_interfaces.push({ device_index: 1 });
    }),
    says: 'aws_network_interface.nat is what a default route leads to, and has no public address. Give it an aws_eip with domain = "vpc".',
  },
  "a group that lets nothing in": {
    bad: changed((resource) => {
      resource.aws_security_group.nat.ingress = [];
    }),
    good: natInstance,
    says: "aws_network_interface.nat is what a default route leads to, and its security groups let nothing in. Let the private subnets in, on the ports that they use on the internet.",
  },
});
