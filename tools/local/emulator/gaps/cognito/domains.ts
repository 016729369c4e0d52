import type { Gap } from "../gap.ts";
import { withBody } from "../replies.ts";

/** The one account that moto has. */
const ACCOUNT = "123456789012";

interface DomainInput {
  readonly Domain: string;
  readonly CustomDomainConfig?: object;
}

interface Described {
  readonly DomainDescription?: Readonly<Record<string, unknown>>;
}

/** Domains of user pools: whose they are, and which certificate those of one's own have. */
export function domainCalls(): Gap[] {
  const certificates = new Map<string, object | undefined>();
  const inputOf = (body: Buffer): DomainInput => JSON.parse(body.toString("utf8"));
  const keeping = (action: string): Gap => ({
    service: "cognito-idp",
    action,
    why: "moto does not say which certificate a domain has, so that every plan replaces it",
    standIn: "moto's own answer; the certificate is kept",
    answer: (call, moto) => {
      const { Domain, CustomDomainConfig } = inputOf(call.body);
      certificates.set(Domain, CustomDomainConfig);
      return moto.forward(call);
    },
  });
  return [
    keeping("CreateUserPoolDomain"),
    keeping("UpdateUserPoolDomain"),
    {
      service: "cognito-idp",
      action: "DescribeUserPoolDomain",
      why:
        "moto does not say which certificate a domain has, so that every plan replaces it, and makes up another account " +
        "at each call, so that every plan and drift says that it was changed outside Terraform",
      standIn: "moto's own answer, with the certificate that was asked for and moto's account",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        if (reply.status !== 200) return reply;
        const { DomainDescription: domain = {} } = JSON.parse(reply.body.toString("utf8")) as Described;
        if (domain.Domain === undefined) return reply;
        const CustomDomainConfig = certificates.get(inputOf(call.body).Domain);
        const known = { AWSAccountId: ACCOUNT, ...(CustomDomainConfig && { CustomDomainConfig }) };
        return withBody(reply, JSON.stringify({ DomainDescription: { ...domain, ...known } }));
      },
    },
  ];
}
