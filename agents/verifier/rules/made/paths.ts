import { joinedUpTo } from "../reading/growth.ts";
import { HOLE } from "../reading/literal.ts";
import { orHoles, type Made } from "./made.ts";
import { elementsOf, isList, type Value } from "../reading/value.ts";

const JOINS =
  /^(?:path|node:path|path\.posix|os\.path|posixpath|File|filepath|path\/filepath|Paths?|java\.nio\.file\.Paths?|pathlib\.\w+|Pathname|FileSystems\.getDefault\(\)|url|URI|urllib\.parse)\.(?:join|resolve|expanduser|Join|JoinPath|get|of|getPath|expand_path|absolute_path|urljoin|new|normalize|posix\.join)$|^(?:\w+\.)*(?:Path|PurePath|PosixPath|PurePosixPath|Pathname|File|URL|urljoin|expanduser|abspath|realpath|normpath)$|^(?:join|resolve)$/;
const JOINS_BEHIND =
  /^(?:join|joinpath|resolve|resolveSibling|with_name|with_file_name|child|div|push|slash)$/;
/** What joins texts, not paths. */
const TEXTS = /(?:^|\.)(?:String|StringUtils|strings|bytes|Joiner[\w.()]*)\.[jJ]oin$/;
const PATH_AS_IT_IS =
  /^(?:toPath|toFile|toAbsolutePath|normalize|absolute|resolve|expanduser|as_path|to_path_buf|as_posix|to_path|getPath|cleanpath|realpath|expand_path|display|to_string_lossy|to_str|unwrap)$/;

/** Paths and addresses that are put together of their parts. */
export function pathMade(made: Made): Value | null {
  const { name, short, method, given, receiver, value, values, reader } = made;
  if (/(?:^|\.)URL$/.test(name) && given.length === 2) {
    const [path, base] = orHoles(values());
    return /^\w+:/.test(path ?? "") ? (path ?? null) : slashed([base ?? HOLE, path ?? HOLE]);
  }
  const isBehind = method === "join" && name.endsWith("().join") && typeof receiver() === "string";
  if (!isBehind && (JOINS.test(name) || JOINS.test(short)) && given.length > 0) {
    const [first] = values();
    const list = given.length === 1 && isList(first ?? null) ? elementsOf(first ?? null) : null;
    const parts = orHoles(list ?? values());
    if (parts.every((part) => part === HOLE)) return null;
    return slashed(name.endsWith("relative") ? parts.slice(1) : parts);
  }
  if (given.length === 0 && PATH_AS_IT_IS.test(method)) return receiver();
  if (!JOINS_BEHIND.test(method) || given.length === 0 || TEXTS.test(name)) return null;
  const on = receiver();
  if (isList(on)) return null;
  const first = value(0);
  // `"".join(parts)` puts a text between, not before.
  const isSpread = /splat/.test(String(given[0]?.kind()));
  if ((isList(first) && !isSpread) || (reader.language === "python" && method === "join")) {
    return null;
  }
  if (typeof first !== "string" && !isSpread) return null;
  return slashed([typeof on === "string" ? on : HOLE, ...orHoles(values())]);
}

function slashed(parts: readonly string[]): string {
  // Two slashes behind a colon belong to an address.
  return joinedUpTo(parts, "/").replaceAll(/(?<!:)\/{2,}/g, "/");
}
