import type { IncomingHttpHeaders } from "node:http";

/** One request to an AWS service, read far enough to know what it asks for. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** Name, value, name, value … exactly as they came in. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** The service as the request's signature names it, such as `elasticache`. */
  readonly service: string;
  readonly region: string;
  /** Such as `DescribeReplicationGroups`; empty where the protocol puts the action in method and path. */
  readonly action: string;
  /** The form's fields, for services that speak AWS's query protocol; otherwise empty. */
  readonly parameters: URLSearchParams;
}

/** What goes back to the caller. */
export interface Reply {
  readonly status: number;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** Which service a request is for, and in which region. */
export interface Scope {
  readonly service: string;
  /** Empty where the request is not signed. */
  readonly region: string;
}

/**
 * Reads service and region from a Signature Version 4, in the header or, as in a signed URL, in the query. What users send to
 * Cognito is not signed; nothing for any other request without a signature.
 */
export function scopeOf(headers: IncomingHttpHeaders, path = "/"): Scope | undefined {
  const signed = headers.authorization ?? decodeURIComponent(path.match(/X-Amz-(Credential=[^&]+)/)?.[1] ?? "");
  const [, region, service] = signed.match(/Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/) ?? [];
  if (region && service) return { region, service };
  const isForCognito = String(headers["x-amz-target"]).startsWith("AWSCognitoIdentityProviderService.");
  return isForCognito ? { region: "", service: "cognito-idp" } : undefined;
}

/** Puts together what the request asks for, once its body is there. */
export function readCall(
  request: { method: string; path: string; headers: IncomingHttpHeaders; rawHeaders: readonly string[] },
  scope: Scope,
  body: Buffer,
): Call {
  const isForm = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  const parameters = new URLSearchParams(isForm ? body.toString("utf8") : "");
  const target = request.headers["x-amz-target"];
  const jsonAction = typeof target === "string" ? target.slice(target.lastIndexOf(".") + 1) : "";
  return {
    method: request.method,
    path: request.path,
    rawHeaders: request.rawHeaders,
    body,
    ...scope,
    action: jsonAction || parameters.get("Action") || "",
    parameters,
  };
}
