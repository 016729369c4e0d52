import type { Call } from "../../call.ts";
import type { Gap, Moto } from "../gap.ts";
import { jsonError, jsonReply } from "../replies.ts";

/** A call that Cognito refuses, in Cognito's own words. */
export class Refusal extends Error {
  /** Such as `NotAuthorizedException`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Fields of a call or of an answer, by Cognito's names. */
// biome-ignore lint/suspicious/noExplicitAny: the shapes are those of some fifteen calls, which the AWS SDK's users send.
export type Fields = Record<string, any>;

/** Asks moto's Cognito for one thing. @throws {Refusal} as moto does */
export type AskMoto = (action: string, input: object) => Promise<Fields>;

/** Moto's Cognito in one region, asked as an administrator would. */
export function cognitoOf(moto: Moto, region: string): AskMoto {
  return async (action, input) => {
    const { status, body } = await moto.forward(request(region, action, input));
    const answer: Fields = JSON.parse(body.toString("utf8") || "{}");
    if (status !== 200) throw new Refusal(String(answer.__type).replace(/.*#/, ""), answer.message ?? "");
    return answer;
  };
}

/** The region of a user pool, which its id begins with. */
export const regionOf = (userPoolId: string) => userPoolId.slice(0, userPoolId.indexOf("_"));

/** What an access or ID token says, not verified. @throws {Refusal} when it is none */
export function claimsOf(token: string): { readonly sub: string; readonly userPoolId: string } {
  try {
    const { sub, iss } = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString("utf8"));
    return { sub, userPoolId: iss.slice(iss.lastIndexOf("/") + 1) };
  } catch {
    throw new Refusal("NotAuthorizedException", "Invalid Access Token");
  }
}

/** What a call gives for its fields. @throws {Refusal} when it is refused */
export type Give = (input: Fields, moto: Moto, region: string) => Promise<object>;

/** One of Cognito's calls, see `Gap`: the answer is what it gives as JSON, or the refusal that it throws. */
export function cognitoCall(action: string, why: string, standIn: string, give: Give): Gap {
  const answer: Gap["answer"] = async (call, moto) => {
    try {
      if (action.startsWith("Admin") && !isSigned(call)) {
        throw new Refusal("MissingAuthenticationTokenException", "Missing Authentication Token");
      }
      return jsonReply(await give(JSON.parse(call.body.toString("utf8")), moto, call.region));
    } catch (cause) {
      if (cause instanceof Refusal) return jsonError(cause.code, cause.message);
      throw cause;
    }
  };
  return { service: "cognito-idp", action, why, standIn, answer };
}

export const notAuthorized = (message: string) => new Refusal("NotAuthorizedException", message);

export const invalid = (message: string) => new Refusal("InvalidParameterException", message);

/** Users' calls are not signed; administrators' are, and so name a region. */
const isSigned = ({ region }: Call) => region !== "";

function request(region: string, action: string, input: object): Call {
  const body = Buffer.from(JSON.stringify(input), "utf8");
  const credential = `Credential=emulator/20000101/${region}/cognito-idp/aws4_request`;
  const rawHeaders = [
    ...["Host", "127.0.0.1", "Content-Type", "application/x-amz-json-1.1", "Content-Length", String(body.length)],
    ...["X-Amz-Target", `AWSCognitoIdentityProviderService.${action}`],
    ...["Authorization", `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host, Signature=none`],
  ];
  const scope = { service: "cognito-idp", region };
  return { ...scope, method: "POST", path: "/", rawHeaders, body, action, parameters: new URLSearchParams() };
}
