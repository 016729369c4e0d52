export declare const GROUPS: Readonly<Record<string, Readonly<Record<string, readonly [runs: string, what: string]>>>>;
export declare function runs(verb: string): { readonly file: string; readonly first: readonly string[] } | undefined;
