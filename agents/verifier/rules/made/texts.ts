import { filled } from "../reading/formats.ts";
import { gatheredUpTo, joinedUpTo, repeatedUpTo } from "../reading/growth.ts";
import { HOLE } from "../reading/literal.ts";
import { inBase, numberFrom } from "./numbers.ts";
import { on, replaced, translated } from "./replaced.ts";
import { orHoles, unnamed, type Made } from "./made.ts";
import { REPEATED_MAX } from "../reading/operators.ts";
import {
  elementsOf,
  isFields,
  isList,
  lettersOf,
  numberWritten,
  printed,
  reversed,
  sliced,
  walkedOf,
  type Value,
} from "../reading/value.ts";

type Maker = readonly [method: RegExp, make: (made: Made) => Value | null];

const FORMATS =
  /^(?:format|sprintf|printf|String\.format|fmt\.Sprintf|fmt\.Errorf|util\.format|Kernel\.(?:format|sprintf)|MessageFormat\.format|format_args|sprintf)$/;
const JOINED = /^(?:concat|fmt\.Sprint|Sprint|str\.concat|StringUtils\.join)$/;
const OF_VALUE =
  /^(?:str|bytes|bytearray|string|String|Symbol|chr|Buffer|StringBuilder|StringBuffer|StringJoiner|Object|Text|QString|CString\.new|OsString\.from|OsStr\.new|Cow\.(?:from|Borrowed)|Path\.new|PathBuf\.from|PathBuf\.new|Pathname\.new|Pathname|String\.(?:from|valueOf|copyValueOf|from_utf8\w*|fromCharCode|fromCodePoint|new)|(?:std\.)?str\.from_utf8\w*|Character\.toString|Character\.valueOf|char\.from\w*|from_u32|bytes\.NewBuffer\w*|bytes\.NewBufferString|bytes\.NewReader|strings\.NewReader|(?:io\.)?(?:StringIO|BytesIO)|(?:string\.)?Template|StringIO\.new|TextDecoder\(\)\.decode|template\.HTML|json\.loads|JSON\.parse|JSON\.stringify|struct\.pack|URL|URI|URI\.parse|URI\.create|url\.Parse|Uri\.parse|Url\.parse|new URL|Box\.(?:from|new)|Rc\.new|Arc\.new|Some|Ok|Optional\.of)$/;

/** What methods make of the text or list that they are called on. */
const MAKERS: readonly Maker[] = [
  [/^(?:join|Join|mkString|joining)$/, joinedBy],
  [/^(?:reverse|rev|toReversed|reverse_each|Reverse|reversed)$/, (made) => reversed(on(made))],
  [/^(?:replace|replaceAll|replaceFirst|ReplaceAll|Replace|gsub|sub|replacen)$/, replaced],
  [/^(?:tr|translate|tr_s)$/, translated],
  [/^(?:slice|substring|substr|subSequence|slice_at|get_range|byteslice)$/, cut],
  [/^(?:repeat|Repeat)$/, times],
  [/^(?:concat|append|prepend|push|push_str|add|plus|insert_str)$/, appended],
  [/^(?:format|format_map|formatted|safe_substitute|substitute)$/, formatted],
  [
    /^(?:lower|toLowerCase|toLocaleLowerCase|downcase|ToLower|to_lowercase|to_ascii_lowercase|casefold)$/,
    (made) => ofText(on(made), (text) => text.toLowerCase()),
  ],
  [
    /^(?:upper|toUpperCase|toLocaleUpperCase|upcase|ToUpper|to_uppercase|to_ascii_uppercase)$/,
    (made) => ofText(on(made), (text) => text.toUpperCase()),
  ],
  [/^(?:swapcase)$/, (made) => ofText(on(made), swapped)],
  [/^(?:capitalize|Title)$/, (made) => ofText(on(made), capitalized)],
  [
    /^(?:strip|trim|TrimSpace|chomp|lstrip|rstrip|trimStart|trimEnd|squish)$/,
    (made) => ofText(on(made), (text) => (made.given.length === 0 ? text.trim() : text)),
  ],
  [/^(?:charCodeAt|codePointAt|codeUnitAt)$/, (made) => codeAt(made)],
  [/^(?:ord|Ord)$/, (made) => codeAt(made)],
  [
    /^(?:chr|toChar)$/,
    (made) => lettersOf(made.given.length > 0 ? made.value(0) : made.receiver()),
  ],
  [/^(?:or_else|orElse|unwrap_or|unwrap_or_default|Or|orElseGet|unwrap_or_else)$/, orElse],
  [
    /^(?:getenv|getProperty|env|environ|Getenv)$/,
    (made) => (made.given.length > 1 ? made.value(1) : null),
  ],
  [
    /^(?:decode|encode|toString|to_s|to_str|to_string|to_owned|into|as_str|as_bytes|getBytes|intern|freeze|valueOf|normalize|unwrap|expect|unwrap_or_default|String|Bytes|build|getvalue|hexdigest_no|to_sym|string|asString|as_ref|borrow|clone|dup|itself|b|force_encoding|strdup|into_owned|into_boxed_str|into_string|c_str|deref|read|getText|toCharArray|href|getOrThrow|get|ok|decode_utf8(?:_lossy)?|into_inner|into_bytes|to_ascii_string)$/,
    asItIs,
  ],
];

