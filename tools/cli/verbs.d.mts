export const GROUPS: Readonly<Record<string, Readonly<Record<string, string>>>>;
export const VERBS: readonly string[];
export function isVerb(name: string): boolean;
