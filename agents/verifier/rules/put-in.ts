import type { SyntaxNode } from "../../source/syntax-node.ts";
import { isTest } from "../languages.ts";
import type { Surroundings } from "./finding.ts";
import { breaks } from "./against.ts";
import { isRandom } from "./texts/encoded.ts";
import { HOLE } from "./reading/literal.ts";
import { isOpaquePart } from "./opaque.ts";
import { HOST_ENDINGS } from "./places.ts";
import type { Reader } from "./reading/reader.ts";
import { ASKS_SHELL } from "./languages/shells.ts";
import { lettersOf, textsOf } from "./reading/value.ts";

/** Parts of things by which an address is changed after it was made: `url.hostname = …`. */
const HOST_PART =
  /^[^=("'`]*[.@](?:hostname|host|Host|authority|href|netloc|host_name|hostName|baseURL|base_url|endpoint|src|action|HTTPS?_PROXY|https?_proxy|ALL_PROXY)\s*=(?![=>])/;
/** A file that does so nowhere is not looked at for it. */
const COULD_PUT =
  /[.@](?:hostname|host|Host|authority|href|netloc|host_name|hostName|baseURL|base_url|endpoint|src|action|HTTPS?_PROXY|https?_proxy|ALL_PROXY)\s*=(?![=>])/;
/** What is not known stands behind the host. */
const WHOLE_HOST = /^\w+:\/\/[\w.-]+[/?#:]/;
const WRITTEN_CHARS = 200;
const ENDS_AS_HOST = new RegExp(String.raw`\.(?:${HOST_ENDINGS})(?::\d+)?(?:/.*)?$`);

/**
 * What a file breaks by giving something to a name or a part of a thing: a host, a program, a key.
 * @returns The rule that a binding breaks with the field that holds its value; null for none.
 */
export function putsIn(reader: Reader, around: Surroundings) {
  const text = reader.text();
  const isTested = isTest(around.path);
  const hosts = !isTested && COULD_PUT.test(text);
  const commands = reader.language === "go" && !isTested && /exec"/.test(text);
  const keys = COULD_PUT_KEY.test(text);
  return (node: SyntaxNode, value: string): string | null => {
    if (keys && putsKey(node, value, reader)) return "secret";
    if (hosts && putsHost(node, value, reader, around)) return "unknown-host";
    return commands && putsShell(node, value, reader) ? "shell" : null;
  };
}

const PROGRAM_PART = /^[\w.]+\.(?:Path|Args)\s*=(?!=)/;

/** Whether a command of Go that was made before is told to be a shell: `cmd.Path = "/bin/sh"`. */
function putsShell(node: SyntaxNode, value: string, reader: Reader): boolean {
  if (!PROGRAM_PART.test(reader.textOf(node).slice(0, WRITTEN_CHARS))) return false;
  const given = node.field(value);
  const texts = given ? textsOf(reader.evaluate(given)) : [];
  return texts.some((text) => ASKS_SHELL.test(`"${text}"`));
}

const KEY_PART =
  /^[^=("'`]*(?:pass(?:word|wd|phrase)|secret|api_?key|access_?key|private_?key|token)\w*\s*(?::[^=]*)?=(?![=>])/i;
/** A file that says no such name is not looked at for it. */
const COULD_PUT_KEY = /pass(?:word|wd|phrase)|secret|api_?key|access_?key|private_?key|token/i;

/** Whether a name for a key is given one that is put together, or decoded. */
function putsKey(node: SyntaxNode, value: string, reader: Reader): boolean {
  const given = node.field(value);
  const { strings } = reader.grammar;
  if (!given || strings.includes(given.kind())) return false;
  if (!KEY_PART.test(reader.textOf(node).slice(0, WRITTEN_CHARS))) return false;
  const said = reader.evaluate(given);
  return typeof said === "string" && isRandom(said) && !reader.text().includes(said);
}

/** Whether something is told to reach a host that nobody named, or that cannot be worked out. */
function putsHost(node: SyntaxNode, value: string, reader: Reader, around: Surroundings): boolean {
  if (!HOST_PART.test(reader.textOf(node).slice(0, WRITTEN_CHARS))) return false;
  const given = node.field(value);
  if (!given) return false;
  const said = lettersOf(reader.evaluate(given));
  if (said !== null && (!said.includes(HOLE) || WHOLE_HOST.test(said))) {
    return ENDS_AS_HOST.test(said) || /^\d/.test(said) || said.includes("://")
      ? breaks("hosts", { said: "", texts: [said], on: "" }, around)
      : false;
  }
  return isOpaquePart(given, { rule: "unknown-host" }, reader);
}
