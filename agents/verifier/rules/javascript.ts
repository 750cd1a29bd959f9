import type { SgNode } from "@ast-grep/napi";
import { anyOf, oneOf } from "../any-of.ts";
import { sourceTree, Tangled } from "../../source/source-tree.ts";
import { bindingsOf, type Bindings } from "./javascript-names.ts";
import type { Finding, Surroundings } from "./finding.ts";
import { hidesCode, hostsIn, isHarmless, isKeyFile, isKeyFileRead, isOutside } from "./places.ts";

const SHELLS =
  /^(?:.*[/\\])?(?:ba|z|da|k|fi|c)?sh$|^(?:.*[/\\])?(?:cmd|powershell|pwsh)(?:\.exe)?$/;
const VM = /^(?:runIn(?:New|This)?Context|compileFunction|Script|SourceTextModule)$/;
const NETWORK = anyOf([
  new RegExp(
    String.raw`^(?:(?:globalThis|window|self)\.)?` +
      oneOf("fetch got ky axios superagent request WebSocket EventSource XMLHttpRequest") +
      "$",
  ),
  /^(?:axios|got|ky|superagent|http|https|http2|undici|net|tls|dgram|dns|needle)\.\w+$/,
  /\.sendBeacon$|^importScripts$|^(?:xhr|req|request)\.open$/,
]);
const NETWORK_MODULES = new RegExp(
  "^" +
    oneOf(`node-fetch cross-fetch undici axios got ky needle superagent request ws
      https? http2 net tls dgram dns dns/promises`) +
    "$",
);
/** A function of node:fs or node:path, however it was imported. */
const functionOf = (names: string) => new RegExp(String.raw`(?:^|\.)${oneOf(names)}(?:Sync)?$`);
const READS = functionOf(`readFile createReadStream open openAsBlob copyFile cp readdir readlink
  join resolve loadEnvFile`);
const WRITES = functionOf(`writeFile appendFile createWriteStream mkdir mkdtemp rm rmdir rimraf
  unlink rename copyFile cp symlink link chmod chown truncate outputFile`);
const WHOLE_ENVIRONMENT = /^(?:globalThis\.)?process\.env$/;
const SPREADS_ENVIRONMENT = /^(?:JSON\.stringify|Object\.(?:entries|values|assign)|console\.\w+)$/;

const KEY_FILE_HINT = "ssh|id_|aws|git-cred|hosts|docker|kube|gnupg|json|etc|proc|Keychain";
/** Only these cross over from the parser: most of a file is neither a call nor one of the words. */
const LOOKED_AT = {
  any: [
    { kind: "call_expression" },
    { kind: "new_expression" },
    { kind: "import_statement" },
    // The kind first: a regular expression on every node would read the file once a level.
    { all: [{ kind: "identifier" }, { regex: "^eval$" }] },
    { all: [{ kind: "string" }, { regex: KEY_FILE_HINT }] },
  ],
};

/**
 * Breaks of the constitution in JavaScript or TypeScript, by its syntax tree. A file that is too
 * entangled to be read is a break itself: nothing passes because it could not be looked at.
 */
export function javascriptFindings(text: string, around: Surroundings): Finding[] {
  const tree = sourceTree(around.path, text);
  try {
    const names = bindingsOf(tree);
    return tree.root.findAll({ rule: LOOKED_AT }).flatMap((node) => {
      const broken = brokenBy(node, names, around);
      if (broken === null) return [];
      const line = node.range().start.line + 1;
      return [{ rule: broken, line, text: names.textOf(node), severe: SEVERE.has(broken) }];
    });
  } catch (error) {
    if (!(error instanceof Tangled)) throw error;
    return [{ rule: "unreadable", line: 1, text: error.message, severe: true }];
  }
}

const SEVERE: ReadonlySet<string> = new Set(["credentials", "hidden-code"]);

