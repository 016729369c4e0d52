import { change } from "../rules/reachability/changes.ts";
import { type Change, describeRows } from "./rows.ts";

const DATABASE = "aws_db_instance.main";
const INSTANCE = "aws_instance.main";

/** An instance behind the rules of the app, in a subnet with a route to the internet gateway. */
const instance =
  (more: object = {}): Change =>
  ({ resource }) => {
    resource.aws_instance = {
      main: {
        subnet_id: "${aws_subnet.public_a.id}",
        vpc_security_group_ids: ["${aws_security_group.app.id}"],
        ...more,
      },
    };
  };
const eip =
  (more: object): Change =>
  ({ resource }) => {
    resource.aws_eip = { ...resource.aws_eip, own: { domain: "vpc", ...more } };
  };
const INTERFACE = "${aws_instance.main.primary_network_interface_id}";

describeRows("an instance", [
  ["has no public address by default", INSTANCE, "internet", instance(), "blocked"],
  [
    "has one where an address is given to it",
    INSTANCE,
    "internet",
    change(instance(), eip({ instance: "${aws_instance.main.id}" })),
    "open",
  ],
  [
    "has one where an address is given to its interface",
    INSTANCE,
    "internet",
    change(instance(), eip({ network_interface: INTERFACE })),
    "open",
  ],
  [
    "may have one where an address is given to what can't be known",
    INSTANCE,
    "internet",
    change(instance(), eip({}), ({ resource }) => {
      resource.aws_eip_association = {
        main: { allocation_id: "${aws_eip.own.id}", instance_id: "${data.aws_instances.all.ids[0]}" },
      };
    }),
    "unknown",
  ],
  [
    "has its own groups only",
    INSTANCE,
    DATABASE,
    instance({ vpc_security_group_ids: ["${aws_security_group.nginx.id}"] }),
    "blocked",
  ],
  [
    "has the groups, too, that are attached to its interface",
    INSTANCE,
    DATABASE,
    change(instance({ vpc_security_group_ids: ["${aws_security_group.nginx.id}"] }), ({ resource }) => {
      resource.aws_network_interface_sg_attachment = {
        main: { security_group_id: "${aws_security_group.app.id}", network_interface_id: INTERFACE },
      };
    }),
    "open",
  ],
]);

/** A network interface in the place of the instance, and perhaps one behind it. */
const interfaces =
  (instance: object): Change =>
  ({ resource }) => {
    resource.aws_network_interface = {
      main: { subnet_id: "${aws_subnet.public_a.id}", security_groups: ["${aws_security_group.app.id}"] },
      other: { subnet_id: "${aws_subnet.private_a.id}", security_groups: ["${aws_security_group.nginx.id}"] },
    };
    resource.aws_instance = { main: instance };
  };
const OWN_INTERFACE = "${aws_network_interface.main.id}";
const primary = interfaces({ primary_network_interface: [{ network_interface_id: OWN_INTERFACE }] });
const numbered = interfaces({
  network_interface: [
    { device_index: 1, network_interface_id: "${aws_network_interface.other.id}" },
    { device_index: 0, network_interface_id: OWN_INTERFACE },
  ],
});

describeRows("an instance with network interfaces of its own", [
  ["stands where its primary one stands", INSTANCE, DATABASE, primary, "open"],
  ["has no public address by itself", INSTANCE, "internet", primary, "blocked"],
  [
    "has one where an address is given to the interface",
    INSTANCE,
    "internet",
    change(primary, eip({ network_interface: OWN_INTERFACE })),
    "open",
  ],
  [
    "has one where an address is given to the instance",
    INSTANCE,
    "internet",
    change(primary, eip({ instance: "${aws_instance.main.id}" })),
    "open",
  ],
  ["uses the first by number", INSTANCE, DATABASE, numbered, "open"],
  ["is not known without a subnet", INSTANCE, "internet", interfaces({}), "unknown"],
]);

const attached: Change = change(interfaces({ subnet_id: "${aws_subnet.private_a.id}" }), ({ resource }) => {
  resource.aws_instance.main.vpc_security_group_ids = ["${aws_security_group.nginx.id}"];
  resource.aws_network_interface_attachment = {
    main: { instance_id: "${aws_instance.main.id}", network_interface_id: OWN_INTERFACE, device_index: 1 },
  };
});

describeRows("a further network interface of an instance", [
  [
    "may lead where the primary one does not",
    INSTANCE,
    DATABASE,
    attached,
    "unknown",
    "aws_security_group.nginx lets nothing out to aws_db_instance.main on 3306; over another network interface, it may pass",
  ],
  ["leads no further than its own groups", INSTANCE, `${DATABASE}:5432`, attached, "blocked"],
  ["changes nothing where the primary one leads there", INSTANCE, DATABASE, numbered, "open"],
]);

describeRows("a network interface", [
  ["has no public address by itself", "aws_network_interface.main", "internet", primary, "blocked"],
  [
    "has one where an address is given to it",
    "aws_network_interface.main",
    "internet",
    change(primary, eip({ network_interface: OWN_INTERFACE })),
    "open",
  ],
]);
