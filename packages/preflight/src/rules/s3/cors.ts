import { blocks } from "../../graph/value.ts";
import { defineRule, type Rule } from "../../rule.ts";
import { textsOf } from "../shared/attributes.ts";

const CORS = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html";
const METHODS = ["GET", "PUT", "POST", "DELETE", "HEAD"];

export const CORS_RULES: readonly Rule[] = [
  defineRule({
    id: "BKT-008",
    severity: "error",
    title: "What browsers may do with a bucket is written as they ask for it",
    reference: CORS,
    problems: {
      method: {
        when: "apply",
        prevents: "InvalidRequest: Found unsupported HTTP method in CORS config. Unsupported method is …",
        cause: "S3 answers preflight requests by itself, for GET, PUT, POST, DELETE and HEAD.",
      },
      origin: {
        when: "runtime",
        prevents:
          "blocked by CORS policy: Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present, in the browser alone",
        cause: "A browser sends its origin as scheme, host and port, without a path or a slash at the end.",
      },
    },
    *check(graph) {
      for (const cors of graph.ofType("aws_s3_bucket_cors_configuration").filter(({ isPlanned }) => isPlanned)) {
        for (const rule of blocks(cors.get("cors_rule")).blocks) {
          for (const method of textsOf(rule.allowed_methods).texts.filter((one) => !METHODS.includes(one))) {
            yield {
              kind: "method",
              at: cors,
              message: `has "${method}" in allowed_methods.`,
              fix: `Write some of ${METHODS.join(", ")}.`,
              attribute: "cors_rule",
            };
          }
          for (const origin of textsOf(rule.allowed_origins).texts.filter(isNoOrigin)) {
            yield {
              kind: "origin",
              at: cors,
              message: `has "${origin}" in allowed_origins, which no browser sends.`,
              fix: 'Write scheme and host, such as "https://app.example.com".',
              attribute: "cors_rule",
            };
          }
        }
      }
    },
  }),
];

/** `*` may stand for a part of it, once, and for all of it. */
function isNoOrigin(origin: string): boolean {
  return !origin.includes("*") && !/^[a-z][a-z0-9+.-]*:\/\/[^/\s]+$/i.test(origin) && origin !== "null";
}