function brokenBy(node: SgNode, names: Bindings, around: Surroundings): string | null {
  switch (node.kind()) {
    case "identifier":
      return isUse(node) ? "eval" : null;
    case "string":
      return isKeyFile(names.textOf(node).slice(1, -1)) ? "credentials" : null;
    case "import_statement":
      return importsATest(node, names) ? "test-as-code" : null;
    default:
      return brokenByCall(node, names, around);
  }
}

/** Whether an `eval` that is only a name of one's own (a key, a method) does not count. */
function isUse(node: SgNode): boolean {
  const parent = node.parent();
  return parent?.kind() !== "pair" || parent.field("value")?.id() === node.id();
}

function importsATest(node: SgNode, names: Bindings): boolean {
  const source = node.field("source");
  const from = source ? names.textOf(source) : "";
  return /\.(?:test|spec)(?:\.[cm]?[jt]sx?)?["']$/.test(from);
}

function brokenByCall(node: SgNode, names: Bindings, around: Surroundings): string | null {
  const isNew = node.kind() === "new_expression";
  const callee = node.field(isNew ? "constructor" : "function");
  if (!callee) return null;
  const given = node.field("arguments")?.namedChildren() ?? [];
  const name = plain(names.textOf(callee));
  return (
    runsText(name, given, names) ??
    runsShell(callee, name, given, names) ??
    takesCredentials(name, given, names) ??
    reachesOut(name, given, names, around) ??
    leavesProject(name, given, names)
  );
}

const NAME_CHARS = 300;

/** A callee as one reads it: `a?.["b"]` is `a.b`, brackets are gone; of a long one both ends. */
function plain(callee: string): string {
  const half = NAME_CHARS / 2;
  const short =
    callee.length > NAME_CHARS ? `${callee.slice(0, half)}${callee.slice(-half)}` : callee;
  return short
    .replaceAll(/\s+|\?(?=\.)|^\(+|\)+$|!/g, "")
    .replaceAll(/\.?\[["'`](\w+)["'`]\]/g, ".$1");
}

const GLOBAL = String.raw`^(?:(?:globalThis|window|self|global)\.)?`;
const EVAL = new RegExp(`${GLOBAL}eval$`);
const FUNCTION = new RegExp(`${GLOBAL}(?:Async|Generator|AsyncGenerator)?Function$`);
/** The constructor of a function makes functions of text. */
const MAKES_FUNCTIONS = /(?:=>|\bfunction\b|[\])"'`]\.\w+|\.constructor).*\.constructor$/;

function runsText(name: string, given: readonly SgNode[], names: Bindings): string | null {
  const head = name.split(".")[0] ?? "";
  const last = name.slice(name.lastIndexOf(".") + 1);
  const first = given[0];
  if (EVAL.test(name)) return "eval";
  if (FUNCTION.test(name) || (MAKES_FUNCTIONS.test(name) && isText(first))) return "new-function";
  if (/^Reflect\.(?:construct|apply)$/.test(name) && first && FUNCTION.test(names.textOf(first))) {
    return "new-function";
  }
  const fromVm = names.modules.get(head) === "vm" || names.originals.get(name)?.module === "vm";
  if (fromVm && VM.test(names.originals.get(name)?.name ?? last)) return "vm";
  if (/^(?:setTimeout|setInterval|setImmediate)$/.test(last) && isText(first)) return "eval";
  if (name === "import" && first && /^["'`](?:data|https?):/.test(names.textOf(first))) {
    return "remote-code";
  }
  if (/^process\.(?:binding|dlopen|_linkedBinding)$/.test(name)) return "native-code";
  const decodes = /(?:^|\.)atob$|^Buffer\.from$/.test(name);
  return decodes && first && hidesCode(literalOf(first, names) ?? "") ? "hidden-code" : null;
}

function runsShell(
  callee: SgNode,
  name: string,
  given: readonly SgNode[],
  names: Bindings,
): string | null {
  const head = name.split(".")[0] ?? "";
  const last = name.slice(name.lastIndexOf(".") + 1);
  const inline = /require\(["'`](?:node:)?child_process["'`]\)/.test(names.textOf(callee));
  const called = names.originals.get(name);
  const own = inline || names.modules.get(head) === "child_process" ? last : null;
  const made = own ?? (called?.module === "child_process" ? called.name : null);
  if (made === null) return isShellTag(name, names) ? "shell" : null;
  if (made === "exec" || made === "execSync") return "shell";
  if (!/^(?:spawn|spawnSync|execFile|execFileSync|fork)$/.test(made)) return null;
  const first = given[0] && literalOf(given[0], names);
  if (first && SHELLS.test(first)) return "shell";
  const options = given.map((argument) => names.texts(argument)).join("\n");
  return /\bshell["']?\s*:\s*(?!false\b|undefined\b|null\b)\S|[{,]\s*shell\s*[,}]/.test(options)
    ? "shell"
    : null;
}

/** `$` of zx, shelljs, execaCommand: text that a shell reads. */
function isShellTag(name: string, names: Bindings): boolean {
  const called = names.originals.get(name);
  if (called?.module === "zx" && called.name === "$") return true;
  if (called?.module === "execa") return called.name.startsWith("execaCommand");
  return names.modules.get(name.split(".")[0] ?? "") === "shelljs" && name.endsWith(".exec");
}

function takesCredentials(name: string, given: readonly SgNode[], names: Bindings): string | null {
  const whole = given.some((argument) => WHOLE_ENVIRONMENT.test(names.textOf(argument)));
  if (whole && (SPREADS_ENVIRONMENT.test(name) || NETWORK.test(name) || WRITES.test(name))) {
    return "credentials";
  }
  if (!READS.test(name)) return null;
  const paths = given.map((argument) => literalOf(argument, names) ?? "");
  const taken = paths.some((path) => isKeyFileRead(path)) || isKeyFileRead(paths.join("/"));
  return taken ? "credentials" : null;
}

function reachesOut(
  name: string,
  given: readonly SgNode[],
  names: Bindings,
  { hosts }: Surroundings,
): string | null {
  const module = names.modules.get(name.split(".")[0] ?? "") ?? names.originals.get(name)?.module;
  if (!NETWORK.test(name) && !NETWORK_MODULES.test(module ?? "")) return null;
  const texts = given.map((argument) => names.texts(argument)).join("\n");
  if (/\.\.\.process\.env\b|JSON\.stringify\(process\.env\)/.test(texts)) return "credentials";
  const named = [...texts.matchAll(/\b(?:host|hostname)["']?\s*:\s*["'`]([\w.-]+)["'`]/g)];
  const reached = [...hostsIn(texts), ...named.map((match) => match[1] ?? "")];
  return reached.some((host) => !isHarmless(host, hosts)) ? "unknown-host" : null;
}

function leavesProject(name: string, given: readonly SgNode[], names: Bindings): string | null {
  if (!WRITES.test(name)) return null;
  const paths = given.slice(0, 2).map((argument) => {
    const parts = argument.kind() === "call_expression" ? partsOf(argument) : [argument];
    const texts = parts.map((part) => literalOf(part, names) ?? "");
    return texts.filter((text) => text !== "").join("/");
  });
  return paths.some((path) => isOutside(path) && !path.startsWith("/var/tmp/"))
    ? "path-escape"
    : null;
}

/** The arguments of `path.join(…)` and the like. */
function partsOf(call: SgNode): SgNode[] {
  return call.field("arguments")?.namedChildren() ?? [];
}

function isText(node: SgNode | undefined): boolean {
  return node !== undefined && /^(?:string|template_string)$/.test(String(node.kind()));
}

/** The text of a literal, or of the constant that holds one; a template up to its first hole. */
function literalOf(node: SgNode, names: Bindings): string | null {
  if (isText(node)) return names.textOf(node).slice(1, -1).split("${")[0] ?? "";
  if (node.kind() === "identifier") return names.constants.get(names.textOf(node)) ?? null;
  if (node.kind() === "binary_expression") {
    const left = node.field("left");
    return left ? literalOf(left, names) : null;
  }
  return null;
}
