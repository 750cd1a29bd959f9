import { Tangled } from "../../../source/source-tree.ts";
import { lineIn } from "../../line-at.ts";
import { secretsIn } from "../../secrets.ts";
import { isRandom } from "./encoded.ts";
import type { Finding } from "../finding.ts";

/** Files in which one setting may be made of others. */
const SETTINGS =
  /(?:^|\/)(?:\.env[\w.-]*|\.flaskenv|Dockerfile[\w.-]*|(?:GNU)?[Mm]akefile|[^/]+\.(?:env|ini|cfg|conf|config|properties|ya?ml|toml|json5?|tf|tfvars|hcl|mk|plist|xml|service|desktop|sh|list))$/;
/** One setting is asked for: `${name}`, `$(name)`, `%(name)s`, `$name`, `{{ name }}`. */
const ASKED =
  /\$\{([\w.:/-]{1,80}?)(?::?[-=]([^{}\n]{0,200}))?\}|\$\(([\w.-]{1,80})\)|%\(([\w.-]{1,80})\)s|\$([A-Za-z_]\w{0,80})|\{\{\s*\.?([\w.]{1,80})\s*\}\}/g;
/** Two of them side by side, or one and what stands beside it. */
const COULD = /[$%][({]|\$[A-Za-z_]|\{\{/;
const ENTRY =
  /^[ \t]*(?:-[ \t]+)?(?:export[ \t]+|ENV[ \t]+|ARG[ \t]+|set[ \t]+|override[ \t]+)*["']?([A-Za-z_][\w.-]{0,80})["']?[ \t]*(?:[:?+]{0,2}=|:(?=[ \t])|[ \t](?=[^\s=:]))[ \t]*(?:&(\w+)[ \t]+)?(\S[^\n]{0,400}?)[ \t\\,;]*$/gm;
const FILLED_MAX = 2_000;
const DEPTH_MAX = 6;
/** Groups of the pattern by which one is asked for. */
const FORMS = 6;
const CHARS_MAX = 1_000;
const NAMED = /pass(?:word|wd|phrase)|secret|token|api_?key|access_?key|private_?key/i;
const PLACEHOLDER = /example|sample|dummy|placeholder|changeme|xxxx/i;

/**
 * Secrets that no line of a file of settings says, but that its settings come to.
 * @throws Tangled where more of them are made of others than anybody writes.
 */
export function settingsFindings(path: string, text: string): Finding[] {
  if (!SETTINGS.test(path) || !COULD.test(text)) return [];
  const entries = [...text.matchAll(ENTRY)].map((match) => ({
    index: match.index,
    name: match[1] ?? "",
    anchor: match[2],
    value: unquoted(match[3] ?? ""),
  }));
  const known = new Map<string, string>();
  for (const { name, anchor, value } of entries) {
    known.set(name, value);
    if (anchor !== undefined) known.set(anchor, value);
  }
  const lineAt = lineIn(text);
  const fill = fillerOf(known);
  let filled = 0;
  return entries.flatMap(({ index, name, value }): Finding[] => {
    if (!COULD.test(value)) return [];
    const whole = fill(value, new Set([name]));
    if (whole === value) return [];
    if (++filled > FILLED_MAX) throw new Tangled(`${path} has too many settings made of others`);
    if (!tells(name, whole, text)) return [];
    return [{ rule: "secret", line: lineAt(index), text: `${name}=${value}`, severe: true }];
  });
}

function tells(name: string, whole: string, text: string): boolean {
  if (secretsIn(whole).some((secret) => !text.includes(secret.text))) return true;
  return NAMED.test(name) && isRandom(whole) && !PLACEHOLDER.test(whole) && !text.includes(whole);
}

/** Puts settings in the places where others ask for them; each is filled in once. */
function fillerOf(known: ReadonlyMap<string, string>) {
  const done = new Map<string, string>();
  const fill = (value: string, within: ReadonlySet<string>): string => {
    if (within.size > DEPTH_MAX) return value;
    let room = CHARS_MAX;
    const put = (all: string, ...groups: readonly (string | undefined)[]) => {
      if (room <= 0) return "";
      const [braced, otherwise, ...others] = groups.slice(0, FORMS);
      const name = braced ?? others.find((each) => each !== undefined) ?? "";
      const short = name.slice(Math.max(name.lastIndexOf("."), name.lastIndexOf(":")) + 1);
      const key = [name, short].find((each) => known.has(each) && !within.has(each)) ?? "";
      const held = known.get(key);
      const said = held === undefined ? otherwise && unquoted(otherwise) : settled(key, held);
      room -= said?.length ?? 0;
      return said ?? all;
    };
    const settled = (key: string, held: string): string => {
      const said = done.get(key) ?? fill(held, new Set([...within, key]));
      done.set(key, said);
      return said;
    };
    return value.replaceAll(ASKED, put).slice(0, CHARS_MAX);
  };
  return fill;
}

function unquoted(value: string): string {
  const plain = value.replace(/\s+#[^"']*$/, "");
  return /^(["'])(.*)\1$/.exec(plain)?.[2] ?? plain;
}
