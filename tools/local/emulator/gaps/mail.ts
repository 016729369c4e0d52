import { createHash } from "node:crypto";
import type { Reply } from "../call.ts";
import type { Send } from "./cognito/mail.ts";
import type { Gap } from "./gap.ts";
import { jsonReply, withBody } from "./replies.ts";
import { type RestCall, type Route, routed } from "./rest.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * SES, in version 2 of its API: an account in the sandbox, keys and tags of identities, where their bounces go, and what was sent.
 *
 * @param send where mail goes that moto has taken
 */
export function mail(send: Send = () => {}): Gap[] {
  /** What an identity was given, by its name. */
  const bounces = new Map<string, Fields>();
  const tags = new Map<string, readonly object[]>();

  const identity = (name: string, shown: Fields): Fields => {
    const from = bounces.get(name);
    const Tokens = [1, 2, 3].map((key) => createHash("sha256").update(`${name} ${key}`).digest("hex").slice(0, 32));
    return {
      ...shown,
      VerifiedForSendingStatus: true,
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
      "POST",
      /^\/v2\/email\/outbound-emails$/,
      async ({ call, moto, input }) => {
        const reply = await moto.forward(call);
        if (reply.status === 200) deliver(input<Sent>(), send);
        return reply;
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
        "neither an account, nor that an identity is verified, its keys and tags, nor where its bounces go; nobody can read what it has sent",
      standIn:
        "moto's own answer in such a form, with what was asked for; an account in the sandbox; a file for each receiver",
      answer: routed(routes),
    },
  ];
}

/** What `SendEmail` is asked for with, as Action Mailer's delivery by SES asks. */
interface Sent {
  readonly Destination?: Readonly<
    Record<"ToAddresses" | "CcAddresses" | "BccAddresses", readonly string[] | undefined>
  >;
  readonly Content: { readonly Raw?: { readonly Data: string } };
}

function deliver({ Destination, Content }: Sent, send: Send): void {
  const text = Buffer.from(Content.Raw?.Data ?? "", "base64").toString("utf8");
  const subject = text.match(/^Subject: (.*)$/im)?.[1]?.trim() ?? "";
  for (const to of Object.values(Destination ?? {}).flatMap((list = []) => list)) send({ to, subject, text });
}

/** moto's good answer, in another form. */
async function shown({ call, moto }: RestCall, form: (answer: Fields) => Fields): Promise<Reply> {
  const reply = await moto.forward(call);
  return reply.status === 200 ? withBody(reply, JSON.stringify(form(JSON.parse(reply.body.toString("utf8"))))) : reply;
}
