import type { RuleCondition } from "@aws-sdk/client-elastic-load-balancing-v2";

/**
 * A rule's conditions as haproxy's conditions, all of which must hold.
 *
 * Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
 *
 * @throws Error for a kind that is not known here
 */
export function conditions(list: readonly RuleCondition[]): string {
  return list.map((condition) => `{ ${kinds[condition.Field ?? ""]?.(condition) ?? unknown(condition)} }`).join(" ");
}

type Kind = (condition: RuleCondition) => string;

const kinds: Readonly<Record<string, Kind>> = {
  // Case counts in paths only.
  "path-pattern": ({ PathPatternConfig, Values }) => `path -m reg ${whole(PathPatternConfig?.Values ?? Values)}`,
  "host-header": ({ HostHeaderConfig, Values }) =>
    `req.hdr(host),host_only -i -m reg ${whole(HostHeaderConfig?.Values ?? Values)}`,
  "http-header": ({ HttpHeaderConfig }) =>
    `req.fhdr(${word(HttpHeaderConfig?.HttpHeaderName ?? "")}) -i -m reg ${whole(HttpHeaderConfig?.Values)}`,
  "http-request-method": ({ HttpRequestMethodConfig }) =>
    `method -m str ${(HttpRequestMethodConfig?.Values ?? []).map(word).join(" ")}`,
  "query-string": ({ QueryStringConfig }) =>
    `query -i -m reg ${(QueryStringConfig?.Values ?? []).map(({ Key, Value = "" }) => quote(parameter(Key, Value))).join(" ")}`,
  "source-ip": ({ SourceIpConfig }) => `src ${(SourceIpConfig?.Values ?? []).join(" ")}`,
};

function unknown({ Field }: RuleCondition): never {
  throw new Error(`The condition ${Field} has no stand-in here.`);
}

function whole(patterns: readonly string[] = []): string {
  return patterns.map((pattern) => quote(`^${wildcards(pattern)}$`)).join(" ");
}

/** One parameter of a query; without a key, the value of any. */
function parameter(key: string | undefined, value: string): string {
  const name = key === undefined ? "([^&=]*=)?" : `${wildcards(key, "[^&=]")}=`;
  return `(^|&)${name}${wildcards(value, "[^&]")}(&|$)`;
}

/**
 * ELB's wildcards as a regular expression: `*` for any characters or none, `?` for one; a backslash before one of them means
 * the character itself.
 *
 * @param any what one character may be. @default anything
 */
export function wildcards(pattern: string, any = "."): string {
  return pattern.replace(/\\[*?\\]|[\s\S]/gu, (part) => {
    if (part === "*") return `${any}*`;
    return part === "?" ? any : hexadecimal(part.replace(/^\\(?=.)/, ""), /[A-Za-z0-9]/);
  });
}

/** Text as one word of a configuration file, with nothing in it that haproxy would read as more than text. */
export function word(text: string): string {
  return hexadecimal(text, /[\w./:=@-]/) || '""';
}

/** For regular expressions, in which everything but letters and digits is hexadecimal already. */
const quote = (expression: string) => `'${expression}'`;

function hexadecimal(text: string, plain: RegExp): string {
  return [...Buffer.from(text, "utf8")]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return byte < 128 && plain.test(character) ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
    })
    .join("");
}
