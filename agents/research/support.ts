/** How a page stands to a claim that cites it, and the passage that says so. */
export type Support = {
  verdict: "supports" | "contradicts" | "says-nothing";
  passage: string;
  why: string;
};

/** Sentences of a page that are looked at, and how many of them together are one passage. */
const SENTENCES_MAX = 4_000;
const WINDOW = 3;
const PASSAGE_CHARS_MAX = 400;
/** Share of a claim's words that a passage about the same thing has at least. */
const ABOUT_SHARE = 0.5;
/** Names of things weigh more than words, as they are what a claim is about. */
const NAME_WEIGHT = 2;

/**
 * Holds a claim against the text of the page that it cites, by words alone and without a model: the
 * page supports it where one passage speaks of the same things with the same numbers; it
 * contradicts it where that passage has other numbers, or says that it is not so.
 */
export function supportFor(claim: string, page: string): Support {
  const wanted = termsOf(claim);
  const best = closest(wanted, sentencesIn(page));
  if (best === null || best.share < ABOUT_SHARE) {
    return { verdict: "says-nothing", passage: "", why: "no passage of it speaks of this" };
  }
  const passage = best.text.slice(0, PASSAGE_CHARS_MAX);
  const said = numbersIn(best.text);
  const missing = wanted.numbers.filter((number) => !said.has(number));
  if (missing.length > 0) {
    const elsewhere = numbersIn(page);
    const nowhere = missing.filter((number) => !elsewhere.has(number));
    if (nowhere.length > 0 && said.size > 0) {
      const has = [...said].slice(0, 4).join(", ");
      return { verdict: "contradicts", passage, why: `it has ${has}, not ${nowhere.join(", ")}` };
    }
    if (nowhere.length > 0) {
      return { verdict: "says-nothing", passage, why: `${nowhere.join(", ")} is not in it` };
    }
  }
  if (isDenied(claim) !== isDenied(best.sentence)) {
    return { verdict: "contradicts", passage, why: "it says the opposite" };
  }
  return { verdict: "supports", passage, why: "a passage says so" };
}

type Terms = { words: Map<string, number>; numbers: string[] };

function termsOf(claim: string): Terms {
  const words = new Map<string, number>();
  for (const [word] of claim.matchAll(/[\p{L}][\p{L}\p{N}'’-]+/gu)) {
    const stem = stemOf(word);
    if (STOP.has(word.toLowerCase()) || stem.length < 3) continue;
    words.set(stem, /^\p{Lu}/u.test(word) ? NAME_WEIGHT : 1);
  }
  return { words, numbers: [...numbersIn(claim)] };
}

type Passage = { text: string; sentence: string; share: number };

/** The passage with most of the claim's words; of equals the first. */
function closest({ words }: Terms, sentences: readonly string[]): Passage | null {
  const total = [...words.values()].reduce((sum, weight) => sum + weight, 0);
  if (total === 0) return null;
  const stems = sentences.map((sentence) => {
    const found = sentence.match(/[\p{L}][\p{L}\p{N}'’-]+/gu) ?? [];
    return new Set(found.map(stemOf).filter((stem) => words.has(stem)));
  });
  const shareOf = (found: ReadonlySet<string>) =>
    [...found].reduce((sum, stem) => sum + (words.get(stem) ?? 0), 0) / total;
  let best: Passage | null = null;
  for (const at of sentences.keys()) {
    const window = stems.slice(at, at + WINDOW);
    const share = shareOf(new Set(window.flatMap((found) => [...found])));
    if (best !== null && share <= best.share) continue;
    const core = window
      .map((found, offset) => ({ at: at + offset, share: shareOf(found) }))
      .reduce((most, one) => (one.share > most.share ? one : most));
    const text = sentences.slice(at, at + WINDOW).join(" ");
    best = { text, sentence: sentences[core.at] ?? "", share };
  }
  return best;
}

function sentencesIn(page: string): string[] {
  return page
    .split(/\n+|(?<=[.!?])\s+(?=[\p{Lu}"'(])/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== "")
    .slice(0, SENTENCES_MAX);
}

/** `1,200`, `1.200` and `1200` are one number; so are `40%` and `40 percent`. */
function numbersIn(text: string): Set<string> {
  const found = text.match(/(?<![\p{L}\p{N}.])\d[\d.,]*\d|(?<![\p{L}\p{N}.])\d/gu) ?? [];
  return new Set(
    found.map((number) => number.replaceAll(/[.,](?=\d{3}(?:\D|$))/g, "").replace(",", ".")),
  );
}

const DENIAL =
  /\b(?:not|never|no longer|without|cannot|isn't|aren't|wasn't|doesn't|don't|didn't|won't|can't|fails? to|neither|nor)\b/i;

function isDenied(sentence: string): boolean {
  return DENIAL.test(sentence.replaceAll("’", "'"));
}

/** Rough, and the same for both sides. */
function stemOf(word: string): string {
  return word
    .toLowerCase()
    .replace(/['’]s$/, "")
    .replace(/(?:ations?|ments?|ings?|edly|ed|ies|es|s|ly)$/, "")
    .slice(0, 10);
}

const STOP = new Set(
  `a about above after all also an and any are as at be been before being between both but by can could
did do does each for from had has have how if in into is it its may might more most must no not of
on one only or other our out over own per said same see shall should so some such than that the
their them then there these they this those through to too under until up use used uses using very
was we were what when where which while who will with would you your according source`.split(/\s+/),
);
