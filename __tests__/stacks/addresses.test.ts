import { describe, expect, it } from "vitest";
import { synthesize } from "../support/synthesize.ts";

describe("the addresses of production", () => {
  it("are these, and a renamed one needs a `moved`", async () => {
    const addresses = synthesize().addresses();
    await expect(`${addresses.join("\n")}\n`).toMatchFileSnapshot("./addresses.txt");
  });

  it("have no hash in them", () => {
    for (const address of synthesize().addresses()) expect(address).not.toMatch(/_[0-9A-F]{8}$/);
  });

  it.each([
    "aws_vpc.network_vpc",
    "aws_route.network_private_nat_route",
    "aws_lb.lb_alb",
    "aws_cognito_user_pool.cognito_user_pool",
  ])("mirror the original modules: %s", (address) => {
    expect(synthesize().addresses()).toContain(address);
  });
});
