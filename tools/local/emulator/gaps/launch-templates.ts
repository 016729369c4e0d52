import { randomUUID } from "node:crypto";
import type { Gap } from "./gap.ts";
import { queryReply, withBody } from "./replies.ts";

const NAMESPACE = "http://autoscaling.amazonaws.com/doc/2011-01-01/";

/** EC2 Auto Scaling and its launch templates: a template's own tags, and instances that follow a new version. */
export function launchTemplates(): Gap[] {
  return [
    {
      service: "ec2",
      action: "DescribeLaunchTemplateVersions",
      why: "moto shows the tags of the template among those of what it launches, so every plan takes them out",
      standIn: "moto's own answer, without them",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        return withBody(reply, withoutOwnTags(reply.body.toString("utf8")));
      },
    },
    {
      service: "autoscaling",
      action: "StartInstanceRefresh",
      why: "moto does not know the call and answers with 500, which the provider asks again for minutes",
      standIn: "as if it had begun; no instance is replaced",
      answer: async (call) => queryReply(call, NAMESPACE, { InstanceRefreshId: randomUUID() }),
    },
  ];
}

/** The answer without the tag specification for the template itself. */
function withoutOwnTags(xml: string): string {
  return xml.replaceAll(
    /<item>\s*<resourceType>launch-template<\/resourceType>\s*<tagSet>[\s\S]*?<\/tagSet>\s*<\/item>/g,
    "",
  );
}
