import type { Call } from "../call.ts";
import type { Gap } from "./gap.ts";
import { jsonReply } from "./replies.ts";

/**
 * Application Auto Scaling: the tags of a scalable target.
 *
 * The provider reads them after every create and on every plan. Moto keeps the target but none of its tags.
 */
export function scalingTags(): Gap[] {
  const service = "application-autoscaling";
  const tagsByArn = new Map<string, Record<string, string>>();
  const tagsOf = (arn: string) => tagsByArn.get(arn) ?? {};

  return [
    {
      service,
      action: "RegisterScalableTarget",
      why: "moto drops the tags that come with a new target",
      standIn: "moto's own answer; the tags are kept here",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        const { Tags } = input<{ Tags?: Record<string, string> }>(call);
        const { ScalableTargetARN: arn } = JSON.parse(reply.body.toString("utf8")) as { ScalableTargetARN?: string };
        if (arn && Tags) tagsByArn.set(arn, { ...tagsOf(arn), ...Tags });
        return reply;
      },
    },
    {
      service,
      action: "ListTagsForResource",
      why: "moto answers HTTP 500, which the provider retries for minutes",
      standIn: "the tags that were kept",
      answer: async (call) => jsonReply({ Tags: tagsOf(input<{ ResourceARN: string }>(call).ResourceARN) }),
    },
    {
      service,
      action: "TagResource",
      why: "not implemented in moto",
      standIn: "keeps the tags",
      async answer(call) {
        const { ResourceARN, Tags } = input<{ ResourceARN: string; Tags: Record<string, string> }>(call);
        tagsByArn.set(ResourceARN, { ...tagsOf(ResourceARN), ...Tags });
        return jsonReply({});
      },
    },
    {
      service,
      action: "UntagResource",
      why: "not implemented in moto",
      standIn: "forgets the tags",
      async answer(call) {
        const { ResourceARN, TagKeys } = input<{ ResourceARN: string; TagKeys: string[] }>(call);
        const left = Object.entries(tagsOf(ResourceARN)).filter(([key]) => !TagKeys.includes(key));
        tagsByArn.set(ResourceARN, Object.fromEntries(left));
        return jsonReply({});
      },
    },
  ];
}

function input<Input>(call: Call): Input {
  return JSON.parse(call.body.toString("utf8"));
}
