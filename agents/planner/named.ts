import type { TaskSpec } from "@nightshift/protocol/task";
import { identifiersOf } from "./sentences.ts";

/** Everything that a task names as code or as a path. */
export function namedThings({ title, text }: TaskSpec): ReturnType<typeof identifiersOf> {
  return identifiersOf(`${title}\n${text}`);
}

const CREATE =
  /^(?:please\s+)?(?:add|build|create|define|export|expose|implement|introduce|provide|write)\s+(?<object>.*)$/i;
/** Work on what is there: that it is there says nothing about whether the work is done. */
const CHANGED_OBJECT =
  /^(?:(?:a|an|the|some|more|unit|missing|further|better|its|new)\s+)*(?:tests?|specs?|coverage|docs?|documentation|docstrings?|comments?|examples?|types?|typings|benchmarks?|logging|caching|validation|handling|support|checks?)\b/i;
/** From here on a sentence speaks of what is there, or of what the new thing does. */
const END_OF_OBJECT =
  /\s(?:to|for|in|into|of|from|on|onto|with|without|by|using|so|that|which|where|when|and then|as|like)\s|[.;:,(]/i;

/**
 * Names that a task asks to bring into being: "Add a function clamp", "Export `slugify(text)` from
 * src/slugify.ts". Not those it asks to change, test or document: "Add caching to `load`".
 */
export function asksToCreate({ title, text }: TaskSpec): Set<string> {
  const created = new Set<string>();
  const { symbols } = identifiersOf(`${title}\n${text}`);
  for (const sentence of [title, ...text.split(/(?<=[.!?])\s+|\n+/)]) {
    const object = CREATE.exec(sentence.trim())?.groups?.["object"];
    if (object === undefined || CHANGED_OBJECT.test(object)) continue;
    const phrase = upTo(object);
    const words = phrase.match(/[A-Za-z_$][\w$]*/g) ?? [];
    for (const word of words) if (symbols.has(word)) created.add(word);
    const plain = (KIND_FIRST.exec(phrase) ?? NAME_FIRST.exec(phrase))?.[1];
    if (plain && created.size === 0 && !NO_NAMES.has(plain)) created.add(plain);
  }
  return created;
}

const KINDS = "function|class|method|helper|type|interface|constant|component|hook|module|util";
/** "a function clamp", "a function called clamp". */
const KIND_FIRST = new RegExp(
  String.raw`\b(?:${KINDS})\s+(?:called\s+|named\s+)?([A-Za-z_$][\w$]*)`,
  "i",
);
/** "a clamp function". */
const NAME_FIRST = new RegExp(String.raw`\b([A-Za-z_$][\w$]*)\s+(?:${KINDS})\b`, "i");
const NO_NAMES = new Set(
  "a an the new small pure simple tiny utility helper generic public private static async one".split(
    " ",
  ),
);

function upTo(object: string): string {
  // Quoted code may hold a parenthesis that ends nothing.
  const plain = object.replaceAll(/`([A-Za-z_$][\w$.]*)[^`]*`/g, "$1");
  const end = END_OF_OBJECT.exec(plain);
  return end ? plain.slice(0, end.index) : plain;
}
