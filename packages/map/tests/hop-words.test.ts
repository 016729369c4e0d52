import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { hopInJapanese, htmlOf } from "../src/index.ts";
import { mapOfStack, stackWith } from "./stack.ts";

const NETWORK = new URL("../../preflight/src/network/", import.meta.url);

/** Words of the sentences that preflight's source has about hops and fixes: texts, in which what is computed is a name. */
function sentences(): string[] {
  return readdirSync(NETWORK).flatMap((file) => {
    const source = readFileSync(new URL(file, NETWORK), "utf8");
    const calls = [
      ...source.matchAll(/hop\(\s*[^;]*?\)(?:,|;|\])/gs),
      ...source.matchAll(/return (?:`[^`]*`|"[^"]*");/g),
    ];
    const whats = [...source.matchAll(/const what = [^;]*;/gs)];
    return [...calls, ...whats].flatMap(([text]) =>
      [...text.matchAll(/`([^`]*)`|"([^"]*)"/g)].map(([, template = "", plain = ""]) => `${template}${plain}`),
    );
  });
}

const isSentence = (text: string) =>
  / /.test(text) && /^[a-zA-Z]/.test(text) && !/^(group to the internet|the network interface|an endpoint)/.test(text);

/** A template with something in each place. */
const filled = (text: string) =>
  text
    .replaceAll(/\$\{verb\} \$\{part\}\$\{shown\} \$\{way\}/g, "lets through port 80 into")
    .replaceAll(/\$\{verb\}/g, "lets")
    .replaceAll(/\$\{way\}/g, "there")
    .replaceAll(/\$\{isForOthers[^}]*\}/g, "lets nothing in")
    .replaceAll(/\$\{(?:remark|why|elsewhere)\}/g, "")
    .replaceAll(/\$\{where\}/g, "there")
    .replaceAll(/\$\{port\}/g, "443")
    .replaceAll(/\$\{[^}]*\}/g, "aws_x.y");

describe("what is said of a hop", () => {
  const all = [...new Set(sentences().filter(isSentence).map(filled))].filter(
    (text) => !/^(public addresses|answers |the |ports? )/.test(text),
  );

  it("is found in the source", () => {
    expect(all.length).toBeGreaterThan(35);
  });

  it.each(all)("has words in Japanese: %s", (english) => {
    expect(hopInJapanese(english)).toMatch(/[ぁ-ん]/);
  });

  it.each([
    ["lets nothing out to aws_db_instance.main on 3306", "aws_db_instance.main の 3306 番ポートへは何も出さない"],
    ["lets aws_security_group.app in on 3306", "aws_security_group.app を 3306 番ポートに入れる"],
    [
      "refuses 28 % of ports 1024–65535 into aws_subnet.a (answers of logs)",
      "aws_subnet.a に入るポート 1024–65535 の 28 % を拒む（logs との応答）",
    ],
    [
      "lets through port 443 out of aws_subnet.a (the internet)",
      "aws_subnet.a から出るポート 443 を通す（インターネット）",
    ],
    ["routes the internet to aws_nat_gateway.main", "インターネット への通信を aws_nat_gateway.main へ送る"],
    [
      "lets nothing in on 80; over IPv6, which is not computed, it may pass",
      "80 番ポートに何も入れない。IPv6 なら通るかもしれないが、計算していない",
    ],
    [
      "lets nothing in on 80; over another network interface, it may pass",
      "80 番ポートに何も入れない。別のネットワークインターフェイスなら通るかもしれない",
    ],
    ["is not said by preflight", undefined],
  ])("%s", (english, japanese) => {
    expect(hopInJapanese(english)).toBe(japanese);
  });

  it("has Japanese for every path of a stack, in its page", async () => {
    const page = htmlOf(await mapOfStack(stackWith(["one", "two"])));
    const { paths } = JSON.parse(/id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? "{}").paths as {
      paths: [string, [string, string, string, string?][], string?, string?][];
    };
    const hops = paths.flatMap(([, all]) => all);
    expect(hops.length).toBeGreaterThan(10);
    expect(hops.filter(([, , , japanese]) => japanese === undefined)).toEqual([]);
    expect(paths.filter(([, , fix, japanese]) => fix !== undefined && japanese === undefined)).toEqual([]);
  });
});
