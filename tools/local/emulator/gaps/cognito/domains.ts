import type { Gap } from "../gap.ts";
import { withBody } from "../replies.ts";

interface DomainInput {
  readonly Domain: string;
  readonly CustomDomainConfig?: object;
}

/** Domains of one's own. */
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
      why: "moto does not say which certificate a domain has, so that every plan replaces it",
      standIn: "moto's own answer, with the certificate that was asked for",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        const CustomDomainConfig = certificates.get(inputOf(call.body).Domain);
        const shown = reply.status === 200 ? JSON.parse(reply.body.toString("utf8")) : {};
        if (CustomDomainConfig === undefined || shown.DomainDescription?.Domain === undefined) return reply;
        return withBody(
          reply,
          JSON.stringify({ DomainDescription: { ...shown.DomainDescription, CustomDomainConfig } }),
        );
      },
    },
  ];
}
