import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ADOPTED_ADDRESS } from "../../../environments/schema/adopted-cognito.ts";
import { type Choice, destinations, obstacles } from "../../../tools/adopt/objects.ts";
import type { State } from "../../../tools/lib/terraform/state-file.ts";
import { client, ofPool, pool, resource, state } from "../../support/cognito-state.ts";

/** Where each address goes, or why it is left. */
function plan(of: State, choice?: Choice): Record<string, string | undefined> {
  return Object.fromEntries(destinations(of, choice).map(({ object, to, left }) => [object.address, to ?? left]));
}

const OWN_POOL = "aws_cognito_user_pool.cognito_user_pool";
const OWN_CLIENT = "aws_cognito_user_pool_client.cognito_user_pool_client";
const OWN_DOMAIN = "aws_cognito_user_pool_domain.cognito_user_pool_domain";

describe("the objects of a state", () => {
  it("are found at the root, in modules, by count and by for_each", () => {
    const found = plan(
      state(
        pool({ module: "module.auth.module.pool[0]", key: 0 }),
        client({ name: "rails" }),
        ofPool("aws_cognito_user_group", "g", { module: 'module.groups["a.b"]', name: "group", key: 'te"am' }),
      ),
    );
    expect(found).toEqual({
      "module.auth.module.pool[0].aws_cognito_user_pool.this[0]": OWN_POOL,
      "aws_cognito_user_pool_client.rails": OWN_CLIENT,
      'module.groups["a.b"].aws_cognito_user_group.group["te\\"am"]': "aws_cognito_user_group.cognito_group_te_am",
    });
  });

  it("leave data sources alone", () => {
    const data = { ...pool({ name: "looked_up" }), mode: "data" as const };
    expect(Object.keys(plan(state(pool(), data)))).toEqual(["aws_cognito_user_pool.this"]);
  });

  it("get names of their own where they would have the same", () => {
    const group = (id: string, module: string) => ofPool("aws_cognito_user_group", id, { module });
    const names = Object.values(
      plan(
        state(
          pool(),
          group("a", "module.a"),
          group("b", "module.b"),
          group("c", "module.c"),
          ofPool("aws_cognito_resource_server", "r", { name: "client_secret" }),
          ofPool("aws_cognito_user_group", "v", { name: "client_secret_value" }),
        ),
      ),
    );
    expect(names).toEqual([
      OWN_POOL,
      "aws_cognito_user_group.cognito_this",
      "aws_cognito_user_group.cognito_this_user_group",
      "aws_cognito_user_group.cognito_this_user_group_2",
      "aws_cognito_resource_server.cognito_client_secret_resource_server",
      "aws_cognito_user_group.cognito_client_secret_value_user_group",
    ]);
  });

  it("get names that are addresses here too, whatever their keys are", () => {
    const group = (key: string) => ofPool("aws_cognito_user_group", key, { key });
    const names = Object.values(plan(state(pool(), group("管理者"), group("利用者"), group("a--b_"))));
    expect(names.slice(1)).toEqual([
      "aws_cognito_user_group.cognito_this",
      "aws_cognito_user_group.cognito_this_user_group",
      "aws_cognito_user_group.cognito_this_a_b",
    ]);
  });

  it("get a name of their type where theirs has no letter that an address here may have", () => {
    const found = plan(state(pool(), ofPool("aws_cognito_user_group", "a", { name: "管理者" })));
    expect(found["aws_cognito_user_group.管理者"]).toBe("aws_cognito_user_group.cognito_user_group");
  });

  it("keep an address that is one here already, and take no other's", () => {
    const found = plan(
      state(
        pool(),
        ofPool("aws_cognito_user_group", "a", { module: "module.x", name: "admins" }),
        ofPool("aws_cognito_user_group", "b", { name: "cognito_admins" }),
        client({ name: "cognito_user_pool_client", attributes: { id: "mobile", client_secret: "" } }),
        client({ name: "web" }),
      ),
    );
    expect(found).toMatchObject({
      "module.x.aws_cognito_user_group.admins": "aws_cognito_user_group.cognito_admins_user_group",
      "aws_cognito_user_group.cognito_admins": "aws_cognito_user_group.cognito_admins",
      "aws_cognito_user_pool_client.web": OWN_CLIENT,
      [OWN_CLIENT]: "aws_cognito_user_pool_client.cognito_user_pool_client_user_pool_client",
    });
  });

  it("have addresses as Terraform writes them", () => {
    const [, group] = destinations(state(pool(), ofPool("aws_cognito_user_group", "g", { key: 'a"${b}\\%{c}' })));
    expect(group?.object.address).toBe('aws_cognito_user_group.this["a\\"$${b}\\\\%%{c}"]');
  });

  it("are left where they are, with the reason, where this project does not hold them", () => {
    const found = plan(
      state(
        pool(),
        ofPool("aws_cognito_user", "u"),
        ofPool("aws_cognito_user_in_group", "ug"),
        ofPool("aws_cognito_log_delivery_configuration", "l"),
        resource({ type: "aws_cognito_identity_pool", attributes: { id: "ip" } }),
        resource({ type: "aws_lambda_permission", attributes: { id: "lp", principal: "cognito-idp.amazonaws.com" } }),
        resource({
          type: "aws_lambda_permission",
          name: "s3",
          attributes: { id: "s3", principal: "s3.amazonaws.com" },
        }),
      ),
    );
    expect(found).toMatchObject({
      "aws_cognito_user.this": expect.stringContaining("is a user"),
      "aws_cognito_user_in_group.this": expect.stringContaining("is a user"),
      "aws_cognito_log_delivery_configuration.this": "is of a type that this project does not support",
      "aws_cognito_identity_pool.this": "is of a type that this project does not support",
      "aws_lambda_permission.this": "stays with its function",
    });
    expect(found).not.toHaveProperty("aws_lambda_permission.s3");
  });
});

