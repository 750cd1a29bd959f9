import type { SgNode } from "@ast-grep/napi";
import type { SourceTree } from "../../source/source-tree.ts";

/** What the names of one file stand for. */
export type Bindings = {
  /** Whole modules by their local name, without `node:`. */
  modules: ReadonlyMap<string, string>;
  /** Single things of modules by their local name. */
  originals: ReadonlyMap<string, { module: string; name: string }>;
  /** String constants of the file. */
  constants: ReadonlyMap<string, string>;
  /** The text of a node as it is written. @throws Tangled */
  textOf(node: SgNode): string;
  /** The text of an argument, with the constants that it names put in. */
  texts(node: SgNode): string;
};

const CONSTANTS_MAX = 1_000;

/** Reads imports, requires and constants of a file; aliases of aliases are followed once. */
export function bindingsOf(tree: SourceTree): Bindings {
  const { root } = tree;
  const textOf = (node: SgNode) => tree.textOf(node);
  const modules = new Map<string, string>();
  const originals = new Map<string, { module: string; name: string }>();
  const constants = new Map<string, string>();
  const objects = new Map<string, string>();
  for (const node of root.findAll({ rule: { kind: "import_statement" } })) {
    readImport(textOf(node), modules, originals);
  }
  for (const node of root
    .findAll({ rule: { kind: "variable_declarator" } })
    .slice(0, CONSTANTS_MAX)) {
    const bound = node.field("name");
    const value = node.field("value");
    if (!bound || !value) continue;
    const [name, said] = [textOf(bound), textOf(value)];
    if (/^["'`]/.test(said)) constants.set(name, said.slice(1, -1).split("${")[0] ?? "");
    if (value.kind() === "object") objects.set(name, said);
    readRequire(name, said, modules, originals);
  }
  return {
    modules,
    originals,
    constants,
    textOf,
    texts: (node) => {
      const said = textOf(node);
      const known = constants.get(said);
      return known === undefined ? (objects.get(said) ?? expand(said, constants)) : `"${known}"`;
    },
  };
}

function expand(said: string, constants: ReadonlyMap<string, string>): string {
  const named = [...said.matchAll(/(?<![\w.])[A-Za-z_$][\w$]*/g)].map(([name]) => name);
  const known = named.flatMap((name) => constants.get(name) ?? []);
  return known.length === 0 ? said : `${said}\n${known.map((text) => `"${text}"`).join("\n")}`;
}

type Originals = Map<string, { module: string; name: string }>;

function readImport(said: string, modules: Map<string, string>, originals: Originals): void {
  const module = moduleIn(/\bfrom\s*["']([^"']+)["']/.exec(said)?.[1]);
  if (module === null) return;
  const whole = /\*\s*as\s+([\w$]+)/.exec(said)?.[1];
  const first = /^import\s+(?:type\s+)?([\w$]+)\s*(?:,|from)/.exec(said)?.[1];
  for (const name of [whole, first]) if (name !== undefined) modules.set(name, module);
  readList(/\{([^}]*)\}/.exec(said)?.[1] ?? "", /\s+as\s+/, module, originals);
}

const LOADED = new RegExp(
  String.raw`^(?:await\s+)?(?:require|import|(?:process\.)?getBuiltinModule)` +
    String.raw`\(\s*["'\`]([^"'\`]+)["'\`]\s*\)(?:\.([\w$]+))?`,
);

function readRequire(
  name: string,
  said: string,
  modules: Map<string, string>,
  originals: Originals,
): void {
  const match = LOADED.exec(said);
  const module = moduleIn(match?.[1]);
  if (match && module !== null) {
    if (match[2] !== undefined) originals.set(name, { module, name: match[2] });
    else if (name.startsWith("{")) readList(name.slice(1, -1), /\s*:\s*/, module, originals);
    else modules.set(name, module);
    return;
  }
  const [head = "", property] = said.split(".");
  const known = modules.get(head);
  if (known === undefined) {
    const original = originals.get(said) ?? wrapped(said, modules, originals);
    if (original) originals.set(name, original);
  } else if (property === undefined && name.startsWith("{")) {
    readList(name.slice(1, -1), /\s*:\s*/, known, originals);
  } else if (property === undefined) modules.set(name, known);
  else if (/^[\w$]+$/.test(property)) originals.set(name, { module: known, name: property });
}

/** `promisify(exec)` is an `exec` still. */
function wrapped(
  said: string,
  modules: ReadonlyMap<string, string>,
  originals: Originals,
): { module: string; name: string } | undefined {
  const inner = /\bpromisify\(\s*([\w$.]+)\s*\)/.exec(said)?.[1];
  if (inner === undefined) return undefined;
  const [head = "", property] = inner.split(".");
  const module = modules.get(head);
  if (module !== undefined && property !== undefined) return { module, name: property };
  return originals.get(inner);
}

function readList(list: string, as: RegExp, module: string, originals: Originals): void {
  for (const part of list.split(",")) {
    const [name = "", local = name] = part
      .trim()
      .replace(/^type\s+/, "")
      .split(as);
    if (name !== "") originals.set(local.trim(), { module, name: name.trim() });
  }
}

function moduleIn(source: string | undefined): string | null {
  return source === undefined ? null : source.replace(/^node:/, "");
}
