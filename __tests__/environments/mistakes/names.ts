import type { Mistake } from "./mistake.ts";

/** Host names, mail and login pages. */
export const NAMES: readonly Mistake[] = [
  ...(
    [
      ["a wildcard", [{ name: "*.example.com" }], "0.name", /is a wildcard.*List them/],
      ["an address", [{ name: "https://www.example.com" }], "0.name", /not a domain name/],
      ["the domain itself", [{ name: "operation-app.example.com" }], "0.name", /is already listed/],
      ["one twice", [{ name: "www.example.com" }, { name: "www.example.com" }], "1.name", /is already listed/],
      [
        "two alike",
        [{ name: "a.b.example.com" }, { name: "a-b.example.com" }],
        "1.name",
        /differs from a\.b\.example\.com/,
      ],
      ["one of another zone", [{ name: "example.net" }], "0.name", /not in the zone example\.com.*`hostedZone`/],
      [
        "one outside of its zone",
        [{ name: "www.example.com", hostedZone: "example.net" }],
        "0.name",
        /not in the zone example\.net/,
      ],
      ["one that does something else", [{ name: "www.example.com", to: "nginx" }], "0.to", /"redirect", "app"/],
    ] as const
  ).map(
    ([what, aliases, path, message]): Mistake => [
      `further host names with ${what}`,
      { domain: { aliases } },
      `domain.aliases.${path}`,
      message,
    ],
  ),
  [
    "more host names than a certificate takes",
    { domain: { aliases: Array.from({ length: 10 }, (_, index) => ({ name: `a${index}.example.com` })) } },
    "domain.aliases",
    /can have: 10 with domain\.name/,
  ],
  ...(
    [
      ["a name only", { from: "no-reply" }, "mail.from", /not a sender address/],
      ["a name and an address", { from: "App <no-reply@example.com>" }, "mail.from", /not a sender address/],
      [
        "an address of another zone",
        { from: "a@example.net" },
        "mail.from",
        /not in the zone example\.com.*mail\.hostedZone/,
      ],
      ["a policy that is none", { from: "a@example.com", dmarc: "block" }, "mail.dmarc", /"none", "quarantine"/],
      ["no address", {}, "mail.from", /missing/],
    ] as const
  ).map(([what, mail, path, message]): Mistake => [`mail with ${what}`, { mail }, path, message]),
  ...(
    [
      ["no host name", { name: "auth" }, "name", /not a domain name/],
      ["a URL", { name: "https://auth.example.com" }, "name", /not a domain name/],
      ["a name of another zone", { name: "auth.example.net" }, "name", /not in the zone example\.com.*hostedZone/],
      ["the app's own name", { name: "operation-app.example.com" }, "name", /a host name of the load balancer/],
      [
        "a parent that is the app",
        { name: "auth.operation-app.example.com", parentRecord: "create" },
        "parentRecord",
        /operation-app\.example\.com points to the load balancer/,
      ],
      [
        "a parent outside of the zone",
        { name: "auth.example.net", hostedZone: "auth.example.net", parentRecord: "create" },
        "parentRecord",
        /example\.net is not in the zone auth\.example\.net/,
      ],
      [
        "a parent that is neither there nor made",
        { name: "auth.example.com", parentRecord: true },
        "parentRecord",
        /"existing", "create"/,
      ],
      [
        "a setting that there is not",
        { name: "auth.example.com", certificateArn: "arn:x" },
        "certificateArn",
        /is not a setting/,
      ],
    ] as const
  ).map(
    ([what, domain, path, message]): Mistake => [
      `login pages with ${what}`,
      { cognito: { domain } } as never,
      `cognito.domain.${path}`,
      message,
    ],
  ),
  [
    "login pages without a zone",
    { domain: undefined, cognito: { domain: { name: "auth.example.com" } } },
    "cognito.domain.hostedZone",
    /is required without a `domain`/,
  ],
  [
    "mail without a zone",
    { domain: undefined, lb: { authenticateCognito: false }, mail: { from: "a@example.com" } },
    "mail.hostedZone",
    /is required without a `domain`/,
  ],
  [
    "mail without a way to SES",
    { mail: { from: "a@example.com" }, network: { nat: "none" }, cognito: { domainPrefix: undefined } },
    "mail",
    /needs a route to SES/,
  ],
  [
    "a CDN without a domain",
    { domain: undefined, lb: { authenticateCognito: false }, storage: { cdn: {} } },
    "storage.cdn",
    /needs a domain\. Fill in `domain`, or remove cdn/,
  ],
  [
    "a CDN that gets no further than the login",
    { lb: { authenticateCognito: true }, storage: { cdn: {} } },
    "storage.cdn",
    /requires one of every visitor\. Add \{ paths: \["\/rails\/active_storage\/\*"\]/,
  ],
  ["a CDN that keeps nothing", { storage: { cdn: { keepHours: 0 } } }, "storage.cdn.keepHours", /1 to 8,?760/],
  [
    "a variable that the CDN brings",
    { storage: { cdn: {} }, ecs: { app: { environment: { STORAGE_CDN_HOST: "cdn.example.com" } } } },
    "ecs.app.environment.STORAGE_CDN_HOST",
    /the stack sets it/,
  ],
  ["an empty domain", { domain: { name: "" } }, "domain.name", /not a domain name/],
  [
    "a domain outside its zone",
    { domain: { name: "app.example.org" } },
    "domain.hostedZone.name",
    /not a zone that contains app\.example\.org/,
  ],
  [
    "a certificate of another region",
    { domain: { certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1" } },
    "domain.certificateArn",
    /another region/,
  ],
  [
    "a Cognito prefix with a reserved word",
    { cognito: { domainPrefix: "my-aws-app" } },
    "cognito.domainPrefix",
    /not a valid Cognito domain prefix/,
  ],
  [
    "an attribute that a user pool has not",
    { cognito: { userPool: { mfaConfigration: "OFF" } } },
    "cognito.userPool.mfaConfigration",
    /is not an attribute/,
  ],
  [
    "login at the load balancer without login pages",
    { cognito: { domainPrefix: undefined }, lb: { authenticateCognito: true } },
    "cognito.domainPrefix",
    /required by lb\.authenticateCognito/,
  ],
  ["a group that is missing", { cognito: undefined }, "cognito", /\(missing\) is needed/],
];
