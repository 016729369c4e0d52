import { describe, expect, it } from "vitest";
import { unmoved } from "../../migration/unmoved.ts";
import { client, POOL_ID, pool, state } from "../support/cognito-state.ts";

const POOL = "aws_cognito_user_pool.cognito_user_pool";
const CLIENT = "aws_cognito_user_pool_client.cognito_user_pool_client";
const OTHER = "aws_cognito_user_pool_client.cognito_other";
const ADOPTED = {
  [POOL]: { from: "module.a.aws_cognito_user_pool.this", id: POOL_ID, attributes: {} },
  [CLIENT]: null,
};

const names = (...of: Parameters<typeof unmoved>) => unmoved(...of).map(([address]) => address);

describe("an adopted object", () => {
  it("is in the state at its address, or where a moved block fetches it from", () => {
    expect(names(ADOPTED, state(pool({ name: "cognito_user_pool" })))).toEqual([]);
    expect(names(ADOPTED, state(pool({ module: "module.a" })))).toEqual([]);
  });

  it("is not in it anywhere else, nor where another is", () => {
    expect(names(ADOPTED, state())).toEqual([POOL]);
    expect(names(ADOPTED, state(pool({ module: "module.b" })))).toEqual([POOL]);
    const other = pool({ name: "cognito_user_pool", attributes: { id: "ap-northeast-1_Other" } });
    expect(names(ADOPTED, state(pool({ module: "module.a" }), other))).toEqual([POOL]);
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
