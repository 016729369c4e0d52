import type { Gap } from "./gap.ts";
import { withBody } from "./replies.ts";

/** Distributions of CloudFront with its own certificate. */
export function distributions(): Gap[] {
  return [
    {
      service: "cloudfront",
      action: "",
      why: "moto shows sni-only for CloudFront's own certificate, which is not asked for, so every plan would change it",
      standIn: "moto's own answer without that",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        const text = reply.body.toString("utf8");
        if (!text.includes("<CloudFrontDefaultCertificate>true<")) return reply;
        return withBody(reply, text.replace(/<SSLSupportMethod>[^<]*<\/SSLSupportMethod>/, ""));
      },
    },
  ];
}
