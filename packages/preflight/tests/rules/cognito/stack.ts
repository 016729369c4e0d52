import { planOfStack } from "../../support/plan.ts";
import type { Json } from "../../support/rules.ts";
import { workingStack } from "../../support/working-stack.ts";

export const pool = (stack: Json) => stack.resource.aws_cognito_user_pool.main;
export const client = (stack: Json) => stack.resource.aws_cognito_user_pool_client.alb;
export const domain = (stack: Json) => stack.resource.aws_cognito_user_pool_domain.main;

/** Settings of the client. */
export const set = (values: Json) => (stack: Json) => Object.assign(client(stack), values);

/** Callback URLs of the client, beside the working one. */
export const callbacks = (...urls: string[]) =>
  set({ callback_urls: ["https://shop.example.com/oauth2/idpresponse", ...urls] });

export const POOL_ID = "${aws_cognito_user_pool.main.id}";

/** Of a function elsewhere. */
export const ARN = "arn:aws:lambda:ap-northeast-1:123456789012:function:f";
/** The first plan of the working stack with a change. */
export const planOf = (change: (stack: Json) => void) => () => {
  const stack = workingStack();
  change(stack);
  return planOfStack(stack);
};
