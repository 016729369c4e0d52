import * as z from "zod";
import { parentOf } from "../../modules/cognito/custom-domain.ts";
import { namesOf } from "./domain.ts";
import { environmentSchema } from "./environment.ts";
import { type Problem, type Rule, rule } from "./rule.ts";

const { region, domain, mail, cognito } = environmentSchema.shape;

const domainIsInItsZone = rule(z.object({ domain }), (environment) => {
  if (environment.domain === undefined) return [];
  const { name, hostedZone } = environment.domain;
  return name === hostedZone.name || name.endsWith(`.${hostedZone.name}`)
    ? []
    : [
        {
          path: ["domain", "hostedZone", "name"],
          message: `is not a zone that contains ${name}. Write the domain itself, or a parent of it.`,
        },
      ];
});

const aliasesAreInTheirZones = rule(z.object({ domain }), (environment) => {
  if (environment.domain === undefined) return [];
  const { aliases, hostedZone: main } = environment.domain;
  return aliases.flatMap(({ name, hostedZone = main.name }, index) =>
    name === hostedZone || name.endsWith(`.${hostedZone}`)
      ? []
      : [
          {
            path: ["domain", "aliases", index, "name"],
            message: `is not in the zone ${hostedZone}. Write its zone as \`hostedZone\` next to it.`,
          },
        ],
  );
});

const hostNamesDiffer = rule(z.object({ domain }), (environment) => {
  if (environment.domain === undefined) return [];
  // What stands for a dot in an address stands for a hyphen as well.
  const addressOf = (name: string) => name.replaceAll(/[.-]/g, "_");
  const earlier = new Map([[addressOf(environment.domain.name), environment.domain.name]]);
  return environment.domain.aliases.flatMap(({ name }, index) => {
    const other = earlier.get(addressOf(name));
    earlier.set(addressOf(name), name);
    if (other === undefined) return [];
    const why =
      other === name
        ? "is already listed. Remove it here."
        : `differs from ${other} only in dots and hyphens, which Terraform addresses can't have. Remove one of them.`;
    return [{ path: ["domain", "aliases", index, "name"], message: why }];
  });
});

const mailHasItsZone = rule(z.object({ mail: mail, domain }), ({ mail, domain }) => {
  if (mail === undefined) return [];
  const zone = mail.hostedZone ?? domain?.hostedZone.name;
  if (zone === undefined)
    return [
      {
        path: ["mail", "hostedZone"],
        message: "is required without a `domain`. Write the Route 53 zone of the address's domain.",
      },
    ];
  const from = mail.from.slice(mail.from.indexOf("@") + 1);
  if (from === zone || from.endsWith(`.${zone}`)) return [];
  const message = `is not in the zone ${zone}, where its records would be. Write the zone of ${from} as mail.hostedZone.`;
  return [{ path: ["mail", "from"], message }];
});

const certificateIsInTheRegion = rule(z.object({ region, domain }), (environment) => {
  const arn = environment.domain?.certificateArn;
  return arn === undefined || arn.split(":")[3] === environment.region
    ? []
    : [
        {
          path: ["domain", "certificateArn"],
          message: `is in another region than the load balancer (${environment.region}). Use a certificate of that region, or leave it out.`,
        },
      ];
});

const loginDomainFits = rule(
  z.object({ cognito: cognito.pick({ domain: true, domainPrefix: true }).strip(), domain }),
  ({ cognito: { domain: login, domainPrefix }, domain: main }): Problem[] => {
    if (login === undefined) return [];
    const { name, parentRecord } = login;
    const at = (setting: string, message: string) => ({ path: ["cognito", "domain", setting], message });
    const zone = login.hostedZone ?? main?.hostedZone.name;
    const hosts = main ? namesOf(main) : [];
    const parent = parentOf(name);
    if (zone === undefined)
      return [at("hostedZone", "is required without a `domain`. Write the Route 53 zone of the name.")];
    if (name !== zone && !name.endsWith(`.${zone}`))
      return [at("name", `is not in the zone ${zone}. Write its zone as hostedZone next to it.`)];
    if (hosts.includes(name))
      return [
        at(
          "name",
          "is a host name of the load balancer, in `domain`. Choose another, such as one that starts with auth.",
        ),
      ];
    if (domainPrefix?.includes("."))
      return [at("name", `would be a second domain: the adopted pool has ${domainPrefix}. Remove it.`)];
    if (parentRecord === "existing") return [];
    if (hosts.includes(parent))
      return [at("parentRecord", `is not needed: ${parent} points to the load balancer. Remove parentRecord.`)];
    return parent === zone || parent.endsWith(`.${zone}`)
      ? []
      : [
          at(
            "parentRecord",
            `is not possible: ${parent} is not in the zone ${zone}. Create its A record in its own zone.`,
          ),
        ];
  },
);

/** Rules about host names, their zones and certificates. */
export const NAME_RULES: readonly Rule[] = [
  domainIsInItsZone,
  aliasesAreInTheirZones,
  hostNamesDiffer,
  mailHasItsZone,
  certificateIsInTheRegion,
  loginDomainFits,
];
