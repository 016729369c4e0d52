import { editStatements, type Json } from "../../support/rules.ts";

/** A policy document. */
export const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/** A statement that allows actions. */
export const allow = (Action: string | string[], Resource: string | string[], more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource,
  ...more,
});

/** Changes the statements of the app's execution role. */
export const editExecution = (change: (statements: Json[]) => void) => (stack: Json) =>
  editStatements(stack, "aws_iam_role_policy", "app_execution", change);

/** Place of the statement about secrets in it. */
export const SECRETS = 3;

/** Takes a statement out of it. */
export const take = (place: number) => editExecution((statements) => statements.splice(place, 1));
export const EVERYTHING = allow("*", "*");

/** Attaches a managed policy to a role. */
export const attach =
  (policyArn: string, role = "${aws_iam_role.app_execution.name}") =>
  ({ resource }: Json) => {
    resource.aws_iam_role_policy_attachment.app_execution = { role, policy_arn: policyArn };
  };

export const change =
  (...changes: ((stack: Json) => void)[]) =>
  (stack: Json) => {
    for (const one of changes) one(stack);
  };

/** A policy by which a principal may take a role. */
export const trust = (principal: unknown, action = "sts:AssumeRole") =>
  policy({ Effect: "Allow", Principal: principal, Action: action });

/** Writes the policy of the key of secrets anew. */
export const keyPolicy =
  (...statements: object[]) =>
  ({ resource }: Json) => {
    resource.aws_kms_key.secrets.policy = policy(...statements);
  };
