import type { Call, Reply } from "../call.ts";
import type { Gap } from "./gap.ts";
import { type Route, routed } from "./rest.ts";

/** S3: policies of buckets are kept and shown, and not judged; a file comes with the headers that its URL asks for. */
export function buckets(): Gap[] {
  const policies = new Map<string, Buffer>();
  const BUCKET = /^\/([^/]+)$/;
  const noContent = { status: 204, rawHeaders: [], body: Buffer.alloc(0) };

  const routes: readonly Route[] = [
    [
      "PUT",
      BUCKET,
      ({ call, moto, query, names: [bucket = ""] }) => {
        if (!query.has("policy")) return moto.forward(call);
        policies.set(bucket, call.body);
        return noContent;
      },
    ],
    [
      "GET",
      BUCKET,
      ({ call, moto, query, names: [bucket = ""] }) => {
        const body = query.has("policy") ? policies.get(bucket) : undefined;
        if (!body) return moto.forward(call);
        return {
          status: 200,
          rawHeaders: ["Content-Type", "application/json", "Content-Length", `${body.length}`],
          body,
        };
      },
    ],
    [
      "DELETE",
      BUCKET,
      ({ call, moto, query, names: [bucket = ""] }) => {
        // With the bucket itself, too.
        if (query.size === 0 || query.has("policy")) policies.delete(bucket);
        return moto.forward(call);
      },
    ],
  ];
  const answer = routed(routes);
  return [
    {
      service: "s3",
      action: "",
      why:
        "moto applies a statement whatever its conditions say, so a policy that refuses what comes without TLS refuses everything; " +
        "it ignores what a signed URL asks for, such as that a file is saved under its name",
      standIn: "keeps a policy and shows it, and nothing is refused; puts such headers into moto's own answer",
      answer: async (call, moto) => withAskedHeaders(call, await answer(call, moto)),
    },
  ];
}

/** In a query: `response-content-disposition` and others. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
const ASKED = "response-";

function withAskedHeaders({ method, path }: Call, reply: Reply): Reply {
  const { searchParams } = new URL(path, "http://emulator");
  const asked = [...searchParams].filter(([name]) => name.startsWith(ASKED));
  if (method !== "GET" || reply.status >= 300 || asked.length === 0) return reply;
  const headers = new Map(asked.map(([name, value]) => [name.slice(ASKED.length), value]));
  const kept = reply.rawHeaders.filter((_text, index, all) => !headers.has((all[index & ~1] ?? "").toLowerCase()));
  return { ...reply, rawHeaders: [...kept, ...[...headers].flat()] };
}
