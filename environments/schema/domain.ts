import * as z from "zod";
import { domainName, oneOf, text } from "./values.ts";

/** Names that a certificate of ACM takes, unless AWS has raised the account's quota. */
const MAX_NAMES = 10;

const alias = z.strictObject({
  /** A further host name, such as "www.example.com". */
  name: text(
    /^[^*]*$/,
    'is a wildcard, but the load balancer needs each name. List them, such as "www.example.com".',
  ).pipe(domainName),
  /** `redirect`: visitors are sent to `domain.name` (301), with path and query. `app`: they stay, and get the app. @default "redirect" */
  to: oneOf(["redirect", "app"] as const).default("redirect"),
  /** The Route 53 zone that it is in, and that exists. @default the zone of `domain.name` */
  hostedZone: domainName.optional(),
});

/** The host names of the environment: one that is the main one, and those beside it. */
export const domain = z.strictObject({
  /** The host name that people type. */
  name: domainName,
  hostedZone: z.strictObject({
    /** The Route 53 zone that the name is in: the name itself, or a domain above it. */
    name: domainName,
    /**
     * false: the zone exists and is looked up. true: it is made here, and the first deployment waits for its
     * certificate until the registrar knows the zone's name servers.
     */
    create: z.boolean(),
  }),
  /** A certificate of your own in ACM, in the same region; it has to have the aliases, too, which each plan looks at. @default one is requested, validated by DNS */
  certificateArn: text(
    /^arn:aws:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/,
    "is not the ARN of an ACM certificate. Copy it from the ACM console, or leave it out to have one created.",
  ).optional(),
  /**
   * Further names that lead here, such as `www` beside the apex: on the same certificate, which a change replaces by a new one before the
   * old one goes. Free. With `ci`, run `bin/infra bootstrap` after each change. @default none
   */
  aliases: z
    .array(alias)
    .max(MAX_NAMES - 1, `has more names than an ACM certificate can have: ${MAX_NAMES} with domain.name. Remove some.`)
    .default([]),
});

/** Host names under which the app answers, the main one first. */
export function servedHosts({ name, aliases }: z.output<typeof domain>): string[] {
  return [name, ...aliases.flatMap((alias) => (alias.to === "app" ? [alias.name] : []))];
}

/** All names that lead to the load balancer, whatever it does with them, the main one first. */
export function namesOf({ name, aliases }: z.output<typeof domain>): string[] {
  return [name, ...aliases.map((alias) => alias.name)];
}
