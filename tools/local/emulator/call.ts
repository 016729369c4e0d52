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

/** Who signed the request, for which service and region. */
export interface Scope {
  readonly service: string;
  readonly region: string;
}

/** Reads service and region from a Signature Version 4 header; nothing when the request is not signed that way. */
export function signatureScope(headers: IncomingHttpHeaders): Scope | undefined {
  const [, region, service] =
    headers.authorization?.match(/Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/) ?? [];
  return region && service ? { region, service } : undefined;
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
