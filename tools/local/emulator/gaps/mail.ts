import { createHash } from "node:crypto";
import type { Call, Reply } from "../call.ts";
import type { Gap } from "./gap.ts";
import { jsonReply, withBody } from "./replies.ts";

/** SES, in version 2 of its API, which says in method and path what is asked for. */
export function mail(): Gap[] {
  /** What an identity was given, by its name. */
  const bounces = new Map<string, object>();
  const tags = new Map<string, readonly object[]>();

  const shownIdentity = (name: string, shown: { readonly DkimAttributes?: object }) => {
    const from = bounces.get(name);
    const Tokens = [1, 2, 3].map((key) => createHash("sha256").update(`${name} ${key}`).digest("hex").slice(0, 32));
    return {
      ...shown,
      DkimAttributes: { ...shown.DkimAttributes, LastKeyGenerationTimestamp: undefined, Tokens },
      ...(from && { MailFromAttributes: { ...from, MailFromDomainStatus: "SUCCESS" } }),
    };
  };

  /** What moto knows nothing of. */
  const own = ({ method, path, body }: Call): Reply | undefined => {
    const { pathname, searchParams } = new URL(path, "http://ses");
    if (pathname === "/v2/email/account") return jsonReply({ ProductionAccessEnabled: false, SendingEnabled: true });
    const [, named] = pathname.match(/^\/v2\/email\/identities\/([^/]+)\/mail-from$/) ?? [];
    if (named !== undefined) {
      bounces.set(named, JSON.parse(body.toString("utf8")));
      return jsonReply({});
    }
    const [, tagged] = searchParams.get("ResourceArn")?.match(/:identity\/(.+)$/) ?? [];
    if (method !== "GET" || pathname !== "/v2/email/tags" || tagged === undefined) return undefined;
    return jsonReply({ Tags: tags.get(tagged) ?? [] });
  };

  return [
    {
      service: "ses",
      action: "",
      why:
        "moto shows configuration sets and keys in forms that no client can read or that every plan changes, and knows " +
        "neither an account, nor the keys and tags of an identity, nor where its bounces go",
      standIn: "moto's own answer in such a form, with what was asked for; an account in the sandbox",
      async answer(call, moto) {
        const answered = own(call);
        if (answered) return answered;
        const reply = await moto.forward(call);
        if (reply.status !== 200 || call.method === "DELETE") return reply;
        const [, kind, name] = call.path.match(/^\/v2\/email\/(configuration-sets|identities)(?:\/([^/?]+))?$/) ?? [];
        const shown = JSON.parse(reply.body.toString("utf8"));
        if (kind === "configuration-sets" && name !== undefined) {
          const { TrackingOptions: _tracking, VdmOptions: _dashboard, ...rest } = shown;
          return withBody(reply, JSON.stringify({ ...rest, SendingOptions: { SendingEnabled: true } }));
        }
        if (kind !== "identities" || !("DkimAttributes" in shown)) return reply;
        if (name !== undefined) return withBody(reply, JSON.stringify(shownIdentity(name, shown)));
        const asked = JSON.parse(call.body.toString("utf8")) as { EmailIdentity: string; Tags?: object[] };
        tags.set(asked.EmailIdentity, asked.Tags ?? []);
        bounces.delete(asked.EmailIdentity);
        return withBody(reply, JSON.stringify(shownIdentity(asked.EmailIdentity, shown)));
      },
    },
  ];
}
