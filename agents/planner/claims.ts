/** What a line asks to bring into being, by name, and what it names beside it. */
export type Claim = {
  /** Names that are there only once it is done. */
  created: string[];
  /** Those of them that are written as a part of something else: `res.append` is append. */
  members: string[];
  /** What they are parts of; a file of that name is where they are looked for. */
  owners: string[];
  /** Those that are written as a call: where another package brings them, they are not made here. */
  called: string[];
  /** Names of what it is about: it is looked for there. */
  context: string[];
  /** What its label says it is about: only names that stand everywhere are looked for there alone. */
  scope: string[];
};

const MARKS = /^\s*(?:[-*+•]\s+|\d+[.)]\s+)?(?:please\s+)?/i;
/** `feat(scope):`, `**scope:**`, `[New]`, `[Fix]`; a scope is what it is about. */
const LABEL =
  /^(?:\[(?:new|fix|feat|feature|added?|refactor)\]\s*|(?:feat|feature)(?:\(([^)]+)\))?!?:\s*|\*\*([\w./-]+):\*\*\s*)/i;
/** Where it was talked about, or who did it: links, numbers of issues, hashes of commits. */
const REFERENCE =
  /\s*(?:\(\s*\[[^\]]*\]\([^)]*\)[^)]*\)|!?\[#?[^\]`]*\]\([^)]*\)|\((?:#\d+|[\da-f]{7,40})\)|(?<=\s)#\d+\b|\bhttps?:\S+)/g;
/** "`parse`/`stringify`: add …", "[`order`]: add …" */
const SCOPE = /^(\[?`[^`]+`\]?(?:\s*\/\s*\[?`[^`]+`\]?)*)\s*:\s*/;
/** An order after a first one, as "revert x; add y": only what is added is looked for. */
const FIRST_ORDER = /^[^;`]*;\s*(?=add\b)/i;
const CREATE =
  /^(?<verb>adds?|added|introduces?|implements?|creates?|provides?|exposes?|exports?|define|supports?|accepts?|emits?)\s+(?<object>.*)$/is;
/** What is to be accepted or supported is new only where it is a text of its own: `X-Token`. */
const TAKING = /^(?:support|accept)/i;
const CALL = /`[\w$.]+\([^)]/;
const SUPPORT = /^(?:(?:a|an|the|missing|new|boolean|basic|simple)\s+)*support\s+for\s+/i;
/** "`basicAuth` support for `x`": what supports is there, what it supports is new. */
const SUPPORT_OF = /^(?<whose>.*\S)\s+support\s+for\s+(?<object>.*)$/is;
/** "support for `bodyParser` to ignore …": what is to do something else is there. */
const TO_DO = /^\S*`?[\w$.()]+`?\s+to\s+(?!`|the\b|an?\b)/i;
/** Work on what is there: that it is there says nothing. */
const ON_WHAT_IS_THERE =
  /^(?:(?:a|an|the|some|more|unit|missing|further|better|its|special)\s+)*(?:tests?|specs?|coverage|docs?|documentation|comments?|examples?|validation|handling|checks?|param(?:eter)?s?\s+to|cache|caching|logging|warnings?|copyright)\b/i;
/** From here on it tells where, why or how. */
const END =
  /\s(?:to|for|in|into|of|from|on|onto|with|without|by|using|so|that|which|where|when|as|like|except)\s|[.;:,](?:\s|$)|\s\(/i;
/** More to say to what is there: the names of parameters stand everywhere. */
const MORE_TO_SAY =
  /\b(?:arguments?|args?|parameters?|params?|signatures?|(?:arg(?:ument)? )?types?|typings?|definitions?)\s*$/i;
/** Another way of what is there: "`@import` syntax", "`Worker` constructor options". */
const ANOTHER_WAY =
  /`[^`]+`\s+(?:\w+\s+)?(?:syntax|statements?|behaviou?r|semantics)\b|`[^`]+`\s+constructor\s+options?\b/i;
/**
 * A call with a value in it, as `next("router")`, a value that is set, or a call with something left
 * out, as `next([err])`: that is new, and what is called or set is not.
 */
const WITH_VALUE = /\([^)]*['"\d[]|`[\w$]+\.[\w$.]+\s*=[^=>]|`[\w-]+:\s/;
/** "appending `X` to `Y`": what is done with what is there. */
const DOING = /^\w+ing\s/;
/** Names that stand for too much to be looked for. */
const LENGTH_MIN = 2;

/**
 * Reads a title or a line of a changelog: "`parse`: add `strictDepth` option" creates strictDepth and
 * is about parse. Nothing where it asks to change, test or document what is there.
 */
export function claimOf(line: string): Claim {
  let rest = line.replace(MARKS, "").replaceAll(REFERENCE, "");
  const [context, scope]: [string[], string[]] = [[], []];
  for (let label = LABEL.exec(rest); label; label = LABEL.exec(rest)) {
    scope.push(...label.slice(1).filter((name) => name !== undefined));
    rest = rest.slice(label[0].length);
  }
  const about = SCOPE.exec(rest);
  if (about) {
    context.push(...quotedIn(about[1] ?? ""));
    rest = rest.slice(about[0].length);
  }
  const { verb = "", object: asked } = CREATE.exec(rest.replace(FIRST_ORDER, ""))?.groups ?? {};
  const nothing = { created: [], members: [], owners: [], called: [], context, scope };
  if (asked === undefined || ON_WHAT_IS_THERE.test(asked)) return nothing;
  const supported = asked.replace(TAKING.test(verb) ? /^for\s+/i : SUPPORT, "");
  if (supported !== asked && TO_DO.test(supported)) return nothing;
  const { whose = "", object: what = supported } = SUPPORT_OF.exec(supported)?.groups ?? {};
  const { object, tail } = splitAtEnd(what);
  if ([MORE_TO_SAY, ANOTHER_WAY, WITH_VALUE, DOING].some((form) => form.test(object)))
    return nothing;
  if (TAKING.test(verb) && CALL.test(object)) return nothing;
  const found = namesIn(object);
  const written = /^accept/i.test(verb) ? found.filter(isText) : found;
  const created = [...new Set(written.map(lastPart))].filter((name) => name.length >= LENGTH_MIN);
  // What is exposed may have been there for the house's own use.
  const owned = written.filter((name) => OWNED.test(name) || /^ex(?:pose|port)/i.test(verb));
  const members = owned.map(lastPart);
  const called = written.filter((name) => name.endsWith(")")).map(lastPart);
  const owners = owned.flatMap((name) => /^([^.]+)\./.exec(name)?.[1] ?? []);
  const beside = [...namesIn(whose), ...placesIn(tail)].map(lastPart);
  context.push(...beside.filter((name) => !created.includes(name)));
  return { created, members, owners, called, context, scope };
}

/** The end is looked for outside quotes: code may hold a colon that ends nothing. */
function splitAtEnd(text: string): { object: string; tail: string } {
  const masked = text.replaceAll(/`[^`]*`/g, (code) => "x".repeat(code.length));
  const end = END.exec(masked);
  const at = end ? end.index : text.length;
  return { object: text.slice(0, at), tail: text.slice(at) };
}

/** Whether a name is a text that code holds in quotes, and no identifier: `X-Token`, `404 Gone`. */
export function isText(name: string): boolean {
  return /[^\w$.()]/.test(name) && !name.startsWith("--");
}

/** `421 Misdirected Request`: a text of several words, and nothing that means something in code. */
const PHRASE = /`((?:\w+[ -])+\w+)`/g;

const QUOTED = /`[^`]*`/g;

/** A line of a shell or of code in quotes is no name. */
function nameOrNone(quoted: string): string {
  return /^[^(\s]*\s/.test(quoted) ? " " : quoted;
}

function namesIn(object: string): string[] {
  const phrases = [...object.matchAll(PHRASE)].map((match) => match[1] ?? "");
  const quoted = [
    ...phrases,
    ...quotedIn(object.replaceAll(PHRASE, " ").replaceAll(QUOTED, nameOrNone)),
  ];
  const options = [...object.matchAll(/"([\w-]+)"\s+(?:option|flag|rule|setting)/g)];
  const bare = object
    .replaceAll(/`[^`]*`?/g, " ")
    .match(/\b(?:[a-z][a-z0-9]*[A-Z]\w*|[A-Z]+_[A-Z_]+)\b|(?<=\s|^)--[a-z][\w-]+/g);
  return [...quoted, ...options.map((match) => match[1] ?? ""), ...(bare ?? [])];
}

