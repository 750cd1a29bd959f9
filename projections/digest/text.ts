import { factsOf, type Digest, type Fact } from "./digest.ts";
import { markdown } from "../words/markdown.ts";
import { numberReferences, type Reference } from "../references.ts";

/**
 * The digest as Markdown. Whatever agents and people wrote is escaped (I11); every line that claims
 * something ends in the numbers of its events, and the list at the end tells which those are (I9).
 */
export function digestText(digest: Digest): string {
  const references = numberReferences(factsOf(digest), digest.references);
  const line = ({ text, events }: Fact): string => `${markdown(text)} ${references.cite(events)}`;
  const lines = [
    `# Night ${digest.shift}: ${line(digest.headline)}`,
    "",
    ...[digest.began, ...digest.notices].map((fact) => `- ${line(fact)}`),
    "",
    "## For you to decide",
    "",
    ...decisionLines(digest, line),
  ];
  for (const { title, facts } of digest.sections) {
    lines.push("", `## ${title}`, "", ...facts.map((fact) => `- ${line(fact)}${acts(fact)}`));
  }
  lines.push("", "## Events", "", ...references.list.map(eventLine));
  return `${lines.join("\n").replaceAll(/\n{3,}/g, "\n\n")}\n`;
}

/** Commands name things by ids alone, so that nothing in them needs an escape. */
function acts({ command }: Fact): string {
  return command === undefined ? "" : `: \`${command}\``;
}

function decisionLines({ decisions, began }: Digest, line: (fact: Fact) => string): string[] {
  if (decisions.length === 0) return [line({ ...began, text: "Nothing waits for you." })];
  return decisions.map((decision) => {
    const or = decision.otherwise === null ? "" : ` (or \`${decision.otherwise}\`)`;
    return `- ${line(decision)}${or}: \`${decision.command}\``;
  });
}

function eventLine({ label, id, type, position }: Reference): string {
  return `- ${label}: ${markdown(id)} (${type}, position ${position})`;
}
