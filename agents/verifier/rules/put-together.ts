import type { SourceTree } from "../../source/source-tree.ts";
import { secretsIn } from "../secrets.ts";
import type { Finding } from "./finding.ts";
import type { Reader } from "./reader.ts";
import { lettersOf } from "./value.ts";

/** A part of a token, or all of it encoded: letters and digits in one literal. */
const SUSPECT = /["'`](?=(?:[^"'`\n]*\d){3})(?=[^"'`\n]*[A-Za-z])[\w+/=.-]{12,}["'`]/;
const LOOKED_AT_MAX = 200;
const EXPRESSION_CHARS_MAX = 2_000;
const SECRET_CHARS_MIN = 16;

/** Secrets that no line of a file says, but that its parts come to. */
export function secretsPutTogether(tree: SourceTree, reader: Reader): Finding[] {
  const text = tree.textOf(tree.root);
  if (!SUSPECT.test(text)) return [];
  const { binary, calls, strings } = reader.grammar;
  const kinds = [...binary, ...Object.keys(calls), ...strings];
  const nodes = tree.root
    .findAll({ rule: { any: kinds.map((kind) => ({ kind })) } })
    .filter((node) => {
      const { start, end } = node.range();
      if (end.index - start.index > EXPRESSION_CHARS_MAX) return false;
      return !strings.includes(String(node.kind())) || node.namedChildren().length > 1;
    });
  return nodes.slice(0, LOOKED_AT_MAX).flatMap((node): Finding[] => {
    const said = lettersOf(reader.evaluate(node));
    if (said === null || said.length < SECRET_CHARS_MIN || text.includes(said)) return [];
    const found = secretsIn(said).filter((secret) => !text.includes(secret.text));
    return found.map(({ what }) => {
      const line = node.range().start.line + 1;
      return { rule: "secret", line, text: what, severe: true };
    });
  });
}
