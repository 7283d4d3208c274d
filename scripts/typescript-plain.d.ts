// What programs of ours use of scripts/typescript-plain.js.

/** Where the program of that path, from the root, lies as plain JavaScript: it needs no loader, and is not counted as covered. */
export function plain (path: string): string

/** A source without its types, each line and column where it was. */
export function withoutTypes (text: string): string
