import { appliedTo } from "../reading/functions.ts";
import { filled } from "../reading/formats.ts";
import { gatheredUpTo, joinedUpTo, repeatedUpTo } from "../reading/growth.ts";
import { REPEATED_MAX } from "../reading/operators.ts";
import { HOLE } from "../reading/literal.ts";
import { inBase, numberFrom } from "./numbers.ts";
import { slicesOf } from "./parted.ts";
import { on } from "./replaced.ts";
import type { Made } from "./made.ts";
import { elementsOf, isFields, isList, lettersOf, printed, type Value } from "../reading/value.ts";

type Maker = readonly [name: RegExp, make: (made: Made) => Value | null];

/** What grows from nothing, and how long something is, how it is parted, cut and filled in. */
const MAKERS: readonly Maker[] = [
  [
    /^(?:String\.(?:new|with_capacity)|PathBuf\.(?:new|default)|OsString\.new|StringBuilder|StringBuffer|String\.default)$/,
    ({ given, value }) => (given.length === 0 || typeof value(0) === "number" ? "" : null),
  ],
  [
    /^(?:len|utf8\.RuneCountInString)$/,
    ({ value, given }) => (given.length === 1 ? lengthOf(value(0)) : null),
  ],
  [
    /(?:^|\.)(?:length|len|size|count)$/,
    ({ given, receiver }) => (given.length === 0 ? lengthOf(receiver()) : null),
  ],
  [/^strconv\.(?:Itoa|FormatInt|FormatUint)$/, ({ value }) => inBase(value(0), value(1))],
  [
    /^(?:strconv\.(?:Atoi|ParseInt|ParseUint)|u8\.from_str_radix|Byte\.parseByte|Integer\.(?:valueOf|parseInt|decode)|Short\.parseShort|Long\.parseLong|char\.from_digit|\w{2,5}\.from_str_radix)$/,
    numberFrom,
  ],
  [
    /^(?:Integer|Long)\.(?:toString|toHexString)$/,
    ({ value, name }) => inBase(value(0), name.endsWith("Hex") ? 16 : value(1)),
  ],
  [/^net\.JoinHostPort$/, ({ value }) => `${printed(value(0))}:${printed(value(1))}`],
  [/^(?:strings|bytes)\.(?:Cut|SplitN|SplitAfter|SplitAfterN|SplitSeq)$/, parted],
  [/\.(?:split_once|rsplit_once)$/, parted],
  [/^strings\.NewReplacer$/, ({ values }) => values()],
  [/^(?:strings|bytes)\.Map$/, mapped],
  [/^os\.Expand$/, expanded],
  [/^os\.ExpandEnv$/, ({ value }) => value(0)],
  [/^(?:strings|bytes)\.(?:Trim|TrimLeft|TrimRight|TrimPrefix|TrimSuffix|TrimFunc)$/, stripped],
  [
    /\.(?:trim_(?:start_|end_)?matches|strip_prefix|strip_suffix|trim_(?:start|end|left|right)|stripLeading|stripTrailing|strip)$/,
    stripped,
  ],
  [/\.(?:step_by|skip|take|limit)$/, some],
  [/\.(?:chunks(?:_exact)?|as_bytes\(\)\.chunks)$/, (made) => slicesOf(made, "apart")],
  [/\.filter$/, kept],
  [/^(?:slices\.Concat|bytes\.Join|bytes\.Repeat)$/, concatenated],
  [/\.entrySet$/, pairsIn],
  [
    /\.(?:getKey|getValue)$/,
    ({ receiver, method }) => elementsOf(receiver())?.[method === "getKey" ? 0 : 1] ?? null,
  ],
  [
    /^(?:StringTokenizer|Scanner)$/,
    ({ value }) => (typeof value(0) === "string" ? printed(value(0)).trim().split(/\s+/) : null),
  ],
  [/\.(?:nextToken|nextElement|next)$/, ({ receiver }) => elementsOf(receiver())?.[0] ?? null],
  [/^(?:ByteBuffer|CharBuffer)\.wrap$|^Arrays\.copyOfRange$/, ({ value }) => value(0)],
  [
    /^(?!(?:Some|Ok|Err|Box)$)(?:Self|[A-Z]\w*)$/,
    ({ values, given, reader }) =>
      reader.language === "rust" && given.length > 0 ? values() : null,
  ],
  [
    /^(?:LazyLock|Lazy|LazyCell|OnceLock\.new\(\)|OnceCell\.new\(\))\.(?:new|get_or_init)$/,
    madeOnce,
  ],
];
const BEGINS_AS_ONE =
  /^(?:String\.|PathBuf\.|OsString|StringBu|StringTok|len$|utf8\.|strconv\.|net\.Join|strings\.|bytes\.|os\.Exp|slices\.Con|Integer\.|Long\.|Short\.|Byte|Char|char\.|Arrays\.copy|Lazy|Once|Self$|[A-Z]\w*$)/;
const ENDS_AS_ONE =
  /(?:radix|length|len|size|count|once|matches|strip\w*|trim_\w+|step_by|skip|take|limit|chunks\w*|filter|entrySet|get(?:Key|Value)|next\w*)$/;
