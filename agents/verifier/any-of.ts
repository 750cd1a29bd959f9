/** One pattern that matches what any of the patterns does; captures are not kept apart. */
export function anyOf(patterns: readonly RegExp[], flags = ""): RegExp {
  return new RegExp(patterns.map(({ source }) => `(?:${source})`).join("|"), flags);
}

/** A pattern for one of the words, which are separated by blanks and may hold patterns. */
export function oneOf(words: string): string {
  return `(?:${words.trim().split(/\s+/).join("|")})`;
}
