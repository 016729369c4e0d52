import { randomUUID } from "node:crypto";
import type { Gap } from "./gap.ts";
import { jsonReply } from "./replies.ts";

interface Saved {
  readonly queryDefinitionId: string;
  readonly name: string;
}

/** CloudWatch Logs: queries that are saved for Logs Insights. */
export function savedQueries(): Gap[] {
  const saved = new Map<string, Saved>();
  const gap = (action: string, standIn: string, answer: (input: Saved) => object): Gap => ({
    service: "logs",
    action,
    why: "moto does not know the call and answers with 500, which the provider asks again for minutes",
    standIn,
    answer: async ({ body }) => jsonReply(answer(JSON.parse(body.toString("utf8")))),
  });
  return [
    gap("PutQueryDefinition", "what was asked for is kept", (input) => {
      const { queryDefinitionId = randomUUID() } = input;
      saved.set(queryDefinitionId, { ...input, queryDefinitionId });
      return { queryDefinitionId };
    }),
    gap("DescribeQueryDefinitions", "what was kept", () => ({ queryDefinitions: [...saved.values()] })),
    gap("DeleteQueryDefinition", "it is gone, and a reader is told so", ({ queryDefinitionId }) => ({
      success: saved.delete(queryDefinitionId),
    })),
  ];
}