describe("the pool", () => {
  const two = state(
    pool({ name: "a", attributes: { name: "users" } }),
    pool({ name: "b", attributes: { id: "ap-northeast-1_Pool2", name: "users" } }),
    ofPool("aws_cognito_user_group", "g"),
    client({ name: "b", attributes: { id: "client2", user_pool_id: "ap-northeast-1_Pool2" } }),
  );

  it("must be there", () => {
    expect(() => plan(state(client()))).toThrow("This state has no aws_cognito_user_pool");
  });

  it("is asked for where there are several, even of one name", () => {
    expect(() => plan(two)).toThrow(
      /^There are 2 user pools.*--pool, by address or id: aws_cognito_user_pool\.a \(ap-northeast-1_Pool1\), aws_cognito_user_pool\.b/,
    );
  });

  it.each(["aws_cognito_user_pool.b", "ap-northeast-1_Pool2"])(
    "is chosen by %s, and the other's objects are left",
    (chosen) => {
      expect(plan(two, { pool: chosen })).toEqual({
        "aws_cognito_user_pool.a": "belongs to another user pool than ap-northeast-1_Pool2",
        "aws_cognito_user_pool.b": OWN_POOL,
        "aws_cognito_user_group.this": "belongs to another user pool than ap-northeast-1_Pool2",
        "aws_cognito_user_pool_client.b": OWN_CLIENT,
      });
    },
  );

  it("is refused where none is called so", () => {
    expect(() => plan(two, { pool: "c" })).toThrow("--pool c: is not one of the user pools in this state. There are: ");
  });
});

describe("Rails's app client", () => {
  const withoutSecret = { client_secret: "", generate_secret: false };

  it("is the only one that has a secret", () => {
    const found = plan(
      state(
        pool(),
        client({ key: "mobile", attributes: { id: "m", ...withoutSecret } }),
        client({ key: "web", attributes: { id: "w" } }),
      ),
    );
    expect(found).toMatchObject({
      'aws_cognito_user_pool_client.this["web"]': OWN_CLIENT,
      'aws_cognito_user_pool_client.this["mobile"]': "aws_cognito_user_pool_client.cognito_this_mobile",
    });
  });

  it("is asked for where several have one, or none has", () => {
    const two = (attributes: object) =>
      state(
        pool(),
        client({ key: 0, attributes: { id: "a", ...attributes } }),
        client({ key: 1, attributes: { id: "b", ...attributes } }),
      );
    expect(() => plan(two({}))).toThrow(/^There are 2 app clients.*--client/);
    expect(() => plan(two(withoutSecret))).toThrow(/^There are 2 app clients.*--client/);
    expect(plan(two({}), { client: "b" })).toMatchObject({ "aws_cognito_user_pool_client.this[1]": OWN_CLIENT });
  });

  it("need not be there", () => {
    expect(plan(state(pool()))).toEqual({ "aws_cognito_user_pool.this": OWN_POOL });
  });
});

