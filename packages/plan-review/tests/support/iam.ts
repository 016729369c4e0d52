import { expect } from "vitest";
import type { Json } from "../../../preflight/tests/support/rules.ts";
import { change, stopsOf } from "./review.ts";

/** Account of the plan. */
export const OWN = "123456789012";
export const FOREIGN = "999999999999";
export const ROLE = "aws_iam_role.x";
/** Issuer of the tokens of GitHub Actions. */
export const GITHUB = "token.actions.githubusercontent.com";

/** A policy document. */
export const json = (...statements: object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** A statement that lets a principal take a role, or do what `more` says. */
export const allow = (principal: unknown, condition?: object, more: object = {}) => ({
  Effect: "Allow",
  Action: "sts:AssumeRole",
  Principal: principal,
  ...(condition && { Condition: condition }),
  ...more,
});

/** A role that these statements let in. */
export const trust = (...statements: object[]) => ({ assume_role_policy: json(...statements) });
/** A role for the tokens of an issuer. */
export const federated = (issuer: string, condition?: object) =>
  trust(allow({ Federated: `arn:aws:iam::${OWN}:oidc-provider/${issuer}` }, condition));

/** An object that says which account this is. */
export const own = change(
  "aws_sns_topic.own",
  { arn: `arn:aws:sns:eu-west-1:${OWN}:own` },
  { arn: `arn:aws:sns:eu-west-1:${OWN}:own` },
);

/** Whether something is stopped where it is made, and where it is changed from what is harmless. */
export async function stopsOfBoth(address: string, before: Json, after: Json): Promise<string[]> {
  const made = await stopsOf([own, change(address, null, after)]);
  const changed = await stopsOf([own, change(address, before, after)]);
  expect(await stopsOf([own, change(address, { ...after, x: 1 }, { ...after, x: 2 })])).toEqual([]);
  expect(changed).toEqual(made);
  return made;
}

/** A role that lets no stranger in. */
export const ECS = trust(allow({ Service: "ecs-tasks.amazonaws.com" }));
