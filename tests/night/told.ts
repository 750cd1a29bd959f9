import type { Fact } from "@nightshift/projections/digest/digest";
import { markdown } from "@nightshift/projections/words/markdown";
import { plain } from "@nightshift/projections/words/plain";
import { FACT_CHARS_MAX } from "@nightshift/projections/digest/terminal";
import { z } from "zod";

/** A sentence of a digest as it stands there, and the labels of the events it cites. */
export type Told = { text: string; cites: string[] };

const Told = z.object({ text: z.string(), events: z.array(z.string()).min(1) });
const Acting = Told.extend({ command: z.string().optional() });
const Decision = Told.extend({ command: z.string(), otherwise: z.string().nullable() });

/** `nightshift digest --json`, as far as it claims anything. */
export const ToldDigest = z.object({
  headline: Told,
  began: Told,
  notices: z.array(Told),
  decisions: z.array(Decision),
  sections: z.array(z.object({ title: z.string(), facts: z.array(Acting).min(1) })),
});
export type ToldDigest = z.infer<typeof ToldDigest>;

/** Every claim of a digest; where nothing is to be decided, that is a claim as well. */
export function factsIn({ headline, began, notices, decisions, sections }: ToldDigest): Fact[] {
  const nothing = { text: "Nothing waits for you.", events: began.events };
  const ask = decisions.length === 0 ? [nothing] : decisions;
  return [headline, began, ...notices, ...ask, ...sections.flatMap(({ facts }) => facts)];
}

/** The facts as each reader is shown them; blanks do not count, for a terminal breaks lines. */
export const shownAs = {
  markdown: ({ text }: Fact) => squeezed(markdown(text)),
  terminal: ({ text }: Fact) => squeezed(plain(text, FACT_CHARS_MAX)),
};

/** What the document says before its list of events, and that list by label. */
export function readDocument(text: string): { told: Told[]; events: Map<string, string> } {
  const [body = "", list = ""] = text.split("\n## Events\n");
  const lines = body.split("\n").filter((line) => line !== "" && !line.startsWith("## "));
  const told = lines.map((line) => {
    const sentence = line.replace(/^(?:# Night \d+: |- )/, "");
    const [, said = sentence, cites = ""] =
      /^(.*) (\[e[^\]]*\])(?: \(or `[^`]*`\))?(?:: `[^`]*`)?$/.exec(sentence) ?? [];
    return { text: squeezed(said), cites: labelsIn(cites) };
  });
  const events = list
    .trim()
    .split("\n")
    .map((line) => /^- (e\d+): (.*)$/.exec(line));
  return { told, events: new Map(events.map((found) => [found?.[1] ?? "", found?.[2] ?? ""])) };
}

/** What the terminal shows: sentences over several lines, each with its events below. */
export function readTerminal(text: string): { told: Told[]; others: string[] } {
  const told: Told[] = [];
  const others: string[] = [];
  for (const part of text.trim().split(/\n\n|\n(?=- )/)) {
    const [, said, cites = "", rest = ""] = /^(.*?)\n *(\[e[^\]]*\])(.*)$/s.exec(part) ?? [];
    if (said !== undefined) {
      const text = squeezed(said.replace(/^(?:Night \d+: |- )/, ""));
      told.push({ text, cites: labelsIn(cites) });
    }
    const lines = (said === undefined ? part : rest).split("\n").map((line) => line.trim());
    others.push(...lines.filter((line) => line !== ""));
  }
  return { told, others };
}

/** `[e1–e3, e7]` as `e1 e2 e3 e7`. */
function labelsIn(cites: string): string[] {
  return cites
    .replaceAll(/[[\]\s]/g, "")
    .split(",")
    .flatMap((part) => {
      const [from = "", to = from] = part.split("–").map((label) => label.slice(1));
      const count = Number(to) - Number(from) + 1;
      return Array.from({ length: count }, (_, index) => `e${Number(from) + index}`);
    });
}

function squeezed(text: string): string {
  return text.replaceAll(/\s/g, "");
}
