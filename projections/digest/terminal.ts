import { factsOf, type Digest, type Fact } from "./digest.ts";
import { plain } from "../words/plain.ts";
import { numberReferences } from "../references.ts";
import { wrap } from "../words/wrap.ts";

export const COLUMNS_MAX = 100;
export const FACT_CHARS_MAX = 600;
/** The foot names at most so many events; the document names all of them. */
const EVENTS_SHOWN_MAX = 400;

/** A line for the terminal; the command line gives each tone its colour. */
export type Line = { tone: "title" | "good" | "bad" | "ask" | "plain" | "quiet"; text: string };

/** The digest as lines of at most 100 columns, free of control characters (I11). */
export function digestLines(digest: Digest): Line[] {
  const references = numberReferences(factsOf(digest), digest.references);
  const say = (tone: Line["tone"], text: string, indent = ""): Line[] =>
    wrap(plain(text, FACT_CHARS_MAX), COLUMNS_MAX, indent).map((part) => ({ tone, text: part }));
  const tell = (tone: Line["tone"], { text, events, command }: Fact): Line[] => [
    ...say(tone, `- ${plain(text, FACT_CHARS_MAX)}`, "  "),
    ...say("quiet", references.cite(events), "  ").map(indented),
    ...(command === undefined ? [] : [{ tone: "ask" as const, text: `  ${command}` }]),
  ];
  const { headline, shift } = digest;
  const lines = [
    ...say(toneOf(digest), `Night ${shift}: ${headline.text}`),
    ...say("quiet", references.cite(headline.events)),
    ...[digest.began, ...digest.notices].flatMap((notice) => tell("plain", notice)),
    blank,
    ...say("title", "For you to decide"),
    ...decisionLines(digest, tell),
  ];
  for (const { name, title, facts } of digest.sections) {
    const tone = BAD.has(name) ? "bad" : GOOD.has(name) ? "good" : "plain";
    lines.push(blank, ...say("title", title), ...facts.flatMap((fact) => tell(tone, fact)));
  }
  lines.push(blank, ...say("title", "Events"));
  for (const { label, id, type, position } of references.list.slice(0, EVENTS_SHOWN_MAX)) {
    lines.push(...say("quiet", `${label} ${id} ${type} at ${position}`));
  }
  const left = references.list.length - EVENTS_SHOWN_MAX;
  if (left > 0) lines.push(...say("quiet", `and ${left} more: nightshift digest --markdown`));
  return lines;
}

const blank: Line = { tone: "plain", text: "" };
const GOOD: ReadonlySet<string> = new Set(["merged", "filed"]);
const BAD: ReadonlySet<string> = new Set([
  "taken-back",
  "returned",
  "failed",
  "given-up",
  "safety",
]);

function toneOf({ sections }: Digest): Line["tone"] {
  return sections.some(({ name }) => GOOD.has(name) || name === "in-review") ? "good" : "bad";
}

function indented({ tone, text }: Line): Line {
  return { tone, text: text.startsWith("  ") ? text : `  ${text}` };
}

/** The command stands on a line of its own, whole, so that it can be copied. */
function decisionLines(
  { decisions, began }: Digest,
  tell: (tone: Line["tone"], fact: Fact) => Line[],
): Line[] {
  if (decisions.length === 0) return tell("plain", { ...began, text: "Nothing waits for you." });
  return decisions.flatMap(({ text: asked, events, otherwise, command }) => {
    const commands = [otherwise, command].filter((one) => one !== null);
    return [
      ...tell("ask", { text: asked, events }),
      ...commands.map((text) => ({ tone: "ask" as const, text: `  ${text}` })),
    ];
  });
}
