import type { Gap } from "./gap.ts";
import { withBody } from "./replies.ts";

/** AWS WAF: which values of requests a web ACL hides in its logs and samples. */
export function webAcls(): Gap[] {
  const hidden = new Map<string, unknown>();
  const gap = (action: string, standIn: string, answer: Gap["answer"]): Gap => ({
    service: "wafv2",
    action,
    why: "moto forgets DataProtectionConfig, so every plan adds it again",
    standIn,
    answer,
  });
  const keep: Gap["answer"] = (call, moto) => {
    const { Name, Scope, DataProtectionConfig } = JSON.parse(call.body.toString("utf8"));
    hidden.set(`${Scope} ${Name}`, DataProtectionConfig);
    return moto.forward(call);
  };
  return [
    gap("CreateWebACL", "moto's own answer; what was asked for is kept", keep),
    gap("UpdateWebACL", "moto's own answer; what was asked for is kept", keep),
    gap("GetWebACL", "moto's own answer, with what was kept", async (call, moto) => {
      const { Name, Scope } = JSON.parse(call.body.toString("utf8"));
      const reply = await moto.forward(call);
      const answer = JSON.parse(reply.body.toString("utf8"));
      if (answer.WebACL) answer.WebACL.DataProtectionConfig = hidden.get(`${Scope} ${Name}`);
      return withBody(reply, JSON.stringify(answer));
    }),
  ];
}
