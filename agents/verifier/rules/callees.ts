import type { SyntaxNode } from "../../source/syntax-node.ts";
import { SENDS, SIMPLE } from "./given.ts";
import { argumentsOf, calleeOf } from "./reading/called.ts";
import type { Met } from "./reading/met.ts";
import type { Reader } from "./reading/reader.ts";

/** What calls a function that it is given for each thing: `all.forEach(File::delete)`. */
const WALKS = /\.(?:forEach|forEachOrdered|map|peek|ifPresent)$/;
/** How what is handed over in Java is called in the end. */
export const APPLIED =
  /(?<=\w\.\w+|\b[A-Z]\w+)\.(?:accept|apply|get|test|run|call|invoke|invokeExact|applyAs\w+)$/;
const CALLED_THROUGH = /\.(?:value|call|apply|bind|__call__|\(\))$/;

/**
 * What a call calls: also through `call` and `apply`, or by sending a name.
 * @param known.byWords What is called, by how that is written, as far as it is known.
 */
export function calleesOf(
  met: Met,
  { reader, byWords }: { reader: Reader; byWords: Map<string, readonly string[]> },
): readonly string[] {
  const { node, written } = met;
  if (!SIMPLE.test(written)) return throughOthers(node, calleeOf(node, reader), reader);
  const known = byWords.get(written);
  if (known) return known;
  const simple = reader.resolved(written);
  // A parameter or a name of a loop is another thing each time.
  const callee = simple === written ? met.callee : null;
  const name = callee ? reader.nameOf(callee) : simple;
  const names = throughOthers(node, name, reader);
  // What is reached through an argument is another thing each time.
  if (!ON_ARGUMENTS.test(name) && name === simple) byWords.set(written, names);
  return names;
}

const ON_ARGUMENTS = /^Reflect\.(?:apply|construct)$/;

function throughOthers(node: SyntaxNode, name: string, reader: Reader): string[] {
  const through = name.replace(reader.language === "java" ? APPLIED : CALLED_THROUGH, "");
  const names = through === name ? [name] : [name, through];
  if (reader.language === "ruby" && SENDS.test(name)) {
    const [first] = argumentsOf(node);
    const sent = (first && reader.fold(first)) ?? "?sent";
    names.push(sent, name.replace(SENDS, `$1${sent}`));
  }
  const each = reader.language === "java" && WALKS.test(name) ? argumentsOf(node)[0] : undefined;
  if (each?.kind() === "method_reference") names.push(reader.nameOf(each));
  if (reader.language === "ruby") names.push(...handedBlock(node, name, reader));
  if (ON_ARGUMENTS.test(name)) {
    const [first] = argumentsOf(node);
    if (first) names.push(reader.nameOf(first));
  }
  return names;
}

/** `list.each(&:delete)`, `list.each(&FileUtils.method(:rm_rf))` */
function handedBlock(node: SyntaxNode, name: string, reader: Reader): string[] {
  const block = argumentsOf(node).find((each) => each.kind() === "block_argument");
  const [given] = block?.namedChildren() ?? [];
  if (!given) return [];
  const symbol = reader.fold(given);
  return [symbol === null ? reader.nameOf(given) : `${name}().${symbol}`];
}
