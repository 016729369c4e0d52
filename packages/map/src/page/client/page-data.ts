/** What the script of a page knows. Types alone, and of nothing else, so that the script is checked by itself. */
export interface PageData {
  readonly things: readonly PageThing[];
  readonly paths: {
    /** Address, security groups, row. */
    readonly starts: readonly (readonly [string, string, number])[];
    /** As `--path` takes it, the card, security groups, address. */
    readonly ends: readonly (readonly [string, string, string, string])[];
    readonly rows: readonly (readonly number[])[];
    /** Verdict, hops, what to write, and the same in Japanese. */
    readonly paths: readonly (readonly [Verdict, readonly PageHop[], string?, string?])[];
  };
  readonly placeholders: readonly string[];
  readonly changes: Readonly<Record<string, Words>>;
  readonly hint: readonly [string, string];
  /** @default that of the browser */
  readonly language?: "en" | "ja" | undefined;
}

export type Verdict = "open" | "blocked" | "unknown";
export type Passes = "yes" | "no" | "maybe";

interface Words {
  readonly en: string;
  readonly ja: string;
}

/** Whether it lets the packet through, what is passed, how, and how in Japanese where that is said otherwise. */
export type PageHop = readonly [Passes, string, string, string?];

export interface PageThing {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly chips: readonly string[];
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly groups: readonly string[];
  readonly name: Words;
  readonly what: Words;
  /** Address, file and line, change. */
  readonly parts: readonly (readonly [string, string?, string?])[];
  readonly findings: readonly PageFinding[];
  readonly cost?: string;
  readonly loses?: true;
  readonly box: PageBox;
}

export interface PageFinding {
  readonly id: string;
  readonly severity: string;
  readonly address: string;
  readonly message: string;
  readonly fix?: string | undefined;
}

/** Left, top, width, height. */
export type PageBox = readonly [number, number, number, number];
