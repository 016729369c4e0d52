import { describe, expect, it } from "vitest";
import { withoutAcknowledged } from "../src/acknowledgements.ts";
import type { LocatedFinding } from "../src/preflight.ts";

const finding = (id: string, address: string, message = "is wrong."): LocatedFinding => ({
  id,
  severity: "error",
  address,
  message,
  cause: "Because.",
  fix: "Fix it.",
  attribute: undefined,
});
const acknowledge = (id: string, address: string) => ({ id, address, reason: "known since May" });

const WIDE = finding("NET-008", "aws_vpc.a");
const LONG = finding("LB-011", "aws_lb.a");

describe("an acknowledgement", () => {
  it("takes out the finding that it names", () => {
    expect(withoutAcknowledged([WIDE, LONG], [acknowledge("NET-008", "aws_vpc.a")])).toEqual([LONG]);
  });

  it("takes out every finding of the rule at that address", () => {
    const twice = [WIDE, finding("NET-008", "aws_vpc.a", "is wrong in another way.")];
    expect(withoutAcknowledged(twice, [acknowledge("NET-008", "aws_vpc.a")])).toEqual([]);
  });

  it.each([
    ["another rule", acknowledge("NET-007", "aws_vpc.a")],
    ["another address", acknowledge("NET-008", "aws_vpc.b")],
    ["a part of the address", acknowledge("NET-008", "aws_vpc")],
    ["the id in small letters", acknowledge("net-008", "aws_vpc.a")],
  ])("leaves the finding where it names %s, and is a warning itself", (_, acknowledgement) => {
    const left = withoutAcknowledged([WIDE], [acknowledgement]);
    expect(left[0]).toBe(WIDE);
    expect(left.slice(1)).toEqual([
      {
        id: "ACK-001",
        severity: "warning",
        address: acknowledgement.address,
        message: expect.stringMatching(
          /^is acknowledged for [A-Za-z]+-\d+ \("known since May"\), (but has no such finding|and no rule of this id has looked)\.$/,
        ),
        cause: expect.stringMatching(/./),
        fix: expect.stringMatching(/./),
        attribute: undefined,
      },
    ]);
  });

  it("may be there for each of several findings", () => {
    const all = [acknowledge("NET-008", "aws_vpc.a"), acknowledge("LB-011", "aws_lb.a")];
    expect(withoutAcknowledged([WIDE, LONG], all)).toEqual([]);
  });
});

it("leaves the findings as they are where nothing is acknowledged", () => {
  expect(withoutAcknowledged([WIDE, LONG], [])).toEqual([WIDE, LONG]);
});
