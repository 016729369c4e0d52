import type { Gap } from "./gap.ts";
import { withBody } from "./replies.ts";

/** Cognito: whose account a user pool's domain is in. */
export function userPoolDomain(): Gap[] {
  return [
    {
      service: "cognito-idp",
      action: "DescribeUserPoolDomain",
      why: "moto makes up another account at each call, so that every plan and drift says that it was changed outside Terraform",
      standIn: "moto's answer, with moto's account",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        if (reply.status !== 200) return reply;
        const { DomainDescription: domain = {} } = JSON.parse(reply.body.toString("utf8")) as Described;
        if (domain.AWSAccountId === undefined) return reply;
        return withBody(reply, JSON.stringify({ DomainDescription: { ...domain, AWSAccountId: "123456789012" } }));
      },
    },
  ];
}

interface Described {
  readonly DomainDescription?: Readonly<Record<string, unknown>>;
}
