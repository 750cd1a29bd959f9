/** A source file as it is now. */
export type Source = { path: string; text: string };

/** How often the words that are asked for come in a file, and how many words it has. */
type Counted = { counts: ReadonlyMap<string, number>; size: number };
export type Words = (source: Source) => Counted;

/** Files that are looked at closely; the rest of a repository is not read twice. */
const FILES_MAX = 12;
/** BM25: how soon a word that comes again says no more, and how much long files are held back. */
const [SATURATION, LENGTH_SHARE] = [1.2, 0.75];

/** Takes a file apart once, and keeps only what the names have: all of a repository is large. */
export function countWords(names: readonly string[]): Words {
  const wanted = new Set(names.flatMap(partsOf));
  const known = new Map<Source, Counted>();
  return (source) => {
    const before = known.get(source);
    if (before !== undefined) return before;
    const counts = new Map<string, number>();
    const parts = partsOf(`${source.path} ${source.text}`);
    for (const part of parts) {
      if (wanted.has(part)) counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    const counted = { counts, size: parts.length };
    known.set(source, counted);
    return counted;
  };
}

/** The files that speak most of what is asked, by the parts of their names and paths. */
export function retrieve(
  sources: readonly Source[],
  words: Words,
  asked: readonly string[],
): Source[] {
  const own = sources.map(words);
  const usual = own.reduce((sum, { size }) => sum + size, 0) / Math.max(1, own.length);
  const wanted = [...new Set(asked.flatMap(partsOf))].map((word) => {
    const having = own.filter(({ counts }) => counts.has(word)).length;
    return { word, rarity: Math.log(1 + (own.length - having + 0.5) / (having + 0.5)) };
  });
  const worth = own.map(({ counts, size }) => {
    const held = 1 - LENGTH_SHARE + (LENGTH_SHARE * size) / Math.max(1, usual);
    return wanted.reduce((sum, { word, rarity }) => {
      const count = counts.get(word) ?? 0;
      return sum + (rarity * count * (SATURATION + 1)) / (count + SATURATION * held);
    }, 0);
  });
  return sources
    .map((source, at) => ({ source, worth: worth[at] ?? 0 }))
    .filter((one) => one.worth > 0)
    .sort((a, b) => b.worth - a.worth)
    .slice(0, FILES_MAX)
    .map(({ source }) => source);
}

/** The parts of names: `parseArrayValue` is parse, array and value. */
function partsOf(text: string): readonly string[] {
  const spaced = text.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return spaced.match(/[a-z][a-z0-9]+/g) ?? [];
}
