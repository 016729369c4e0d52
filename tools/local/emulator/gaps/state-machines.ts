import type { Gap } from "./gap.ts";
import { jsonReply } from "./replies.ts";

/** Step Functions: what the provider asks beside making a state machine. */
export function stateMachines(): Gap[] {
  const service = "states";
  const why = "moto does not know the call and answers with 500, which the provider asks again for minutes";
  return [
    {
      service,
      action: "ValidateStateMachineDefinition",
      why,
      standIn: "every definition is good",
      answer: async () => jsonReply({ result: "OK", diagnostics: [] }),
    },
    {
      service,
      action: "ListStateMachineVersions",
      why,
      standIn: "no version was ever published",
      answer: async () => jsonReply({ stateMachineVersions: [] }),
    },
  ];
}
