import { secretsIn } from "../../secrets.ts";
import type { Finding, Surroundings } from "../finding.ts";
import { asScript } from "./fronts.ts";
import { innerPrograms } from "./inner.ts";
import { SHELL, SHELL_OF_SCRIPTS } from "../languages/shell.ts";
import { shellAsRead } from "./shell.ts";
import { textFindings } from "../texts/text.ts";

/** What turns a text round is looked for as it is written: read, it is turned round already. */
const AS_WRITTEN = SHELL.filter(({ rule }) => rule === "hidden-code");
const SCRIPTS = [...SHELL, ...SHELL_OF_SCRIPTS];

/**
 * Breaks in what a shell runs, as the shell would read it.
 * @param ofOther Reads the programs of other languages that it hands to their interpreters.
 */
export function shellFindings(
  text: string,
  around: Surroundings,
  ofOther: (text: string, around: Surroundings) => Finding[],
): Finding[] {
  const script = asScript(around.path, text);
  const read = couldBePutTogether(script) ? shellAsRead(around.path, script) : script;
  // Who builds an image, or installs what was made, writes outside of a project.
  const found = textFindings(read, "shell", script === text ? SCRIPTS : SHELL, around);
  const isSame = read === text;
  const written = isSame ? [] : textFindings(text, "shell", AS_WRITTEN, around);
  const inner = innerPrograms(script).flatMap(({ path, text: said, lineOf }) =>
    ofOther(said, { ...around, path }).map((one) => ({ ...one, line: lineOf(one.line) })),
  );
  return [...found, ...written, ...inner, ...(isSame ? [] : secretsPutTogether(text, read))];
}

/** Words that are no plain words: without them a script says what it says. */
function couldBePutTogether(text: string): boolean {
  return /[$`\\]|\w["']|["']\w|\balias\b|~\/|\(\)/.test(text);
}

function secretsPutTogether(text: string, read: string): Finding[] {
  return secretsIn(read)
    .filter((secret) => !text.includes(secret.text))
    .map(({ text: said, line }) => ({ rule: "secret", line, text: said, severe: true }));
}