/** Texts: formatted, joined, changed, or given back as they are. */
export function textMade(made: Made): Value | null {
  const { name, short, method, given, values } = made;
  if (isFormat(made)) return formatted(made);
  if (JOINED.test(name) || JOINED.test(short)) return joinedUpTo(orHoles(values()));
  if (name === "String.raw") {
    const template = made.node.field("arguments");
    return template ? made.reader.evaluate(template, made.depth + 1) : null;
  }
  if (/^(?:int|parseInt|Number\.parseInt|Integer\.parseInt|Number|Integer)$/.test(name))
    return numberFrom(made);
  if ((OF_VALUE.test(name) || OF_VALUE.test(short)) && given.length > 0) return ofValue(made);
  return MAKERS.find(([named]) => named.test(method))?.[1](made) ?? null;
}

function isFormat({ name, short }: Made): boolean {
  return FORMATS.test(name) || FORMATS.test(short);
}

function ofValue({ name, value, values, given }: Made): Value | null {
  const first = value(0);
  if (/fromC\w+$/.test(name) && typeof first === "string") return lettersOf(numberWritten(first));
  if (name === "str" && typeof first === "number") return `${first}`;
  if (given.length > 1 && typeof first === "number") {
    return lettersOf(values().filter((each) => typeof each === "number"));
  }
  // `new String(numbers, 0, 4)` takes a part of them.
  const [from, length] = [value(1), value(2)];
  const part =
    isList(first) && typeof from === "number" && typeof length === "number"
      ? sliced(first, from, from + length)
      : first;
  return name === "struct.pack" ? lettersOf(values().slice(1)) : lettersOf(part);
}

function ofText(value: Value | null, change: (text: string) => string): string | null {
  const text = lettersOf(value);
  return text === null ? null : change(text);
}

function swapped(text: string): string {
  return Array.from(text, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  ).join("");
}

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** `["a", "b"].join("")`, `"".join(["a", "b"])`, `strings.Join(list, "")`. */
function joinedBy(made: Made): Value | null {
  const { receiver, value, given, name, reader } = made;
  const own = name === "String.join" ? null : receiver();
  const first = value(0);
  if (name === "String.join" && given.length > 2) {
    return joinedUpTo(orHoles(made.values().slice(1)), printed(first));
  }
  const list = isList(own)
    ? own
    : walkedOf(isList(first) || reader.language === "python" ? first : null);
  if (list === null) {
    // `String.join("/", a, b)`
    return /^String\.join$/.test(name) && given.length > 1
      ? joinedUpTo(orHoles(made.values().slice(1)), printed(first))
      : null;
  }
  const between = isList(own) ? first : name === "String.join" ? first : (value(1) ?? own);
  const elements =
    /^String\.join$/.test(name) && !isList(own) ? (elementsOf(value(1)) ?? list) : list;
  const by =
    typeof between === "string"
      ? between
      : reader.language === "javascript" && given.length === 0
        ? ","
        : "";
  return joinedUpTo(orHoles(elements), by);
}

