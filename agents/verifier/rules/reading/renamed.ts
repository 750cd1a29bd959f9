import { isTold } from "./alternatives.ts";
import type { Reader } from "./reader.ts";

const NAMES = String.raw`[:"']*(\w+)[!?]?["']?\s*(?:,\s*|\s)[:"']*(\w+)[!?]?`;
const RENAMES = new RegExp(
  String.raw`\balias_method\b["',]*\s*\(?\s*${NAMES}|^[ \t]*alias\s+${NAMES}|\bdefine(?:_singleton)?_method\b["',]*\s*\(?\s*[:"']*(\w+)["']?,\s*[\w.:]*method\(?\s*[:"']*(\w+)|\b(?:def_delegator|def_instance_delegator)\b[^\n,]*,\s*[:"']*(\w+)["']?,\s*[:"']*(\w+)`,
  "gm",
);
const COULD_RENAME = /\balias(?:_method)?\b|define_\w*method|def_\w*delegator/;
const STEPS_MAX = 5;

/** New names of methods by their old ones in reverse; read once a file. */
const known = new WeakMap<object, ReadonlyMap<string, string>>();
function renamedIn(reader: Reader): ReadonlyMap<string, string> {
  const found = known.get(reader.values);
  if (found) return found;
  const names = new Map<string, string>();
  const text = reader.text();
  for (const match of COULD_RENAME.test(text) ? text.matchAll(RENAMES) : []) {
    const [now, old, ...none] = match.slice(1).filter((each) => each !== undefined);
    // In a delegator what it is called stands last.
    const isLast = /delegator/.test(match[0]);
    if (now === undefined || old === undefined || none.length > 0) continue;
    if (isLast) names.set(old, now);
    else names.set(now, old);
  }
  known.set(reader.values, names);
  return names;
}

/** What a method of Ruby was called before the file gave it another name. */
export function calledAtFirst(method: string, reader: Reader): string {
  if (reader.language !== "ruby") return method;
  const names = renamedIn(reader);
  let name = method;
  for (let step = 0; step < STEPS_MAX; step++) name = names.get(name) ?? name;
  return name;
}

/** What the file itself put under a name of a module: `json.read_state = pickle.loads`. */
export function putUnder(dotted: string, reader: Reader, depth: number): string | undefined {
  if (!dotted.includes(".")) return undefined;
  const value = reader.values.has(dotted) ? reader.values.get(dotted).at(-1) : undefined;
  const name = value ? reader.nameOf(value, depth + 1) : "?";
  return isTold(name) && !name.startsWith(`${dotted}.`) ? name : undefined;
}
