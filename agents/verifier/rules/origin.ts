import type { SgNode } from "@ast-grep/napi";
import type { Reader } from "./reader.ts";

const ROUNDS_MAX = 3;
const NAMES_MAX = 12;
const LINES_MAX = 30;
const LINE_CHARS_MAX = 400;

/** The lines of the file that an expression comes from, through the names in it. */
export function originOf(node: SgNode, reader: Reader): string {
  const lines = reader.lines();
  let written = reader.textOf(node).slice(0, LINE_CHARS_MAX);
  const seen = new Set<string>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const names = (withoutTexts(written).match(/@{0,2}[A-Za-z_$][\w$]*/g) ?? []).filter(
      (name) => !seen.has(name) && (reader.values.has(name) || reader.functionOf(name) !== null),
    );
    if (names.length === 0 || seen.size > NAMES_MAX) break;
    for (const name of names.slice(0, NAMES_MAX)) {
      seen.add(name);
      const held = reader.values.get(name).map((value) => reader.textOf(value));
      const own = reader.functionOf(name);
      const about = lines.filter((line) => assigns(line, name)).slice(0, LINES_MAX);
      const more = [...held, ...(own ? [reader.textOf(own)] : []), ...about];
      written += `\n${more.map((each) => each.slice(0, LINE_CHARS_MAX)).join("\n")}`;
    }
  }
  return written;
}

function withoutTexts(written: string): string {
  return written.replaceAll(/"[^"\n]*"|'[^'\n]*'/g, '""');
}

/** Whether a line changes what a name holds, or a part of it. */
function assigns(line: string, name: string): boolean {
  const at = line.indexOf(name);
  if (at === -1) return false;
  const behind = line.slice(at + name.length);
  return /^(?:\s*\[[^\]]*\])?\s*(?:[-+^|&*]|<<)?:?=(?!=)|^\s*<<|^\.(?:push|append|add|write|extend)/.test(
    behind,
  );
}
