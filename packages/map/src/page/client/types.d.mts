import type { answers } from "./answers.mjs";
import type { details } from "./details.mjs";
import type { dom } from "./dom.mjs";
import type { lists } from "./lists.mjs";
import type { PageData, Passes, Verdict } from "./page-data.ts";
import type { paths } from "./paths.mjs";
import type { picture } from "./picture.mjs";

/** What is chosen: where a path begins, the number of its end or -1, and the thing that is told about. */
export interface State {
  from: string;
  to: number;
  thing: string;
}

/** A path with its names filled in. */
export interface Traced {
  readonly verdict: Verdict;
  readonly hops: readonly {
    readonly passes: Passes;
    readonly at: string;
    readonly what: string;
    readonly japanese: string;
  }[];
  readonly fix: string | undefined;
  readonly japaneseFix: string | undefined;
}

export type Child = Node | string | undefined | readonly Child[];
export type Attributes = Readonly<Record<string, string | ((event: Event) => void) | undefined>>;

/** What a part of the script works with: the data, what is chosen, and the parts before it. */
export interface Given {
  readonly data: PageData;
  readonly state: State;
  readonly dom: ReturnType<typeof dom>;
  readonly paths: ReturnType<typeof paths>;
  readonly lists: ReturnType<typeof lists>;
  readonly picture: ReturnType<typeof picture>;
  readonly answers: ReturnType<typeof answers>;
  readonly details: ReturnType<typeof details>;
}
