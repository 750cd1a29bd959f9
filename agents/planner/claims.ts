/** What a line asks to bring into being, by name, and what it names beside it. */
export type Claim = {
  /** Names that are there only once it is done. */
  created: string[];
  /** Those of them that are written as a part of something else: `res.append` is append. */
  members: string[];
  /** What they are parts of; a file of that name is where they are looked for. */
  owners: string[];
  /** Names of what it is about: it is looked for there. */
  context: string[];
};

const MARKS = /^\s*(?:[-*+•]\s+|\d+[.)]\s+)?(?:please\s+)?/i;
/** `feat(scope):`, `[New]`, `[Fix]`; a scope is what it is about. */
const LABEL =
  /^(?:\[(?:new|fix|feat|feature|added?|refactor)\]\s*|(?:feat|feature)(?:\(([^)]+)\))?!?:\s*)/i;
/** "`parse`/`stringify`: add …", "[`order`]: add …" */
const SCOPE = /^(\[?`[^`]+`\]?(?:\s*\/\s*\[?`[^`]+`\]?)*)\s*:\s*/;
/** An order after a first one, as "revert x; add y": only what is added is looked for. */
const FIRST_ORDER = /^[^;`]*;\s*(?=add\b)/i;
const CREATE =
  /^(?:adds?|added|introduces?|implements?|creates?|provides?|exposes?|exports?|define)\s+(.*)$/is;
const SUPPORT = /^(?:(?:a|an|the|missing|new|boolean)\s+)*support\s+for\s+/i;
/** Work on what is there: that it is there says nothing. */
const ON_WHAT_IS_THERE =
  /^(?:(?:a|an|the|some|more|unit|missing|further|better|its|special)\s+)*(?:tests?|specs?|coverage|docs?|documentation|comments?|examples?|validation|handling|checks?|param(?:eter)?s?\s+to|cache|caching|logging|warnings?|copyright)\b/i;
/** From here on it tells where, why or how. */
const END =
  /\s(?:to|for|in|into|of|from|on|onto|with|without|by|using|so|that|which|where|when|as|like|except)\s|[.;:,](?:\s|$)|\s\(/i;
/** More to say to what is there: the names of parameters stand everywhere. */
const MORE_TO_SAY = /\b(?:arguments?|parameters?|params?|signatures?)\s*$/i;
/** A call with a value in it, as `next("router")`: the value is new, and what is called is not. */
const CALL_WITH_VALUE = /\([^)]*['"\d]/;
/** Names that stand for too much to be looked for. */
const LENGTH_MIN = 2;

/**
 * Reads a title or a line of a changelog: "`parse`: add `strictDepth` option" creates strictDepth and
 * is about parse. Nothing where it asks to change, test or document what is there.
 */
export function claimOf(line: string): Claim {
  let rest = line.replace(MARKS, "");
  const context: string[] = [];
  for (let label = LABEL.exec(rest); label; label = LABEL.exec(rest)) {
    if (label[1]) context.push(label[1]);
    rest = rest.slice(label[0].length);
  }
  const scope = SCOPE.exec(rest);
  if (scope) {
    context.push(...quotedIn(scope[1] ?? ""));
    rest = rest.slice(scope[0].length);
  }
  const asked = CREATE.exec(rest.replace(FIRST_ORDER, ""))?.[1];
  const nothing = { created: [], members: [], owners: [], context };
  if (asked === undefined || ON_WHAT_IS_THERE.test(asked)) return nothing;
  const { object, tail } = splitAtEnd(asked.replace(SUPPORT, ""));
  if (MORE_TO_SAY.test(object) || CALL_WITH_VALUE.test(object)) return nothing;
  const written = namesIn(object);
  const created = [...new Set(written.map(lastPart))].filter((name) => name.length >= LENGTH_MIN);
  const owned = written.filter((name) => OWNED.test(name));
  const members = owned.map(lastPart);
  const owners = owned.map((name) => name.slice(0, name.indexOf(".")));
  const beside = quotedIn(tail).map(lastPart);
  const about = beside.filter((name) => !created.includes(name));
  return { created, members, owners, context: [...context, ...about] };
}

/** The end is looked for outside quotes: code may hold a colon that ends nothing. */
function splitAtEnd(text: string): { object: string; tail: string } {
  const masked = text.replaceAll(/`[^`]*`/g, (code) => "x".repeat(code.length));
  const end = END.exec(masked);
  const at = end ? end.index : text.length;
  return { object: text.slice(0, at), tail: text.slice(at) };
}

function namesIn(object: string): string[] {
  const quoted = quotedIn(object);
  const options = [...object.matchAll(/"([\w-]+)"\s+(?:option|flag|rule|setting)/g)];
  const bare = object
    .replaceAll(/`[^`]*`?/g, " ")
    .match(/\b(?:[a-z][a-z0-9]*[A-Z]\w*|[A-Z]+_[A-Z_]+)\b|(?<=\s|^)--[a-z][\w-]+/g);
  return [...quoted, ...options.map((match) => match[1] ?? ""), ...(bare ?? [])];
}

const OWNED = /^[\w$]+(?:\.[\w$]+)+(?:\(.*\))?$/;

/** What stands between backquotes; one that is never closed ends with its word. */
function quotedIn(text: string): string[] {
  return [...text.matchAll(/`([^`\s(]*(?:\([^()`]*\))?[^`\s]*)(?:`|(?=\s))/g)].map(
    (match) => match[1] ?? "",
  );
}

/** `queue.remove()` is remove; `import/node-version` and `--strict` stay as they are written. */
function lastPart(name: string): string {
  const plain = name.replace(/\(.*\)$/, "");
  return plain.slice(plain.lastIndexOf(".") + 1);
}
