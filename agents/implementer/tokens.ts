/** Counts the tokens of a text; 0 only for the empty text. */
export type TokenCounter = (text: string) => number;

/**
 * Characters counted by the tokenizer in one go. Its work grows faster than a run of one letter
 * does, so a hostile text is cut; cutting can only add tokens to the count, never hide one.
 */
const SLICE_CHARS_MAX = 20_000;

const encoder = new TextEncoder();

/** Tokens that a text can have at most: each stands for at least one byte of it. */
export function tokensAtMost(text: string): number {
  return encoder.encode(text).length;
}

/** Four bytes a token: good to about a third on English, code and most other languages. */
export function approximateTokens(text: string): number {
  return Math.ceil(tokensAtMost(text) / 4);
}

/** Whether texts are together under a number of tokens; counts only where bytes do not tell. */
export async function fits(
  texts: readonly string[],
  tokensMax: number,
  loadCounter: () => Promise<TokenCounter>,
): Promise<boolean> {
  const together = (count: TokenCounter) => texts.reduce((sum, text) => sum + count(text), 0);
  return together(tokensAtMost) <= tokensMax || together(await loadCounter()) <= tokensMax;
}

let loaded: Promise<TokenCounter> | undefined;

/**
 * The o200k tokenizer, loaded when first asked for (it takes about 75 MB of memory, so ask only
 * where an exact count can matter); where it cannot be loaded, `approximateTokens`.
 */
export function loadTokenCounter(): Promise<TokenCounter> {
  loaded ??= import("gpt-tokenizer/encoding/o200k_base").then(
    // A text may well contain `<|endoftext|>`: it is counted as text, not refused.
    ({ countTokens }) => sliced((text) => countTokens(text, { disallowedSpecial: new Set() })),
    () => approximateTokens,
  );
  return loaded;
}

function sliced(count: TokenCounter): TokenCounter {
  return (text) => {
    let tokens = 0;
    for (let at = 0; at < text.length; at += SLICE_CHARS_MAX) {
      tokens += count(text.slice(at, at + SLICE_CHARS_MAX));
    }
    return tokens;
  };
}
