import { randomUUID } from "node:crypto";
import type { Call, Reply } from "../call.ts";

/** A value in an answer: text, a list that repeats the element, or a structure. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [element: string]: Xml };

/** A good answer in the query protocol: `<ActionResponse><ActionResult>…`. */
export function queryReply(call: Call, namespace: string, result: Xml): Reply {
  const inner = `<${call.action}Result>${render(result)}</${call.action}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  return xmlReply(200, `<${call.action}Response xmlns="${namespace}">${inner}${metadata}</${call.action}Response>`);
}

/** A refusal in the query protocol. */
export function queryError(status: number, code: string, message: string): Reply {
  const error = render({ Error: { Type: "Sender", Code: code, Message: message }, RequestId: randomUUID() });
  return xmlReply(status, `<ErrorResponse>${error}</ErrorResponse>`);
}

/** A good answer in one of the JSON protocols. */
export function jsonReply(value: unknown): Reply {
  return reply(200, "application/x-amz-json-1.1", JSON.stringify(value));
}

/** A refusal in one of the JSON protocols. */
export function jsonError(code: string, message: string): Reply {
  return reply(400, "application/x-amz-json-1.1", JSON.stringify({ __type: code, message }));
}

/** A refusal of a service whose actions are in method and path. */
export function restError(status: number, code: string, message: string): Reply {
  const { rawHeaders, ...answer } = reply(status, "application/json", JSON.stringify({ message }));
  return { ...answer, rawHeaders: [...rawHeaders, "x-amzn-ErrorType", code] };
}

/** The same answer with another body; its length header follows. */
export function withBody(original: Reply, text: string): Reply {
  const body = Buffer.from(text, "utf8");
  const rawHeaders: string[] = [];
  for (let i = 0; i + 1 < original.rawHeaders.length; i += 2) {
    const name = original.rawHeaders[i] ?? "";
    const isLength = name.toLowerCase() === "content-length";
    rawHeaders.push(name, isLength ? String(body.length) : (original.rawHeaders[i + 1] ?? ""));
  }
  return { ...original, rawHeaders, body };
}

/** An answer in XML as it stands. */
export function xmlReply(status: number, text: string): Reply {
  return reply(status, "text/xml", text);
}

function reply(status: number, contentType: string, text: string): Reply {
  const body = Buffer.from(text, "utf8");
  return { status, rawHeaders: ["Content-Type", contentType, "Content-Length", String(body.length)], body };
}

function render(value: Xml): string {
  if (value === undefined) return "";
  if (typeof value !== "object") return escapeText(String(value));
  if (Array.isArray(value)) return value.map(render).join("");
  return Object.entries(value)
    .map(([element, content]) => renderElement(element, content))
    .join("");
}

function renderElement(element: string, content: Xml): string {
  if (content === undefined) return "";
  const contents = Array.isArray(content) ? content : [content];
  return contents.map((one) => `<${element}>${render(one)}</${element}>`).join("");
}

/** Text as it may stand between two tags. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