/** What a chain of calls ends in tells what it makes. */
const NAME_CHARS = 200;

/** Functions of Go, Java and Rust that change texts and lists in ways of their own. */
export function moreMade(made: Made): Value | null {
  const { name, short, reader } = made;
  if (!/^(?:go|java|rust)$/.test(reader.language)) return null;
  if (!looksLikeOne(short) && !looksLikeOne(name)) return null;
  return MAKERS.find(([named]) => named.test(short) || named.test(name))?.[1](made) ?? null;
}

const looksLikeOne = (name: string): boolean =>
  BEGINS_AS_ONE.test(name) || ENDS_AS_ONE.test(name.slice(-NAME_CHARS));

function lengthOf(value: Value | null): number | null {
  return elementsOf(value)?.length ?? null;
}

/** `strings.Cut(text, "=")`, `text.split_once('=')` */
function parted(made: Made): Value | null {
  const isMethod = made.method.endsWith("once");
  const text = isMethod ? made.receiver() : made.value(0);
  const by = lettersOf(made.value(isMethod ? 0 : 1));
  if (typeof text !== "string" || by === null || by === "") return null;
  if (!/Cut|once/.test(made.method)) return text.split(by);
  const at = made.method.startsWith("r") ? text.lastIndexOf(by) : text.indexOf(by);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + by.length)];
}

/** `names.entrySet()` */
function pairsIn({ receiver, reader, depth }: Made): Value | null {
  const on = receiver();
  if (!isFields(on)) return null;
  return [...on.entries].map(([key, entry]) => [key, reader.evaluate(entry, depth + 1)]);
}

function mapped({ given, value, reader, depth }: Made): Value | null {
  const letters = elementsOf(value(1));
  const [change] = given;
  if (!letters || !change) return null;
  const made = letters.map((each) => appliedTo(change, [each], reader, depth + 1));
  return made.every((each) => each === null) ? null : lettersOf(made);
}

/** `os.Expand("${place}/x", func(name string) string { … })` */
function expanded({ given, value, reader, depth }: Made): Value | null {
  const pattern = value(0);
  const told = given[1];
  if (typeof pattern !== "string" || !told) return null;
  return filled(pattern, [], (name) => appliedTo(told, [name], reader, depth + 1) ?? HOLE);
}

function stripped(made: Made): Value | null {
  const isMethod = !/^(?:strings|bytes)\./.test(made.short);
  const text = lettersOf(isMethod ? made.receiver() : made.value(0));
  const what = lettersOf(made.value(isMethod ? 0 : 1));
  if (text === null) return null;
  if (what === null || what === "") return made.given.length === 0 ? text.trim() : text;
  const { method } = made;
  const isWhole = /[pP]refix|[sS]uffix|matches/.test(method);
  const ends = (begin: string) =>
    isWhole ? begin.startsWith(what) : what.includes(begin.charAt(0));
  const tails = (end: string) => (isWhole ? end.endsWith(what) : what.includes(end.slice(-1)));
  const step = isWhole ? what.length : 1;
  const once = /[pP]refix|[sS]uffix/.test(method);
  let left = text;
  if (!/Right|right|end|[sS]uffix/.test(method)) {
    while (left !== "" && ends(left)) {
      left = left.slice(step);
      if (once) break;
    }
  }
  if (!/Left|left|start|[pP]refix/.test(method)) {
    while (left !== "" && tails(left)) {
      left = left.slice(0, -step);
      if (once) break;
    }
  }
  return left;
}

function some({ receiver, value, method }: Made): Value | null {
  const elements = elementsOf(receiver());
  const count = value(0);
  if (!elements || typeof count !== "number" || count < 0) return null;
  if (method === "step_by") return elements.filter((_, at) => at % Math.max(1, count) === 0);
  return method === "skip" ? elements.slice(count) : elements.slice(0, count);
}

/** Those of which a comparison that is written out holds; all where that is not known. */
function kept({ receiver, given, reader, depth }: Made): Value | null {
  const whole = receiver();
  const elements = elementsOf(whole);
  const [test] = given;
  if (!elements || !test) return whole;
  return elements.filter((each) => appliedTo(test, [each], reader, depth + 1) !== 0);
}

function concatenated(made: Made): Value | null {
  const { method, values, value } = made;
  if (method === "Concat") return gatheredUpTo(values().map((each) => elementsOf(each) ?? [each]));
  const first = on(made);
  if (method === "Repeat") {
    const [text, count] = [lettersOf(value(0)), value(1)];
    return text === null || typeof count !== "number"
      ? text
      : repeatedUpTo(text, Math.min(count, REPEATED_MAX));
  }
  return isList(first) && !isFields(first)
    ? joinedUpTo(
        first.map((each) => lettersOf(each) ?? HOLE),
        lettersOf(value(1)) ?? "",
      )
    : null;
}

/** `LazyLock::new(|| text)` */
function madeOnce({ given, reader, depth }: Made): Value | null {
  const [maker] = given;
  return maker ? appliedTo(maker, [], reader, depth + 1) : null;
}