/** Names that a text says to be the place: those of a purpose ("to compile `x`") are none. */
function placesIn(tail: string): string[] {
  return [...tail.matchAll(PLACE)].flatMap(([place, bare]) => bare ?? quotedIn(place));
}

const PLACE =
  /(?<!\b(?:analogous|similar|equivalent|identical|equal|compared)\s)\b(?:to|for|in|into|of|from|on|onto|with|by|using|like|and|or)\s+(?:(?:an?|the|each|every|all|its|their)\s+)?(?:`[^`]*`|(?-i:\b([A-Za-z][a-z]+[A-Z]\w*)))/gi;

/** What may be the name of a file, or a part of something: only the repository can tell. */
export const FILE = /^[\w-]+\.(?:json|ya?ml|[cm]?[jt]sx?|py|rb|go|rs|java|css|html|md|txt)$/;

const OWNED = /^[\w$]+(?:\.[\w$]+)+(?:\(.*\))?$/;

/** What stands between backquotes; one that is never closed ends with its word. */
function quotedIn(text: string): string[] {
  return [...text.matchAll(/`([^`\s(]*(?:\([^()`]*\))?[^`\s]*)(?:`|(?=\s))/g)].map(
    (match) => match[1] ?? "",
  );
}

/**
 * `queue.remove()` is remove; `import/node-version`, `--strict` and `codes.json` stay as they are
 * written.
 */
function lastPart(name: string): string {
  if (FILE.test(name)) return name;
  const plain = name.replace(/\(.*\)$/, "");
  return plain.slice(plain.lastIndexOf(".") + 1);
}
