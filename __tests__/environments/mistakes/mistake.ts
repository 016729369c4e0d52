/** A mistake: what it is, the changes to production that make it, the setting that is named, and what is said of it. */
export type Mistake = readonly [what: string, changes: unknown, path: string, message: RegExp];

export const ZONE_A = "ap-northeast-1a";
