import type { Parsed } from "./grammar.ts";

/** What the names of a file were brought from. */
export type Imports = {
  /** Local names by what they stand for, e.g. `run` for `subprocess.run`. */
  names: ReadonlyMap<string, string>;
  /** Modules all of whose names are here. */
  stars: readonly string[];
  /** Names of the file's own functions. */
  own: ReadonlySet<string>;
};

type Found = { names: Map<string, string>; stars: string[] };

/** Reads what the imports of a file say, each as it is written. */
export function importsOf(
  language: Parsed,
  statements: readonly string[],
  own: readonly string[],
): Imports {
  const found: Found = { names: new Map(), stars: [] };
  for (const said of statements) READERS[language](said, found);
  return { ...found, own: new Set(own.filter((name) => !found.names.has(name))) };
}

const READERS: Readonly<Record<Parsed, (said: string, found: Found) => void>> = {
  javascript: readScript,
  python: readPython,
  go: readGo,
  ruby: readAlias,
  java: readJava,
  rust: readUse,
};

function readScript(said: string, { names }: Found): void {
  const [, required, from] =
    /^import\s+([\w$]+)\s*=\s*require\(\s*["']([^"']+)["']/.exec(said) ?? [];
  if (required !== undefined) names.set(required, (from ?? "").replace(/^node:/, ""));
  const module = (/\bfrom\s*["']([^"']+)["']/.exec(said)?.[1] ?? "").replace(/^node:/, "");
  if (module === "") return;
  const whole = /\*\s*as\s+([\w$]+)/.exec(said)?.[1];
  const first = /^import\s+(?:type\s+)?([\w$]+)\s*(?:,|from)/.exec(said)?.[1];
  for (const name of [whole, first]) if (name !== undefined) names.set(name, module);
  readList(/\{([^}]*)\}/.exec(said)?.[1] ?? "", /\s+as\s+/, module, names);
}

function readList(list: string, as: RegExp, module: string, names: Map<string, string>): void {
  for (const part of list.split(",")) {
    const [name = "", local = name] = part
      .trim()
      .replace(/^type\s+/, "")
      .replace(/\s*=.*$/, "")
      .split(as);
    if (!/^[\w$"']+$/.test(name)) continue;
    const plain = name.replaceAll(/["']/g, "");
    // What everybody has is called so, wherever it was brought from.
    const isGlobal = module === "buffer" || (module === "url" && plain.startsWith("URL"));
    names.set(local.trim(), plain === "default" ? module : isGlobal ? plain : `${module}.${plain}`);
  }
}

function readPython(said: string, { names, stars }: Found): void {
  const from = /^from\s+([\w.]+)\s+import\s+\(?([^]*?)\)?\s*$/.exec(said);
  const list = (from?.[2] ?? said.replace(/^import\s+/, "")).replaceAll(/#.*$/gm, "");
  for (const part of list.split(",")) {
    const [name = "", local] = part.trim().split(/\s+as\s+/);
    if (name === "*" && from?.[1]) stars.push(from[1]);
    else if (from?.[1]) names.set(local ?? name, `${from[1]}.${name}`);
    else if (local !== undefined) names.set(local, name);
    else if (/^\w+$/.test(name)) names.set(name, name);
  }
}

function readGo(said: string, { names, stars }: Found): void {
  const match = /^([\w.]+)?\s*["`]([^"`]+)["`]/.exec(said);
  const path = match?.[2];
  if (path === undefined) return;
  if (match?.[1] === ".") stars.push(path);
  else names.set(match?.[1] ?? path.slice(path.lastIndexOf("/") + 1), path);
}

function readAlias(said: string, { names }: Found): void {
  const [, now, old] = /^alias\s+:?(\w+)\s+:?(\w+)/.exec(said) ?? [];
  if (now !== undefined && old !== undefined) names.set(now, old);
}

function readJava(said: string, { names }: Found): void {
  const path = /^import\s+static\s+([\w.]+)\s*;/.exec(said)?.[1];
  const parts = path?.split(".") ?? [];
  const name = parts.at(-1);
  if (name !== undefined && parts.length > 1) names.set(name, parts.slice(-2).join("."));
}

const NESTED_MAX = 20;

/** `use a::{b as c, d::{e, self}};` is read from the inside out. */
function readUse(said: string, { names }: Found): void {
  let text = said.replace(/^(?:pub(?:\([^)]*\))?\s+)?use\s+/, "").replaceAll(/;\s*$/g, "");
  for (let step = 0; step < NESTED_MAX && text.includes("{"); step++) {
    text = text.replace(/([\w:]*)\{([^{}]*)\}/, (_, head: string, list: string) =>
      list
        .split(",")
        .filter((part) => part.trim() !== "")
        .map((part) => `${head}${part.trim()}`)
        .join(","),
    );
  }
  for (const part of text.split(",")) {
    const [path = "", local] = part.trim().split(/\s+as\s+/);
    const plain = path.replace(/::self$/, "").replaceAll("::", ".");
    const name = local ?? plain.slice(plain.lastIndexOf(".") + 1);
    if (/^\w+$/.test(name)) names.set(name, plain);
  }
}
