import { type FargateSize, fargateSizeProblem } from "@operation-app/preflight/fargate";
import * as z from "zod";
import { type Ipv4Cidr, parseIpv4Cidr } from "../../modules/network/ipv4.ts";
import { REGIONS } from "./regions.ts";

/** A string that has to look a certain way; the message says what is wrong and what to write. */
export function text(pattern: RegExp, message: string) {
  // A number that would be right in quotes is told so by the words for wrong types.
  const error = ({ input }: { readonly input?: unknown }) =>
    typeof input === "number" && !pattern.test(String(input)) ? message : undefined;
  return z.string({ error }).regex(pattern, message);
}

export function wholeNumber(min: number, max: number, unit: string) {
  const message = `is not a whole number from ${min} to ${max} (${unit}).`;
  const error = ({ input }: { readonly input?: unknown }) =>
    typeof input === "string" && Number.isInteger(Number(input))
      ? `is a string. Write ${input}, without quotes.`
      : message;
  return z.int({ error }).min(min, message).max(max, message);
}

export const port = wholeNumber(1, 65535, "TCP port");

export const healthCheckPath = text(/^\/[A-Za-z0-9/_.~?=&-]{0,1023}$/, 'is not a path. Write one such as "/up".');

/** Size at the end of an instance class or a node type, as a part of a pattern. */
export const INSTANCE_SIZE = "(micro|small|medium|large|[0-9]*xlarge)";

/** Lets a check run although other settings of its group are wrong, as long as those that it looks at are numbers. */
export function hasNumbers(...names: readonly string[]) {
  return ({ value }: { readonly value: unknown }) =>
    typeof value === "object" && value !== null && names.every((name) => Number.isInteger((value as never)[name]));
}

/**
 * Text of the user's that goes into the stack as it is. Terraform reads `${` and `%{` in a string as the beginning of a
 * template, so they are written twice, which it reads as themselves.
 */
export function literalText(schema = z.string()) {
  return schema.transform((value) => value.replaceAll(/[$%]\{/g, (opening) => opening[0] + opening));
}

/** A group of settings, or "none" for going without. */
export function orNone<T extends z.ZodType>(group: T) {
  return z.union([z.literal("none"), group], { error: 'is neither a group of settings, { … }, nor "none".' });
}

export function oneOf<const T extends readonly (string | number)[]>(values: T) {
  return z.literal(values as unknown as T[number][], {
    error: `is not one of ${values.map((value) => JSON.stringify(value)).join(", ")}.`,
  }) as unknown as z.ZodType<T[number], T[number]>;
}

export const region = z.enum(REGIONS, {
  error: 'is not an AWS region. Use one such as "ap-northeast-1" (Tokyo); environments/schema/regions.ts lists them.',
});

/** AWS takes VPCs and subnets between /16 (65,536 addresses) and /28 (16). */
export const ipv4Cidr = z.custom<Ipv4Cidr>().superRefine((value: unknown, context) => {
  const problem = cidrProblem(value);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

function cidrProblem(value: unknown): string | undefined {
  const block = typeof value === "string" ? parseIpv4Cidr(value) : undefined;
  if (block === undefined) {
    return 'is not an IPv4 network such as "192.168.0.0/16" (four numbers and a prefix length).';
  }
  if (block.prefixLength < 16 || block.prefixLength > 28) {
    return "is not between /16 and /28, the sizes that AWS allows. Write a prefix length from 16 (largest) to 28.";
  }
  return undefined;
}

/** Where a default route leads: IPv4, because a NAT gateway can't be the next hop for an IPv6 block. */
export const ipv4Destination = z.custom<Ipv4Cidr>(
  (value) => typeof value === "string" && parseIpv4Cidr(value) !== undefined,
  'is not an IPv4 destination, and a NAT gateway can\'t be the next hop for an IPv6 block. Write "0.0.0.0/0".',
);

/** One letter past the region: `ap-northeast-1a`. */
export const availabilityZone = text(
  /^[a-z]{2}(-[a-z]+)+-\d[a-h]$/,
  'is not an availability zone. Write the region and a letter, such as "ap-northeast-1a".',
);

/** A version, because repositories here are immutable and `latest` can be pushed only once. */
export const imageTag = text(
  /^(?!latest$)[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/,
  'is not an image version: tags are immutable here, so each push needs its own, and never "latest". Write one such as "0.1.0".',
);

const LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
export const domainName = text(
  new RegExp(`^(${LABEL}\\.)+[a-z]{2,63}$`),
  'is not a domain name. Write one such as "app.example.com": lower case, without https:// and without a dot at the end.',
);

export const fargateSize = z.custom<FargateSize>().superRefine((value: unknown, context) => {
  const { cpu, memory } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const problem =
    typeof cpu === "number" && typeof memory === "number"
      ? notASize(fargateSizeProblem(cpu, memory))
      : "is not a task size. Write one such as { cpu: 256, memory: 512 } (CPU units, MiB).";
  if (problem) context.addIssue({ code: "custom", message: problem });
});

const notASize = (problem: string | undefined) => problem && `is not a task size: ${problem}`;

/** Retention periods that CloudWatch Logs has, in days. */
export const logRetentionDays = oneOf([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const);
