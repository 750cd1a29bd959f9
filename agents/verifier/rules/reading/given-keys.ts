import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { isTest } from "../../languages.ts";
import { argumentsOf } from "./called.ts";
import { isRandom } from "../texts/encoded.ts";
import type { Finding, Surroundings } from "../finding.ts";
import type { Parsed } from "./grammar.ts";
import { HOLE } from "./literal.ts";
import { unnamed } from "../made/made.ts";
import type { Reader } from "./reader.ts";
import { couldBeSought } from "../sought.ts";
import { lettersOf } from "./value.ts";

/** Names under which somebody is asked for what nobody else may know. */
const NAMED = String.raw`(?:pass(?:word|wd|phrase|code)?|pwd|secret|api_?key|access_?key|secret_?key|private_?key|auth_?token|access_?token|authorization|bearer|credential)s?`;
/** What is given under such a name, as `password: first + second`; also in quotes. */
const FIELD = new RegExp(
  String.raw`^["'\x60:]?(?:\w*_)?${NAMED}["'\x60]?$|^\w*(?:Password|Secret|ApiKey|AccessKey)$`,
  "i",
);
/** What is asked for a key by name, whatever it is called on. */
const ASKS =
  /(?:^|\.|::)(?:(?:set|with|use)?_?(?:pass(?:word|wd|phrase)|secret|api_?key|access_?key|bearer_?(?:auth|token)?|basic_?auth|auth_?token)|user_?(?:name_?)?password|log_?in|sign_?in|authenticate|plain_?auth|get_?connection|http_?basic_?auth(?:entication)?)$/i;
/** What is given a name and a value: a header, a property, a setting. */
const NAMES_FIRST =
  /(?:^|\.|::)(?:set|add|put|append|insert|header|headers|property|set_?(?:request_?)?(?:header|property)|add_?header|default_?header|setRequestProperty)$/i;
/** A file that gives nothing under such a name is not looked at. */
const COULD_GIVE = new RegExp(
  String.raw`(?:(?<![a-z])|(?<=(?:set|with|use|user|http)_?))(?:${NAMED}|login|log_in|sign_?in|authenticate|(?:basic|plain|bearer)_?auth\w*|getConnection)\w*["'\x60]?\s*(?:[:=(,]|=>|:=)`,
  "i",
);
/** Without a literal like this there is no key, in parts or whole. */
const KEYLIKE =
  /["'`](?=[\w+/=!@#$%^&*~-]{0,60}[A-Za-z])(?=[\w+/=!@#$%^&*~-]{0,60}\d)[\w+/=!@#$%^&*~-]{6,}["'`]|%w\W[^\n]{0,60}\d/;
const SCHEME = /^(?:Bearer|Basic|Token|ApiKey|Key)\s+/i;
const PLACEHOLDER = /example|sample|dummy|placeholder|changeme|xxxx|fixture|0123456789|123456/i;
const PAIRS: Readonly<Record<Parsed, readonly string[]>> = {
  javascript: ["pair"],
  python: ["keyword_argument", "pair"],
  ruby: ["pair"],
  go: ["keyed_element"],
  java: [],
  rust: ["field_initializer"],
};
/**
 * Keys that no line says whole, given under a name, or to a function, that is there for keys:
 * `password: first + second`, `box.login(user, phrase)`.
 * @param calls All calls of the file, by what they call.
 */
export function givenKeys(
  root: SyntaxNode,
  calls: readonly { node: SyntaxNode; name: string }[],
  reader: Reader,
  { path, sought }: Surroundings,
): Finding[] {
  const text = reader.text();
  if (isTest(path) || !COULD_GIVE.test(text) || !KEYLIKE.test(text)) return [];
  const any = PAIRS[reader.language].map((kind) => ({ kind }));
  const pairs = any.length === 0 ? [] : root.findAll({ rule: { any } });
  const isSought = couldBeSought(text, sought);
  const given = pairs.filter(isSought).filter((pair) => {
    const [key, value] = partsOf(pair);
    return key && value && FIELD.test(reader.textOf(key)) && isKey(value, reader);
  });
  const asked = calls.filter(({ node, name }) => {
    if (ASKS.test(name)) return argumentsOf(node).some((each) => isKey(unnamed(each), reader));
    if (!NAMES_FIRST.test(name)) return false;
    const [key, value] = argumentsOf(node);
    return key && value && FIELD.test(reader.textOf(key)) && isKey(value, reader);
  });
  return [...given, ...asked.map(({ node }) => node)].map((node) => ({
    rule: "secret",
    line: node.range().start.line + 1,
    text: reader.textOf(node),
    severe: true,
  }));
}

function partsOf(pair: SyntaxNode): (SyntaxNode | null | undefined)[] {
  const [first, second] = pair.namedChildren();
  return [
    pair.field("key") ?? pair.field("name") ?? pair.field("field") ?? first,
    pair.field("value") ?? second,
  ];
}

/** Whether what is not written there itself comes to letters that change as a key's do. */
function isKey(node: SyntaxNode, reader: Reader): boolean {
  const { strings, holes } = reader.grammar;
  const isPlain = strings.includes(node.kind());
  if (isPlain && !node.namedChildren().some((part) => holes.includes(part.kind()))) {
    return false;
  }
  const said = (lettersOf(reader.evaluate(node)) ?? HOLE).replace(SCHEME, "");
  return isRandom(said) && !PLACEHOLDER.test(said);
}
