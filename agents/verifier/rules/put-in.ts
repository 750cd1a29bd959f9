import type { SgNode } from "@ast-grep/napi";
import type { Surroundings } from "./finding.ts";
import { breaks } from "./against.ts";
import { HOLE } from "./literal.ts";
import { isOpaquePart } from "./opaque.ts";
import { HOST_ENDINGS } from "./places.ts";
import type { Reader } from "./reader.ts";
import { ASKS_SHELL } from "./shells.ts";
import { lettersOf, textsOf } from "./value.ts";

/** Parts of things by which an address is changed after it was made: `url.hostname = …`. */
const HOST_PART =
  /^[^=("'`]*[.@](?:hostname|host|Host|authority|href|netloc|host_name|hostName|baseURL|base_url|endpoint)\s*=(?![=>])/;
/** A file that does so nowhere is not looked at for it. */
export const COULD_PUT =
  /[.@](?:hostname|host|Host|authority|href|netloc|host_name|hostName|baseURL|base_url|endpoint)\s*=(?![=>])/;
const WRITTEN_CHARS = 200;
const ENDS_AS_HOST = new RegExp(String.raw`\.(?:${HOST_ENDINGS})(?::\d+)?(?:/.*)?$`);

const PROGRAM_PART = /^[\w.]+\.(?:Path|Args)\s*=(?!=)/;

/** Whether a command of Go that was made before is told to be a shell: `cmd.Path = "/bin/sh"`. */
export function putsShell(node: SgNode, value: string, reader: Reader): boolean {
  if (!PROGRAM_PART.test(reader.textOf(node).slice(0, WRITTEN_CHARS))) return false;
  const given = node.field(value);
  const texts = given ? textsOf(reader.evaluate(given)) : [];
  return texts.some((text) => ASKS_SHELL.test(`"${text}"`));
}

/** Whether something is told to reach a host that nobody named, or that cannot be worked out. */
export function putsHost(
  node: SgNode,
  value: string,
  reader: Reader,
  around: Surroundings,
): boolean {
  if (!HOST_PART.test(reader.textOf(node).slice(0, WRITTEN_CHARS))) return false;
  const given = node.field(value);
  if (!given) return false;
  const said = lettersOf(reader.evaluate(given));
  if (said !== null && !said.includes(HOLE)) {
    return ENDS_AS_HOST.test(said) || /^\d/.test(said) || said.includes("://")
      ? breaks("hosts", { said: "", texts: [said], on: "" }, around)
      : false;
  }
  return isOpaquePart(given, { rule: "unknown-host" }, reader);
}
