import type { Gap } from "./gap.ts";
import { withBody } from "./replies.ts";

/**
 * RDS: where a parameter's value comes from.
 *
 * The provider keeps only parameters whose source is "user". Moto returns the ones that were set, but without a source.
 */
export function parameterSource(): Gap[] {
  return [
    {
      service: "rds",
      action: "DescribeDBParameters",
      why: "moto leaves out each parameter's source, so every plan adds the parameters again",
      standIn: "moto's own answer, with the source of every parameter: it holds only those that a user has set",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        const text = reply.body.toString("utf8");
        return withBody(reply, text.replaceAll("</Parameter>", "<Source>user</Source></Parameter>"));
      },
    },
  ];
}
