import { literalText } from "../reading/literal.ts";

/** A value of a TOML file as it is written, and the dotted name under which it stands. */
export type TomlEntry = { path: string; value: string; line: number };

const KEY = String.raw`(?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[\w-]+)`;
const KEYS = String.raw`${KEY}(?:\s*\.\s*${KEY})*`;
const TABLE = new RegExp(String.raw`^\s*\[\[?\s*(${KEYS})\s*\]\]?`);
const ASSIGNED = new RegExp(String.raw`^\s*(${KEYS})\s*=\s*(.*)$`);
const INLINE = new RegExp(
  String.raw`[{,]\s*(${KEYS})\s*=\s*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^,}]*)`,
  "g",
);
const LINES_MAX = 500;

/** The values of a TOML file, quotes and escapes of its keys read; what is no TOML has none. */
export function tomlEntries(text: string): TomlEntry[] {
  const lines = text.split("\n");
  const entries: TomlEntry[] = [];
  let table = "";
  for (let at = 0; at < lines.length; at++) {
    const said = lines[at] ?? "";
    const opened = TABLE.exec(said)?.[1];
    if (opened !== undefined) {
      table = keysOf(opened);
      continue;
    }
    const match = ASSIGNED.exec(said);
    if (!match) continue;
    const path = [table, keysOf(match[1] ?? "")].filter((part) => part !== "").join(".");
    const line = at + 1;
    let value = match[2] ?? "";
    for (let more = 0; isOpen(value) && at + 1 < lines.length && more < LINES_MAX; more++) {
      at += 1;
      value += `\n${lines[at] ?? ""}`;
    }
    entries.push({ path, value, line });
    for (const [, key = "", inner = ""] of value.matchAll(INLINE)) {
      entries.push({ path: `${path}.${keysOf(key)}`, value: inner, line });
    }
  }
  return entries;
}

function keysOf(written: string): string {
  const keys = written.match(new RegExp(KEY, "g")) ?? [];
  return keys.map((key) => (/^["']/.test(key) ? literalText(key) : key)).join(".");
}

/** Texts of several lines first: what stands in them opens and closes nothing. */
const TEXTS = /"""(?:[^\\]|\\[^])*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#.*/g;

/** Whether a list, an inline table or a text of several lines still goes on. */
function isOpen(value: string): boolean {
  const bare = value.replaceAll(TEXTS, "");
  if (/"""|'''/.test(bare)) return true;
  const count = (letter: RegExp) => (bare.match(letter) ?? []).length;
  return count(/[[{]/g) > count(/[\]}]/g);
}
