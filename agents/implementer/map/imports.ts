import { endingOf } from "./grammar.ts";

/** Imports of one file that are looked at. */
const IMPORTS_MAX = 500;

const SCRIPT = /(?:from|import|require\()\s*["']([^"'\n]{1,300})["']/g;
const EXPRESSIONS: Readonly<Record<string, RegExp>> = {
  py: /^[ \t]*(?:from[ \t]+([.\w]{1,300})[ \t]+import\b|import[ \t]+([.\w]{1,300}))/gm,
  go: /^[ \t]*(?:import[ \t]+)?(?:[\w.]{1,60}[ \t]+)?"([^"\n]{1,300})"[ \t]*$/gm,
  rs: /^[ \t]*(?:pub(?:\([^)\n]{1,60}\))?[ \t]+)?(?:use[ \t]+([\w:]{1,300})|mod[ \t]+(\w{1,100});)/gm,
  java: /^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]{1,300})/gm,
};
const SAME_AS: Readonly<Record<string, string>> = { pyi: "py", kt: "java", kts: "java" };

/** What a file says that it imports, as it is written; each once. */
export function importsOf(path: string, text: string): string[] {
  const ending = endingOf(path);
  const expression = EXPRESSIONS[SAME_AS[ending] ?? ending] ?? SCRIPT;
  const found = new Set<string>();
  for (const match of text.matchAll(expression)) {
    if (found.size >= IMPORTS_MAX) break;
    const name = match[1] ?? match[2];
    if (name !== undefined) found.add(name);
  }
  return [...found];
}

/** Tracked paths as imports name them. */
export type Places = {
  known: ReadonlySet<string>;
  /** Paths by the last part that an import can name: a file without its ending, or a folder. */
  byLast: ReadonlyMap<string, readonly string[]>;
};

export function placesOf(paths: readonly string[]): Places {
  const byLast = new Map<string, string[]>();
  for (const path of paths) {
    const { parts, folder } = named(path);
    for (const last of new Set([parts.at(-1), folder])) {
      if (last === undefined) continue;
      const others = byLast.get(last);
      if (others) others.push(path);
      else byLast.set(last, [path]);
    }
  }
  return { known: new Set(paths), byLast };
}

/** Files that one import can mean at most; one that fits more is too common to tell. */
const MEANT_MAX = 12;

/** The tracked files that an import of a file means; none for what is installed. */
export function meantBy(from: string, specifier: string, places: Places): string[] {
  const ending = endingOf(from);
  if (/^[cm]?[jt]sx?$|^vue$|^svelte$/.test(ending)) {
    const target = specifier.startsWith(".") ? resolveImport(from, specifier, places.known) : null;
    return target === null ? [] : [target];
  }
  const parts = specifier
    .replace(/^(?:crate|self|super)::/, "")
    .split(/::|[./]/)
    .filter((part) => part !== "");
  // `use shop::cart::Cart` names what is in a file: its last parts may be no part of a path.
  for (let length = parts.length; length > 0 && length >= parts.length - 2; length--) {
    const wanted = parts.slice(0, length);
    const found = (places.byLast.get(wanted.at(-1) ?? "") ?? []).filter(
      (path) => path !== from && endingOf(path) === ending && endsWith(path, wanted),
    );
    if (found.length > 0) return found.length > MEANT_MAX ? [] : found;
  }
  return [];
}

/** Whether a path ends as an import says; of a long import as much as the repository can know. */
function endsWith(path: string, wanted: readonly string[]): boolean {
  const { parts } = named(path);
  const tail = wanted.slice(-2);
  const asFile = parts.slice(-tail.length).join("/") === tail.join("/");
  return asFile || parts.slice(0, -1).slice(-tail.length).join("/") === tail.join("/");
}

function named(path: string): { parts: string[]; folder: string | undefined } {
  const parts = path.replace(/\.\w+$/, "").split("/");
  return { parts, folder: parts.at(-2) };
}

const ENDINGS = ["", ".ts", ".tsx", ".mts", ".js", ".jsx", ".mjs", "/index.ts", "/index.js"];

/** The tracked file that a relative import means, or null. */
export function resolveImport(
  from: string,
  specifier: string,
  known: ReadonlySet<string>,
): string | null {
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  const plain = parts.join("/");
  const typed = plain.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
  return (
    [typed, ...ENDINGS.map((ending) => plain + ending)].find((path) => known.has(path)) ?? null
  );
}
