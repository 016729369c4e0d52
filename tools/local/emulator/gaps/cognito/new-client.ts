import type { Gap } from "../gap.ts";
import type { Clients } from "./clients.ts";

/** A new app client, so that it is known which pool it belongs to. */
export function newClientCalls(clients: Clients): Gap[] {
  return [
    {
      service: "cognito-idp",
      action: "CreateUserPoolClient",
      why: "moto can't be asked which user pool a client belongs to, and calls without a signature name the client only",
      standIn: "moto's own answer; the pool of the client is kept",
      async answer(call, moto) {
        const reply = await moto.forward(call);
        if (reply.status !== 200) return reply;
        const { UserPoolClient } = JSON.parse(reply.body.toString("utf8"));
        clients.remember(UserPoolClient.ClientId, UserPoolClient.UserPoolId);
        return reply;
      },
    },
  ];
}
