import { describe, expect, it } from "vitest";
import { load } from "../src/graph/load.ts";
import { InputError } from "../src/input/user-error.ts";
import { answerPathQuestion } from "../src/path-question.ts";
import type { Json } from "./support/rules.ts";
import { workingStack } from "./support/working-stack.ts";

type Change = (stack: Json) => void;

/** The way from one place to another in the working stack with a change. */
async function ask(from: string, to: string, change: Change = () => {}) {
  const stack = workingStack();
  change(stack);
  return answerPathQuestion(await load(stack, "test.json"), from, to);
}

const addInstance: Change = ({ resource }) => {
  resource.aws_instance = {
    bastion: {
      ami: "ami-1",
      instance_type: "t4g.nano",
      subnet_id: "${aws_subnet.private_a.id}",
      vpc_security_group_ids: ["${aws_security_group.app.id}"],
    },
  };
};

const addFunction: Change = ({ resource }) => {
  resource.aws_lambda_function = {
    job: {
      function_name: "job",
      vpc_config: {
        subnet_ids: ["${aws_subnet.private_a.id}"],
        security_group_ids: ["${aws_security_group.app.id}"],
      },
    },
  };
};

const addPublicInstance: Change = ({ resource }) => {
  resource.aws_instance = {
    bastion: {
      ami: "ami-1",
      instance_type: "t4g.nano",
      subnet_id: "${aws_subnet.public_a.id}",
      vpc_security_group_ids: ["${aws_security_group.alb.id}"],
    },
  };
  resource.aws_eip.bastion = { domain: "vpc", instance: "${aws_instance.bastion.id}" };
};

describe("a path that is open", () => {
  it.each<[string, string, string[], Change?]>([
    ["aws_ecs_service.nginx", "ecr.api", ["aws_security_group.nginx", "aws_security_group.endpoints"]],
    ["aws_ecs_service.nginx", "s3", ["aws_security_group.nginx", "aws_route_table.private"]],
    ["aws_ecs_service.app", "sqs", ["aws_security_group.app", "aws_route_table.private", "aws_route_table.public"]],
    [
      "aws_ecs_service.app",
      "internet",
      ["aws_security_group.app", "aws_route_table.private", "aws_route_table.public"],
    ],
    ["aws_ecs_service.app", "aws_db_instance.main", ["aws_security_group.app", "aws_security_group.database"]],
    [
      "aws_ecs_service.app",
      "aws_elasticache_replication_group.main",
      ["aws_security_group.app", "aws_security_group.cache"],
    ],
    ["aws_ecs_service.nginx", "aws_ecs_service.app:3000", ["aws_security_group.nginx", "aws_security_group.app"]],
    ["aws_lb.main", "aws_ecs_service.nginx:8080", ["aws_security_group.alb", "aws_security_group.nginx"]],
    ["aws_lb.main", "internet", ["aws_security_group.alb", "aws_route_table.public"]],
    // The port of the tasks, and the service that keeps a secret.
    ["aws_ecs_service.nginx", "aws_ecs_service.app", ["aws_security_group.nginx", "aws_security_group.app"]],
    ["aws_lb.main", "aws_ecs_service.nginx", ["aws_security_group.alb", "aws_security_group.nginx"]],
    [
      "aws_ecs_service.nginx",
      "aws_secretsmanager_secret.redis",
      ["aws_security_group.nginx", "aws_security_group.endpoints"],
    ],
    ["aws_ecs_service.nginx", "aws_vpc_endpoint.logs", ["aws_security_group.nginx", "aws_security_group.endpoints"]],
    [
      "aws_lambda_function.job",
      "aws_db_instance.main",
      ["aws_security_group.app", "aws_security_group.database"],
      addFunction,
    ],
    [
      "aws_lambda_function.job",
      "internet",
      ["aws_security_group.app", "aws_route_table.private", "aws_route_table.public"],
      addFunction,
    ],
    ["internet", "aws_instance.bastion:443", ["aws_route_table.public", "aws_security_group.alb"], addPublicInstance],
    ["internet", "aws_lb.main", ["aws_route_table.public", "aws_security_group.alb"]],
    ["internet", "aws_lb.main:443", ["aws_route_table.public", "aws_security_group.alb"]],
    [
      "aws_instance.bastion",
      "aws_db_instance.main",
      ["aws_security_group.app", "aws_security_group.database"],
      addInstance,
    ],
    ["aws_instance.bastion", "logs", ["aws_security_group.app", "aws_security_group.endpoints"], addInstance],
  ])("%s → %s passes %j", async (from, to, hops, change) => {
    const path = await ask(from, to, change);
    expect(path.verdict).toBe("open");
    expect(path.hops.map(({ at }) => at)).toEqual(hops);
    expect(path.hops.every(({ passes }) => passes === "yes")).toBe(true);
  });
});

