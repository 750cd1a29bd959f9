/** Counts the tokens of a text; 0 only for the empty text. */
export type TokenCounter = (text: string) => number;

/**
 * Characters counted by the tokenizer in one go. Its work grows faster than a run of one letter
 * does, so a hostile text is cut; cutting can only add tokens to the count, never hide one.
 */
const SLICE_CHARS_MAX = 20_000;

/** Four characters a token: good to about a third on English and code. */
export function approximateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

let loaded: Promise<TokenCounter> | undefined;

/**
 * The o200k tokenizer, loaded when first asked for (it takes about 75 MB of memory); where it
 * cannot be loaded, `approximateTokens`.
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
