/** How much thought a task asks for, after Bloom's levels (D40). */
export type Level = 1 | 2 | 3 | 4 | 5 | 6;

export const LEVEL_NAMES = {
  1: "remember",
  2: "understand",
  3: "apply",
  4: "analyse",
  5: "evaluate",
  6: "create",
} as const satisfies Record<Level, string>;

/** The orders that belong to each level, the highest first. */
const ORDERS: readonly (readonly [Level, RegExp])[] = [
  [6, ordering("architect design invent redesign devise compose plan prototype")],
  [
    5,
    ordering("assess audit choose decide evaluate judge justify recommend review validate weigh"),
  ],
  [
    4,
    ordering(`analyse analyze benchmark compare debug diagnose investigate measure profile refactor
    restructure trace split decouple`),
  ],
  [2, ordering("describe document explain summarise summarize report outline translate comment")],
  [1, ordering("bump copy delete find format list move remove rename reformat update upgrade")],
];

/** A verb where an order begins: at the start of a line or sentence, or after "and" or "then". */
function ordering(verbs: string): RegExp {
  const any = verbs.split(/\s+/).join("|");
  return new RegExp(
    String.raw`(?:^|[.!?;]\s+|\n\s*(?:[-*]\s+)?|\b(?:and|then)\s+)(?:${any})\b`,
    "im",
  );
}

/**
 * The highest level that its title or text orders; to add, fix or implement something is to apply
 * what is known. A rule of words: it sorts a backlog, and proves nothing of one task.
 */
export function complexityOf({ title, text }: { title: string; text: string }): Level {
  const order = `${title}\n${text}`;
  const high = ORDERS.find(([level, pattern]) => level > 3 && pattern.test(order));
  if (high) return high[0];
  return ORDERS.find(([, pattern]) => pattern.test(title))?.[0] ?? 3;
}
