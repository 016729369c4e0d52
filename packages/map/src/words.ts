import type { Words } from "./kinds.ts";
import type { ChangeKind } from "./stack-map.ts";

/** What is written in the picture. */
export const WORDS = {
  network: { en: "Your private network (VPC)", ja: "自分専用のネットワーク（VPC）" },
  elsewhere: {
    en: "A network that this file does not tell (--source DIR may)",
    ja: "このファイルではわからないネットワーク（--source DIR でわかることがあります）",
  },
  publicBand: {
    en: "Public part: can be reached from the internet, where a rule allows it",
    ja: "公開部：ルールが許せばインターネットから届く",
  },
  privateBand: { en: "Private part: the internet can't come in here", ja: "非公開部：インターネットからは入れない" },
  unknownBand: { en: "Where this stands is not known from this file", ja: "置き場所はこのファイルではわからない" },
  doors: { en: "Private doors (endpoints)", ja: "専用口（エンドポイント）" },
  aws: { en: "AWS, outside your network", ja: "ネットワーク外の AWS" },
  removed: { en: "Deleted by this plan", ja: "このプランで削除されるもの" },
} as const satisfies Readonly<Record<string, Words>>;

export const CHANGES: Readonly<Record<ChangeKind | "lost", Words>> = {
  create: { en: "+ new", ja: "＋ 新規" },
  update: { en: "~ changed", ja: "～ 変更" },
  replace: { en: "± replaced", ja: "± 作り直し" },
  delete: { en: "− deleted", ja: "− 削除" },
  forget: { en: "− left alone", ja: "− 管理外へ" },
  lost: { en: "⚠ data is lost", ja: "⚠ データが失われる" },
};

/** What a reader does first. */
export const HINT: Words = {
  en: "Click two things to see the path between them. Or ask what the internet reaches. Escape ends it.",
  ja: "二つ選ぶと、その間の経路が出ます。インターネットから届くものも調べられます。Esc で戻ります。",
};

/** What is written around the picture. */
export const PAGE = {
  title: { en: "Map", ja: "地図" },
  inbound: { en: "What does the internet reach?", ja: "インターネットから届くもの" },
  from: { en: "From", ja: "どこから" },
  to: { en: "To", ja: "どこへ" },
  search: { en: "Search", ja: "検索" },
  clear: { en: "Clear", ja: "元に戻す" },
  pathChanges: { en: "Paths that open or close by this plan", ja: "このプランで開く経路・閉じる経路" },
  noPathChanges: { en: "None of those that can be compared.", ja: "比べられるものにはありません。" },
  leftOut: {
    en: "This plan touches too many connections to compare them all: only those from and to the internet are.",
    ja: "このプランが触れる接続は多すぎて、すべては比べていません。比べたのはインターネットとの間だけです。",
  },
  opens: { en: "opens", ja: "開く" },
  closes: { en: "closes", ja: "閉じる" },
  "may open": { en: "may open", ja: "開くかもしれない" },
  findings: { en: "Findings", ja: "指摘" },
  legend: { en: "Legend", ja: "凡例" },
  everything: { en: "All resources", ja: "すべてのリソース" },
  show: { en: "Show the table", ja: "表を開く" },
  thing: { en: "Thing", ja: "もの" },
  resources: { en: "Resources", ja: "リソース" },
  price: { en: "USD a month", ja: "月額 USD" },
  others: { en: "Not drawn", ja: "描いていないもの" },
} as const satisfies Readonly<Record<string, Words>>;

/** Lines and marks of the picture. */
export const LEGEND: { readonly lines: readonly (readonly [className: string, words: Words])[] } = {
  lines: [
    ["in open", { en: "from the internet", ja: "インターネットから" }],
    ["calls open", { en: "talks to, on the port that is written", ja: "書かれたポートで話しかける" }],
    ["rule open", { en: "is let in by a rule", ja: "ルールで許されている" }],
    ["out open", { en: "goes out, or to a service of AWS", ja: "外へ、または AWS のサービスへ" }],
    ["calls unknown", { en: "can't be known from this file", ja: "このファイルではわからない" }],
    ["calls blocked", { en: "is meant to, but is stopped", ja: "つなぐつもりだが止められる" }],
    ["frame", { en: "a frame: stands in each of these zones", ja: "枠：これらのゾーンのそれぞれにある" }],
    [
      "group",
      { en: "a security group: the same colour, the same rules", ja: "セキュリティグループ：同じ色は同じルール" },
    ],
  ],
};
