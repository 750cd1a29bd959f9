import { isTest } from "./languages.ts";
import { codeFindings } from "./rules/code.ts";
import { fileFindings } from "./rules/files/files.ts";
import { manifestFindings } from "./rules/files/manifest.ts";
import type { Finding, Surroundings } from "./rules/finding.ts";
import { type FileText, unreadable } from "./rule-reader.ts";

/**
 * What breaks the constitution in one file, by its text alone: one break a rule and line. Tests are
 * held to the severe rules alone.
 */
export function breaksIn(file: FileText, hosts: ReadonlySet<string>): Finding[] {
  const { path, text, sought } = file;
  const found = foundIn(text, { path, hosts, sought });
  const held = isTest(path) ? found.filter(({ severe }) => severe) : found;
  // The widest construct of it, by which it is known again.
  const widest = new Map<string, Finding>();
  for (const finding of held) {
    const key = `${finding.rule}:${finding.line}`;
    const known = widest.get(key);
    if (!known || known.text.length < finding.text.length) widest.set(key, finding);
  }
  return [...widest.values()];
}

/** Whatever ends the reading, the file has not been seen: one too entangled, or a fault of ours. */
function foundIn(text: string, around: Surroundings): Finding[] {
  const { path } = around;
  try {
    return /(?:^|\/)package\.json$/.test(path)
      ? manifestFindings(text, around)
      : [...codeFindings(text, around), ...fileFindings(path, text)];
  } catch (error) {
    return [unreadable(error instanceof Error ? error.message : String(error))];
  }
}