describe("the domain", () => {
  it("is the one under Cognito's own name, and a custom one stands beside it", () => {
    const custom = { certificate_arn: "arn:aws:acm:us-east-1:123456789012:certificate/x" };
    const found = plan(
      state(
        pool(),
        ofPool("aws_cognito_user_pool_domain", "auth.example.com", { name: "custom", attributes: custom }),
        ofPool("aws_cognito_user_pool_domain", "prefix", { name: "prefix" }),
      ),
    );
    expect(found).toMatchObject({
      "aws_cognito_user_pool_domain.custom": "aws_cognito_user_pool_domain.cognito_custom",
      "aws_cognito_user_pool_domain.prefix": OWN_DOMAIN,
    });
  });
});

describe("what stands in the way", () => {
  const problems = (of: State) =>
    obstacles(
      destinations(of).map(({ object }) => object),
      "ap-northeast-1",
    );

  it("is nothing for a usual state, of any version", () => {
    for (const provider of [
      'provider["registry.terraform.io/hashicorp/aws"]',
      'provider["registry.terraform.io/hashicorp/aws"].tokyo',
      'module.auth.provider["registry.opentofu.org/hashicorp/aws"]',
      'provider["registry.terraform.io/-/aws"]',
      "provider.aws",
      "module.auth.provider.aws.tokyo",
    ]) {
      expect(problems(state(pool({ provider })))).toEqual([]);
    }
  });

  it.each([
    [
      { provider: 'provider["registry.terraform.io/acme/aws"]' },
      'is managed by provider["registry.terraform.io/acme/aws"]',
    ],
    [{ instance: { status: "tainted" } }, "is tainted, so Terraform would replace it"],
    [{ attributes: { id: "us-east-1_Pool" } }, "is in another region than the environment (ap-northeast-1)"],
    [{ attributes: { id: undefined } }, "has no id"],
    [{ attributes: { id: { toString: 1 } } }, "has no id"],
  ])("is told in one line: %j", (sketch, message) => {
    expect(problems(state(pool(sketch)))).toEqual([expect.stringContaining(message)]);
  });

  it("is an object that is in the state twice", () => {
    const twice = state(
      pool(),
      ofPool("aws_cognito_user_group", "a"),
      ofPool("aws_cognito_user_group", "a", { name: "b" }),
    );
    expect(problems(twice)).toEqual([
      "aws_cognito_user_group.b: is the same object as aws_cognito_user_group.this (a). Remove one of them from the state: terraform state rm 'aws_cognito_user_group.b'.",
    ]);
  });
});

describe("what is left over from an unfinished replacement", () => {
  const old = pool({ attributes: { id: "ap-northeast-1_Old" }, instance: { deposed: "a1b2" } });

  it("stays, and is not mistaken for a second pool", () => {
    expect(plan(state(pool({ name: "new" }), old))).toEqual({
      "aws_cognito_user_pool.new": OWN_POOL,
      "aws_cognito_user_pool.this": "is left over from an unfinished replacement",
    });
  });

  it("is named where there is nothing else", () => {
    expect(() => plan(state(old))).toThrow(
      "aws_cognito_user_pool.this: ap-northeast-1_Old is left over from an unfinished replacement. Run terraform apply",
    );
  });
});

describe("every name", () => {
  it("is an address that the environment's file takes", () => {
    const word = fc.string({ unit: "binary", minLength: 1, maxLength: 8 });
    const groups = fc.array(fc.record({ name: word, key: word }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(groups, (all) => {
        const sketches = all.map((one, index) => ofPool("aws_cognito_user_group", `g${index}`, one));
        const names = destinations(state(pool(), ...sketches)).map(({ to }) => to);
        for (const name of names) expect(name).toMatch(ADOPTED_ADDRESS);
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });
});
