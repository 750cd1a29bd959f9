import type { SyntaxNode } from "../../../source/syntax-node.ts";
import { argumentsOf, calleeOf } from "./called.ts";
import { decoderOf } from "./decoders.ts";
import { filled } from "./formats.ts";
import { gatheredUpTo, joinedUpTo } from "./growth.ts";
import { HOLE, literalText } from "./literal.ts";
import { orHoles, unnamed } from "../made/made.ts";
import { inOrder } from "../made/walked.ts";
import type { Reader } from "./reader.ts";
import { elementsOf, lettersOf, reversed, type Value } from "./value.ts";

/** How calls begin that put something into what they are given first. */
export const PUTS_INTO =
  /^(?:(?:(?:std::|core::)?(?:write|writeln)|fmt\.Fprint(?:f|ln)?|io\.WriteString|slices\.(?:Reverse|Sort)|sort\.(?:Strings|Ints)|copy|hex\.Decode|\w+\.(?:Std|URL|RawStd|RawURL)Encoding\.Decode|json\.Unmarshal)$|(?:Collections|Arrays)\.(?:addAll|reverse|sort)\(|System\.arraycopy\()/;

/** The name that such a call changes: `&mut text`, `&text`. */
export function changedBy(node: SyntaxNode, written: string): string | null {
  const given = argumentsOf(node);
  const at = written.startsWith("json.") ? 1 : written.startsWith("System.") ? 2 : 0;
  const said = given[at]?.text() ?? "";
  return /^(?:&\s*(?:mut\s+)?)?([\w.]+)(?:\[:?\])?$/.exec(said)?.[1] ?? null;
}

/** What a name holds after such a call. */
export function afterPutting(
  known: Value | null,
  node: SyntaxNode,
  reader: Reader,
  depth: number,
): Value | null {
  const name = calleeOf(node, reader, depth + 1).replace(/!$/, "");
  const given = argumentsOf(node);
  const values = given.slice(1).map((each) => reader.evaluate(unnamed(each), depth + 1));
  const [first = null] = values;
  const text = (more: string) => (lettersOf(known) ?? "") + more;
  if (/(?:Strings|Ints|[sS]ort)$/.test(name)) return inOrder(elementsOf(known));
  if (/[rR]everse$/.test(name)) return reversed(known);
  if (/(?:^|\.)(?:write|writeln|Fprintf)$/.test(name)) {
    return typeof first === "string"
      ? text(filled(first, values.slice(1), (each) => namedIn(given, each, reader, depth)))
      : text(HOLE);
  }
  if (/Fprint$|Fprintln$|WriteString$/.test(name)) return text(joinedUpTo(orHoles(values)));
  if (name.endsWith("addAll")) {
    const more = values.length === 1 ? (elementsOf(first) ?? [first]) : values;
    return gatheredUpTo([elementsOf(known) ?? [], more]);
  }
  if (name === "copy") return first;
  if (name.endsWith("arraycopy")) return given[0] ? reader.evaluate(given[0], depth + 1) : null;
  if (name.endsWith("Unmarshal")) {
    const said = given[0] ? lettersOf(reader.evaluate(given[0], depth + 1)) : null;
    return said === null ? known : literalText(said);
  }
  const letters = lettersOf(first);
  return letters === null ? known : (decoderOf(`${name}String`)?.(letters) ?? known);
}

/** `name = value` among what a macro is given; else what the file itself calls so. */
function namedIn(given: readonly SyntaxNode[], name: string, reader: Reader, depth: number) {
  const named = given.find((each) => {
    const left = each.kind() === "assignment_expression" ? each.field("left") : null;
    return left !== null && reader.textOf(left) === name;
  });
  return named ? reader.evaluate(unnamed(named), depth + 1) : reader.named(name, depth + 1);
}
