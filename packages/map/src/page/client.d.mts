import type { PageData } from "./data.ts";

/** What the page does when it is used. Its text stands in the page: it may use nothing from around it. */
export function client(data: PageData): void;