function cut(made: Made): Value | null {
  const [from, to] = [made.value(0), made.value(1)];
  if (typeof from !== "number") return null;
  const isLength = made.method === "substr" || made.reader.language === "ruby";
  const end = typeof to === "number" ? (isLength ? from + to : to) : null;
  return sliced(made.receiver(), from, end);
}

function times(made: Made): Value | null {
  const text = lettersOf(on(made));
  const count = made.value(made.name.startsWith("strings.") ? 1 : 0);
  if (text === null || typeof count !== "number") return text;
  return repeatedUpTo(text, Math.min(count, REPEATED_MAX));
}

function appended(made: Made): Value | null {
  const own = made.receiver();
  const more = made.values();
  if (isList(own)) {
    if (made.reader.language === "rust" && more.length === 0) return joinedUpTo(orHoles(own));
    return gatheredUpTo([own, ...more.map((each) => (isList(each) ? each : [each]))]);
  }
  const texts = more.map((each) => lettersOf(each) ?? HOLE);
  const whole = joinedUpTo(texts);
  if (typeof own !== "string") {
    return texts.every((each) => each === HOLE) || !/append$|concat$/.test(made.method)
      ? null
      : whole;
  }
  return made.method === "prepend" ? whole + own : own + whole;
}

function formatted(made: Made): Value | null {
  const { reader, given, depth } = made;
  const own = isFormat(made) ? null : made.receiver();
  const pattern = typeof own === "string" ? own : made.value(0);
  if (typeof pattern !== "string") return null;
  const rest = typeof own === "string" ? given : given.slice(1);
  const values = gatheredUpTo(
    rest.values().map((each) => {
      const value = reader.evaluate(unnamed(each), depth + 1);
      return isList(value) && /splat|spread/.test(each.kind()) ? value : [value];
    }),
  );
  const flat =
    values.length === 1 && isList(values[0] ?? null)
      ? (elementsOf(values[0] ?? null) ?? [])
      : values;
  const entryOf = (held: Value | null, name: string) => {
    const entry = isFields(held) ? held.entries.get(name) : undefined;
    return entry ? reader.evaluate(entry, depth + 1) : null;
  };
  const named = (name: string): Value | null => {
    const key = rest.find((each) => {
      const isGiven = each.kind() === "assignment_expression";
      const field =
        each.field("name") ?? each.field("key") ?? (isGiven ? each.field("left") : null);
      return field !== null && reader.textOf(field).replaceAll(/[:"']/g, "") === name;
    });
    if (key) return reader.evaluate(unnamed(key), depth + 1);
    const known = values.map((each) => entryOf(each, name)).find((each) => each !== null);
    return known ?? (reader.language === "rust" ? reader.named(name, depth + 1) : null);
  };
  return filled(pattern, flat, named, (place, part) => {
    const at = /^\d+$/.test(place) ? Number(place) : -1;
    const on = at === -1 ? named(place) : (values[at] ?? null);
    const known = entryOf(on, part) ?? elementAt(on, part);
    const node = rest[at];
    if (known !== null || !node) return known;
    const written = reader.textOf(node);
    const whole = reader.named(`${written}.${part}`, depth + 1);
    return whole ?? (OF_CLASS.test(written) ? reader.named(part, depth + 1) : null);
  });
}

function elementAt(list: Value | null, at: string): Value | null {
  return /^\d+$/.test(at) ? (elementsOf(list)?.at(Number(at)) ?? null) : null;
}

/** A class, whose parts are called by their own names. */
const OF_CLASS = /^(?:self|cls|[A-Z]\w*)$/;

function codeAt(made: Made): number | null {
  const isFunction = made.name === "ord";
  const text = lettersOf(isFunction ? made.value(0) : made.receiver());
  const at = isFunction ? 0 : made.value(0);
  return text === null ? null : (text.codePointAt(typeof at === "number" ? at : 0) ?? null);
}

function orElse(made: Made): Value | null {
  const own = made.receiver();
  const [first] = made.given;
  if (own !== null || !first) return own ?? made.value(0);
  const inner = first.field("body");
  return inner ? made.reader.evaluate(inner, made.depth + 1) : made.value(made.given.length - 1);
}

function asItIs(made: Made): Value | null {
  const own = made.receiver();
  if (typeof own === "number") return inBase(own, made.value(0));
  return made.method === "get" ? own : lettersOf(own);
}
