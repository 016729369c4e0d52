import { createHash } from "node:crypto";
import type { Reply } from "../call.ts";
import type { Gap } from "./gap.ts";
import { jsonReply, withBody } from "./replies.ts";
import { type RestCall, type Route, routed } from "./rest.ts";

type Fields = Readonly<Record<string, unknown>>;

/** SES, in version 2 of its API: an account in the sandbox, keys and tags of identities, where their bounces go. */
export function mail(): Gap[] {
  /** What an identity was given, by its name. */
  const bounces = new Map<string, Fields>();
  const tags = new Map<string, readonly object[]>();

  const identity = (name: string, shown: Fields): Fields => {
    const from = bounces.get(name);
    const Tokens = [1, 2, 3].map((key) => createHash("sha256").update(`${name} ${key}`).digest("hex").slice(0, 32));
    return {
      ...shown,
      DkimAttributes: { ...(shown.DkimAttributes as Fields), LastKeyGenerationTimestamp: undefined, Tokens },
      ...(from && { MailFromAttributes: { ...from, MailFromDomainStatus: "SUCCESS" } }),
    };
  };
  const routes: readonly Route[] = [
    ["GET", /^\/v2\/email\/account$/, () => jsonReply({ ProductionAccessEnabled: false, SendingEnabled: true })],
    [
      "POST",
      /^\/v2\/email\/identities$/,
      (asked) => {
        const { EmailIdentity, Tags = [] } = asked.input<{ EmailIdentity: string; Tags?: object[] }>();
        tags.set(EmailIdentity, Tags);
        bounces.delete(EmailIdentity);
        return shown(asked, (answer) => identity(EmailIdentity, answer));
      },
    ],
    [
      "GET",
      /^\/v2\/email\/identities\/([^/]+)$/,
      (asked) => shown(asked, (answer) => identity(asked.names[0] ?? "", answer)),
    ],
    [
      "PUT",
      /^\/v2\/email\/identities\/([^/]+)\/mail-from$/,
      ({ names: [name = ""], input }) => {
        bounces.set(name, input<Fields>());
        return jsonReply({});
      },
    ],
    [
      "GET",
      /^\/v2\/email\/tags$/,
      ({ call, moto, query }) => {
        const [, name] = query.get("ResourceArn")?.match(/:identity\/(.+)$/) ?? [];
        return name === undefined ? moto.forward(call) : jsonReply({ Tags: tags.get(name) ?? [] });
      },
    ],
    [
      "GET",
      /^\/v2\/email\/configuration-sets\/[^/]+$/,
      (asked) =>
        shown(asked, ({ TrackingOptions: _tracking, VdmOptions: _dashboard, ...rest }) => ({
          ...rest,
          SendingOptions: { SendingEnabled: true },
        })),
    ],
  ];
  return [
    {
      service: "ses",
      action: "",
      why:
        "moto shows configuration sets and keys in forms that no client can read or that every plan changes, and knows " +
        "neither an account, nor the keys and tags of an identity, nor where its bounces go",
      standIn: "moto's own answer in such a form, with what was asked for; an account in the sandbox",
      answer: routed(routes),
    },
  ];
}

/** moto's good answer, in another form. */
async function shown({ call, moto }: RestCall, form: (answer: Fields) => Fields): Promise<Reply> {
  const reply = await moto.forward(call);
  return reply.status === 200 ? withBody(reply, JSON.stringify(form(JSON.parse(reply.body.toString("utf8"))))) : reply;
}
