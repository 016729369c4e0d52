/**
 * What preflight says of a hop, and of what to write where one stops, in Japanese. `$1` and so on are addresses, names
 * and ports. What no line here fits stays in English: the test of this table says which.
 */
const SENTENCES: readonly (readonly [english: RegExp, japanese: string])[] = [
  // Security groups
  [/^lets nothing out to (.+) on (\d+)( \(.+\))?$/s, "$1 の $2 番ポートへは何も出さない$3"],
  [/^lets out to (.+) on (\d+)$/s, "$1 の $2 番ポートへ出す"],
  [/^does not let (.+) in on (\d+)$/s, "$1 を $2 番ポートに入れない"],
  [/^lets traffic in on (\d+)$/s, "$1 番ポートに外からの通信を入れる"],
  [/^lets some addresses in on (\d+)$/s, "$1 番ポートに一部のアドレスだけを入れる"],
  [/^lets nothing in on (\d+)$/s, "$1 番ポートに何も入れない"],
  [/^lets no public address in on (\d+)$/s, "$1 番ポートにパブリックアドレスを入れない"],
  [/^may let (.+) in on (\d+)$/s, "$1 を $2 番ポートに入れるかもしれない"],
  [/^lets (.+) in on (\d+)$/s, "$1 を $2 番ポートに入れる"],
  // Network ACLs
  [/^has a network ACL that can't be known$/s, "ネットワーク ACL がわからない"],
  [/^refuses (\d+ %) of ports? ([\d–]+) into (\S+) \((.+)\)$/s, "$3 に入るポート $2 の $1 を拒む（$4）"],
  [/^refuses (\d+ %) of ports? ([\d–]+) out of (\S+) \((.+)\)$/s, "$3 から出るポート $2 の $1 を拒む（$4）"],
  [/^refuses ports? ([\d–]+) into (\S+) \((.+)\)$/s, "$2 に入るポート $1 を拒む（$3）"],
  [/^refuses ports? ([\d–]+) out of (\S+) \((.+)\)$/s, "$2 から出るポート $1 を拒む（$3）"],
  [/^lets through ports? ([\d–]+) into (\S+) \((.+)\)$/s, "$2 に入るポート $1 を通す（$3）"],
  [/^lets through ports? ([\d–]+) out of (\S+) \((.+)\)$/s, "$2 から出るポート $1 を通す（$3）"],
  [/^may refuse ports? ([\d–]+) into (\S+) \((.+)\)$/s, "$2 に入るポート $1 を拒むかもしれない（$3）"],
  [/^may refuse ports? ([\d–]+) out of (\S+) \((.+)\)$/s, "$2 から出るポート $1 を拒むかもしれない（$3）"],
  // Routes
  [/^has no route out of (\S+) to (.+?)( \(.+\))?$/s, "$1 から $2 へのルートがない$3"],
  [
    /^has no route to an internet gateway, and (.+) stands in (\S+)$/s,
    "インターネットゲートウェイへのルートがなく、$1 は $2 にある",
  ],
  [/^has no internet gateway, and (.+) stands in it$/s, "インターネットゲートウェイがなく、$1 はその中にある"],
  [/^has a route table that can't be known$/s, "ルートテーブルがわからない"],
  [/^has one of several route tables$/s, "いくつかのルートテーブルのどれかを使う"],
  [/^may have a route to (.+)$/s, "$1 へのルートがあるかもしれない"],
  [/^routes (.+) to the internet gateway$/s, "$1 への通信をインターネットゲートウェイへ送る"],
  [/^routes (.+) to something that can't be looked into$/s, "$1 への通信を、中がわからないものへ送る"],
  [
    /^routes (.+) to a NAT gateway that is not in this configuration$/s,
    "$1 への通信を、この構成にない NAT ゲートウェイへ送る",
  ],
  [
    /^routes (.+) to (\S+), which is not attached to the VPC of (\S+)$/s,
    "$1 への通信を $2 へ送るが、それは $3 の VPC に付いていない",
  ],
  [/^routes (.+) to (\S+)$/s, "$1 への通信を $2 へ送る"],
  [/^leads to a part of (.+?) only(: .+)?$/s, "$1 の一部にだけ通じる$2"],
  [/^leads to (.+), which can't be known$/s, "$1 のどれに通じるかわからない"],
  [/^leads to something that can't be looked into$/s, "中がわからないものに通じる"],
  [/^leads to an egress-only gateway, which takes IPv6 only$/s, "IPv6 だけを通す egress-only ゲートウェイに通じる"],
  [/^takes packets for (\S+) to something that can't be looked into$/s, "$1 へのパケットを、中がわからないものへ送る"],
  [/^(\S+) is in another VPC, and no route leads there$/s, "$1 は別の VPC にあり、そこへのルートがない"],
  [/^(\S+) is in another VPC, and no route leads back$/s, "$1 は別の VPC にあり、戻るルートがない"],
  [
    /^(\S+) is in another VPC, and what leads there can't be looked into$/s,
    "$1 は別の VPC にあり、そこへ通じるものの中がわからない",
  ],
  [
    /^(\S+) is in another VPC, and what leads back can't be looked into$/s,
    "$1 は別の VPC にあり、戻り道の中がわからない",
  ],
  [/^stands in subnets that can't be known$/s, "どのサブネットにあるかわからない"],
  [/^the subnets can't be known$/s, "サブネットがわからない"],
  // Addresses
  [/^has addresses of IPv6 only, which are not computed$/s, "IPv6 のアドレスしかなく、それは計算していない"],
  [/^may have no public address$/s, "パブリックアドレスがないかもしれない"],
  [
    /^has no public address, and an internet gateway takes nothing else to (.+?)( \(.+\))?$/s,
    "パブリックアドレスがない。インターネットゲートウェイはそれがないと $1 へ通さない$2",
  ],
  [/^has no public address$/s, "パブリックアドレスがない"],
  [/^is internal: it has private addresses only$/s, "内部向けで、プライベートアドレスしかない"],
  [
    /^faces the internet: its name leads to public addresses$/s,
    "インターネット向けで、その名前はパブリックアドレスになる",
  ],
  // NAT gateways
  [/^takes packets$/, "パケットを受ける"],
  [/^passes packets on$/, "パケットを送り出す"],
  [/^takes nothing from (\S+) on (\d+)$/s, "$1 から $2 番を受けない"],
  [/^lets nothing out to the internet on (\d+)$/s, "インターネットの $1 番へ何も出さない"],
  [/^passes packets on to something that can't be looked into$/s, "中がわからないものへパケットを送る"],
  [/^has no public address$/, "パブリックアドレスがない"],
  [/^may have no public address$/, "パブリックアドレスがないかもしれない"],
  [/^stands in a subnet that can't be known$/s, "どのサブネットにあるかわからない"],
  [
    /^stands in (\S+), which has no route to an internet gateway(?:: a NAT gateway needs a public subnet)?$/s,
    "$1 にあるが、そこにはインターネットゲートウェイへのルートがない。NAT にはパブリックサブネットが要る",
  ],
  [
    /^is a private NAT gateway, and leads to something that can't be looked into$/s,
    "プライベート NAT ゲートウェイで、中がわからないものに通じる",
  ],
  [
    /^is a private NAT gateway, which does not lead to the internet$/s,
    "プライベート NAT ゲートウェイなので、インターネットには通じない",
  ],
  [
    /^checks the source and destination of packets, and drops what is not its own$/s,
    "パケットの送信元と宛先を確かめ、自分宛てでないものを捨てる",
  ],
  [/^leads to the internet gateway of its VPC$/s, "VPC のインターネットゲートウェイに通じる"],
  [/^may lead to an internet gateway$/s, "インターネットゲートウェイに通じるかもしれない"],
  [/^leads nowhere: (\S+) has no internet gateway$/s, "どこにも通じない。$1 にインターネットゲートウェイがない"],
  [
    /^lets nothing out to public addresses on 25, unless the account has asked for it$/s,
    "アカウントから申請していなければ、パブリックアドレスの 25 番へは何も出さない",
  ],
  // Endpoints
  [/^stands in no subnet, so it has no address$/s, "サブネットにないので、アドレスがない"],
  [
    /^does not let the call through: its policy, or what it is called for, forbids it$/s,
    "呼び出しを通さない。ポリシーか、呼び出す先が禁じている",
  ],
  // What to write
  [
    /^Allow the connection in both security groups: egress in one, ingress in the other\.$/s,
    "両方のセキュリティグループで接続を通す：片方から出し、もう片方に入れる。",
  ],
  [
    /^Give the VPC (.+), and let its group pass; or let the group out to 0\.0\.0\.0\/0 on 443, where a NAT gateway leads out\.$/s,
    "VPC に $1 を置き、そのグループを通す。NAT ゲートウェイで外に出るなら、グループから 0.0.0.0/0 の 443 番へ出す。",
  ],
  [
    /^Let the network ACL pass the port, and ports 1024–65535 back\.$/s,
    "ネットワーク ACL でそのポートと、戻りの 1024–65535 番を通す。",
  ],
  [
    /^Set assign_public_ip to true, or use subnets that route to a NAT gateway\.$/s,
    "assign_public_ip を true にするか、NAT ゲートウェイへのルートがあるサブネットを使う。",
  ],
  [
    /^Put a public NAT gateway into a subnet whose route table leads to the internet gateway\.$/s,
    "インターネットゲートウェイへのルートがあるサブネットに、パブリック NAT ゲートウェイを置く。",
  ],
  [/^Give the endpoint subnets of the VPC\.$/s, "エンドポイントに VPC のサブネットを指定する。"],
  [
    /^Allow the call in the endpoint's policy, or take the policy out\.$/s,
    "エンドポイントのポリシーで呼び出しを許すか、ポリシーを外す。",
  ],
  [
    /^Route the subnet's 0\.0\.0\.0\/0 to a NAT gateway, or give the VPC (.+)\.$/s,
    "サブネットの 0.0.0.0/0 を NAT ゲートウェイへ送るか、VPC に $1 を置く。",
  ],
  [
    /^It has private addresses only\. If the internet is to reach it, put a load balancer that faces the internet before it\.$/s,
    "プライベートアドレスしかない。インターネットから届かせたいなら、前にインターネット向けのロードバランサーを置く。",
  ],
  [
    /^If the internet is to reach it, use subnets whose route table leads to an internet gateway\.$/s,
    "インターネットから届かせたいなら、インターネットゲートウェイへのルートがあるサブネットを使う。",
  ],
  [
    /^If the internet is to reach it, let 0\.0\.0\.0\/0 in on this port in its security group\.$/s,
    "インターネットから届かせたいなら、セキュリティグループでこのポートに 0.0.0.0/0 を入れる。",
  ],
];

/** Names of things in the sentences above, which are words themselves. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\bthe tasks of (\S+)/g, "$1 のタスク"],
  [/\bthe public addresses of (\S+)/g, "$1 のパブリックアドレス"],
  [/\bthe (?:default )?security group of (\S+?)(?=[,\s（）)]|$)/g, "$1 のセキュリティグループ"],
  [/\banswers (?:to|of) ([^（）()]+)(?=）|\)|$)/g, "$1 との応答"],
  [/\ban endpoint for (\S+)/g, "$1 のエンドポイント"],
  [/\ba way to it\b/g, "そこへの経路"],
  [/\bthe internet\b/g, "インターネット"],
  [/\bpublic addresses\b/g, "パブリックアドレス"],
  [/; over IPv6, which is not computed, it may pass/g, "。IPv6 なら通るかもしれないが、計算していない"],
  [/; over another network interface, it may pass/g, "。別のネットワークインターフェイスなら通るかもしれない"],
];

/** A sentence about a hop in Japanese; undefined where there is none. */
export function hopInJapanese(english: string): string | undefined {
  const [, sentence = english, aside = ""] =
    /^(.*?)(; over (?:IPv6, which is not computed|another network interface), it may pass)$/s.exec(english) ?? [];
  const found = SENTENCES.find(([pattern]) => pattern.test(sentence));
  if (!found) return undefined;
  const translated = sentence.replace(found[0], (_, ...groups) =>
    found[1].replaceAll(/\$(\d)/g, (_mark, number) => (groups[Number(number) - 1] as string | undefined) ?? ""),
  );
  return NAMES.reduce((all, [pattern, name]) => all.replace(pattern, name), `${translated}${aside}`);
}
