import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emptyState,
  locate,
  unmoved,
  withAdopted,
  withObjects,
  withoutIndex,
  withoutObjects,
} from "../../../tools/adopt/states.ts";
import type { State } from "../../../tools/lib/terraform/state-file.ts";
import { allObjects } from "../../../tools/lib/terraform/state-objects.ts";
import { AWS, client, ofPool, POOL_ID, pool, resource, state } from "../../support/cognito-state.ts";

const ADOPTED = {
  "aws_cognito_user_pool.cognito_user_pool": {
    from: "module.a.aws_cognito_user_pool.this[0]",
    id: POOL_ID,
    attributes: {},
  },
  "aws_cognito_user_pool_client.cognito_user_pool_client": {
    from: 'aws_cognito_user_pool_client.this["web"]',
    id: "client1",
    attributes: {},
  },
  "aws_cognito_user_pool_domain.cognito_user_pool_domain": null,
};
const OLD = state(
  pool({ module: "module.a", key: 0 }),
  client({
    key: "web",
    instance: {
      private: "cHJpdmF0ZQ==",
      dependencies: ["module.a.aws_cognito_user_pool.this", "aws_lambda_function.x"],
    },
  }),
  resource({ type: "aws_s3_bucket", attributes: { id: "bucket" } }),
);

const addresses = (of: State) => allObjects(of).map(({ address }) => address);

describe("an object that moves", () => {
  const moved = withAdopted(emptyState(), locate(ADOPTED, OLD, emptyState()), AWS);
  const there = allObjects(moved).find(({ type }) => type === "aws_cognito_user_pool_client");

  it("is at its new address, at the root and without an index", () => {
    expect(addresses(moved)).toEqual(Object.keys(ADOPTED).slice(0, 2));
  });

  it("keeps its attributes, its secret among them, and what the provider notes beside them", () => {
    const before = allObjects(OLD).find(({ type }) => type === "aws_cognito_user_pool_client");
    expect(there?.instance).toMatchObject({ attributes: before?.instance.attributes, private: "cHJpdmF0ZQ==" });
  });

  it("depends on what moves with it, and on nothing that it leaves behind", () => {
    expect(there?.instance.dependencies).toEqual(["aws_cognito_user_pool.cognito_user_pool"]);
  });

  it("raises the serial, without which Terraform takes no state", () => {
    expect(moved.serial).toBe(1);
    expect(withoutObjects(OLD, allObjects(OLD).slice(0, 1)).serial).toBe(OLD.serial + 1);
  });
});

describe("an address", () => {
  it.each([
    [
      'module.a["x.y[0]\\"]"].module.b[0].aws_cognito_user_pool.this["k]"]',
      "module.a.module.b.aws_cognito_user_pool.this",
    ],
    ["aws_cognito_user_pool.this", "aws_cognito_user_pool.this"],
  ])("is in a configuration without its keys: %s", (address, plain) => {
    expect(withoutIndex(address)).toBe(plain);
  });
});

describe("a state", () => {
  it("is the same where nothing moves", () => {
    expect(withAdopted(OLD, [], AWS)).toBe(OLD);
    expect(withoutObjects(OLD, [])).toBe(OLD);
    expect(withObjects(OLD, [])).toBe(OLD);
  });

  it("keeps what does not move", () => {
    expect(addresses(withoutObjects(OLD, allObjects(OLD).slice(0, 2)))).toEqual(["aws_s3_bucket.this"]);
  });

  it("has everything again when what left it comes back, in whatever order", () => {
    const three = [0, 1, 2].map((key) => ofPool("aws_cognito_user_group", `g${key}`, { key }));
    const full = {
      ...OLD,
      resources: [...OLD.resources, { ...three[0], instances: three.flatMap((one) => one?.instances ?? []) }],
    } as State;
    fc.assert(
      fc.property(fc.shuffledSubarray(allObjects(full)), (leaving) => {
        const again = withObjects(withoutObjects(full, leaving), leaving);
        const sorted = (of: State) =>
          allObjects(of)
            .map(({ address, instance }) => [address, instance])
            .sort();
        expect(sorted(again)).toEqual(sorted(full));
      }),
    );
  });
});

describe("an object that is not where it should be", () => {
  it("is named where it is in neither state", () => {
    expect(() => locate(ADOPTED, state(pool({ module: "module.a", key: 0 })), emptyState())).toThrow(
      /^aws_cognito_user_pool_client\.this\["web"\]: client1 is in neither state/,
    );
  });

  it("is not looked for one by one where none of them is there: the directory is another", () => {
    expect(() => locate(ADOPTED, state(), emptyState())).toThrow(
      /^None of the adopted objects is in either state\..*$/,
    );
  });

  it("is named where another has its place", () => {
    const taken = state(pool({ name: "cognito_user_pool", attributes: { id: "ap-northeast-1_Other" } }));
    expect(() => locate(ADOPTED, OLD, taken)).toThrow(
      "aws_cognito_user_pool.cognito_user_pool: the environment's state has another object at this address, ap-northeast-1_Other",
    );
  });

  it("is not mistaken for another that has come to its old address", () => {
    const replaced = state(
      pool({ module: "module.a", key: 0, attributes: { id: "ap-northeast-1_New" } }),
      client({ key: "web" }),
    );
    expect(() => locate(ADOPTED, replaced, emptyState())).toThrow(
      "(the old one has ap-northeast-1_New at this address)",
    );
  });
});

const POOL = "aws_cognito_user_pool.cognito_user_pool";
const CLIENT = "aws_cognito_user_pool_client.cognito_user_pool_client";
const OTHER = "aws_cognito_user_pool_client.cognito_other";
const FETCHED = {
  [POOL]: { from: "module.a.aws_cognito_user_pool.this", id: POOL_ID, attributes: {} },
  [CLIENT]: null,
};

const names = (...of: Parameters<typeof unmoved>) => unmoved(...of).map(([address]) => address);

describe("an adopted object, before a deployment,", () => {
  it("is in the state at its address, or where a moved block fetches it from", () => {
    expect(names(FETCHED, state(pool({ name: "cognito_user_pool" })))).toEqual([]);
    expect(names(FETCHED, state(pool({ module: "module.a" })))).toEqual([]);
  });

  it("is not in it anywhere else, nor where another is", () => {
    expect(names(FETCHED, state())).toEqual([POOL]);
    expect(names(FETCHED, state(pool({ module: "module.b" })))).toEqual([POOL]);
    const other = pool({ name: "cognito_user_pool", attributes: { id: "ap-northeast-1_Other" } });
    expect(names(FETCHED, state(pool({ module: "module.a" }), other))).toEqual([POOL]);
  });

  it("is not fetched from an address that is another adopted object's by now", () => {
    const swapped = {
      [CLIENT]: { from: "aws_cognito_user_pool_client.web", id: "web", attributes: {} },
      [OTHER]: { from: CLIENT, id: "mobile", attributes: {} },
    };
    const same = state(
      client({ name: "web", attributes: { id: "web" } }),
      client({ name: "cognito_user_pool_client", attributes: { id: "mobile" } }),
    );
    expect(names(swapped, same).sort()).toEqual([OTHER, CLIENT].sort());
  });
});