describe("a path that is blocked", () => {
  it.each<[string, string, string, RegExp, Change?]>([
    ["aws_ecs_service.nginx", "aws_db_instance.main", "aws_security_group.nginx", /lets nothing out .* on 3306/],
    ["aws_ecs_service.app", "aws_ecs_service.nginx:8080", "aws_security_group.app", /lets nothing out .* on 8080/],
    ["aws_ecs_service.nginx", "aws_ecs_service.app:3001", "aws_security_group.nginx", /on 3001/],
    ["aws_ecs_service.nginx", "internet", "aws_security_group.nginx", /lets nothing out to the internet on 443/],
    ["internet", "aws_lb.main:80", "aws_security_group.alb", /lets nothing in on 80/],
    ["internet", "aws_lambda_function.job:443", "aws_lambda_function.job", /has no public address/, addFunction],
    ["internet", "aws_instance.bastion:443", "aws_instance.bastion", /has no public address/, addInstance],
    [
      "aws_instance.bastion",
      "internet",
      "the network interface",
      /has no public address/,
      (stack) => {
        addPublicInstance(stack);
        delete stack.resource.aws_eip.bastion;
      },
    ],
    ["internet", "aws_ecs_service.app:3000", "aws_ecs_service.app", /has no public address/],
    [
      "aws_ecs_service.app",
      "aws_db_instance.main",
      "aws_security_group.database",
      /does not let .*app in on 3306/,
      ({ resource }) => {
        delete resource.aws_vpc_security_group_ingress_rule.database_from_app;
      },
    ],
    [
      "aws_ecs_service.app",
      "sqs",
      "aws_route_table.private",
      /has no route out of aws_subnet.private_a to sqs/,
      ({ resource }) => {
        delete resource.aws_route.nat;
      },
    ],
    [
      "aws_ecs_service.app",
      "internet",
      "aws_nat_gateway.main",
      /needs a public subnet/,
      ({ resource }) => {
        resource.aws_nat_gateway.main.subnet_id = "${aws_subnet.private_c.id}";
      },
    ],
    [
      "aws_ecs_service.app",
      "secretsmanager",
      "aws_vpc_endpoint.secretsmanager",
      /policy/,
      ({ resource }) => {
        resource.aws_vpc_endpoint.secretsmanager.policy = JSON.stringify({
          Statement: [{ Effect: "Allow", Principal: "*", Action: "secretsmanager:ListSecrets", Resource: "*" }],
        });
      },
    ],
    [
      "aws_ecs_service.app",
      "internet",
      "aws_network_acl.main",
      /refuses port 443 out of aws_subnet.private_a/,
      ({ resource }) => {
        resource.aws_network_acl = {
          main: { vpc_id: "${aws_vpc.main.id}", subnet_ids: ["${aws_subnet.private_a.id}"] },
        };
      },
    ],
  ])("%s → %s stops at %s: %s", async (from, to, at, what, change) => {
    const path = await ask(from, to, change);
    expect(path.verdict).toBe("blocked");
    expect(path.hops.at(-1)).toMatchObject({ at, what: expect.stringMatching(what), passes: "no" });
    expect(path.hops.slice(0, -1).map(({ passes }) => passes)).not.toContain("no");
  });
});

describe("a path that can't be known", () => {
  it.each<[string, string, string, Change]>([
    [
      "aws_ecs_service.app",
      "aws_db_instance.main",
      "an address that is a variable's",
      ({ variable, resource }) => {
        variable.office = {};
        delete resource.aws_vpc_security_group_ingress_rule.database_from_app.referenced_security_group_id;
        resource.aws_vpc_security_group_ingress_rule.database_from_app.cidr_ipv4 = "${var.office}";
      },
    ],
    [
      "aws_ecs_service.app",
      "internet",
      "a NAT gateway that is looked up",
      ({ data, resource }) => {
        data.aws_nat_gateway = { main: { vpc_id: "${aws_vpc.main.id}" } };
        resource.aws_route.nat.nat_gateway_id = "${data.aws_nat_gateway.main.id}";
      },
    ],
    [
      "aws_ecs_service.app",
      "internet",
      "a route to a network firewall",
      ({ resource }) => {
        delete resource.aws_route.nat.nat_gateway_id;
        resource.aws_route.nat.vpc_endpoint_id = "vpce-1";
      },
    ],
  ])("%s → %s: %s", async (from, to, _, change) => {
    const path = await ask(from, to, change);
    expect(path.verdict).toBe("unknown");
    expect(path.hops.map(({ passes }) => passes)).toContain("maybe");
  });
});

describe("a question that can't be answered", () => {
  it.each<[string, string, string]>([
    [
      "aws_ecs_service.ap",
      "internet",
      "There is no aws_ecs_service.ap in this file. Did you mean aws_ecs_service.app?",
    ],
    ["aws_ecs_service.app", "aws_db_instance.mian", "Did you mean aws_db_instance.main?"],
    ["internet", "aws_lb.mein", "Did you mean aws_lb.main?"],
    [
      "aws_ecs_service.nginx",
      "aws_instance.bastion",
      "On which port of aws_instance.bastion? Write it behind the address",
    ],
    ["aws_ecr_repository.app", "internet", "aws_ecr_repository.app has no place in a network."],
    ["aws_ecs_service.app", "aws_iam_role.app", "aws_iam_role.app has no place in a network."],
    ["aws_ecs_service.app", "", "There is no"],
    ["", "internet", "There is no"],
    [
      "internet",
      "internet",
      "A path from the internet needs an address in this file as its target, such as aws_lb.main, not internet.",
    ],
    [
      "internet",
      "s3",
      "A path from the internet needs an address in this file as its target, such as aws_lb.main, not s3.",
    ],
  ])("%j → %j: %s", async (from, to, message) => {
    const error = await ask(from, to, addInstance).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain("\n");
  });

  it("says so where the file has no resource at all", async () => {
    const graph = await load({ resource: {} }, "test.json");
    expect(() => answerPathQuestion(graph, "aws_lb.main", "internet")).toThrow("There is no aws_lb.main in this file.");
  });

  it.each(["aws_ecs_service.app:0", "aws_ecs_service.app:65536", "aws_ecs_service.app:99999"])(
    "asks for a port that there is: %s",
    async (to) => {
      await expect(ask("aws_ecs_service.nginx", to)).rejects.toBeInstanceOf(InputError);
    },
  );

  it("finds an instance by its key", async () => {
    const path = await ask("aws_ecs_service.nginx", 'aws_ecs_service.app["a:1"]:3000', ({ resource }) => {
      resource.aws_ecs_service.app.for_each = { "a:1": {} };
    });
    expect(path.verdict).toBe("open");
  });
});
