import { blank } from "../../blank.ts";
import { lineIn } from "../../line-at.ts";
import type { Finding } from "../finding.ts";
import type { Parsed } from "../reading/grammar.ts";

type Power = readonly [rule: string, words: RegExp];

/**
 * Words that mean a power whatever is then done with it: what is brought in for nothing else, what
 * declares it, what hands it on.
 */
const POWERS: Readonly<Record<Parsed, readonly Power[]>> = {
  javascript: [
    [
      "native-code",
      /(?:from|require\(|import\()\s*["'](?:ffi-napi|ffi-rs|ffi|koffi|bun:ffi|ref-napi|sbffi|node-ffi\w*)["']/g,
    ],
    [
      "vm",
      /(?:from|require\(|import\(|getBuiltinModule\()\s*["'](?:node:)?(?:vm2?|isolated-vm|repl|inspector(?:\/promises)?|safe-eval|notevil|static-eval|require-from-string|node-eval)["']/g,
    ],
    [
      // What is read for a module, or how, is put in the place of what everybody else reads.
      "eval",
      /\b[mM]odule\s*\.\s*(?:prototype\s*\.\s*(?:require|_compile)|_load|_resolveFilename|_extensions\s*\[[^\]\n]{0,40}\])\s*=(?![=>])|\brequire\.extensions\s*\[[^\]\n]{0,40}\]\s*=(?![=>])/g,
    ],
    [
      "new-function",
      /\bclass\b[^{}\n]{0,80}\bextends\s+(?:Async|Generator|AsyncGenerator)?Function\b/g,
    ],
    [
      "shell",
      /\bexport\s*\{[^}\n]{0,200}\bexec(?:Sync)?\b[^}\n]{0,200}\}\s*from\s*["'](?:node:)?child_process["']|\bexport\s*\*[^\n]{0,40}from\s*["'](?:node:)?child_process["']/g,
    ],
    ["eval", /["'`]constructor["'`]\s*,\s*["'`]constructor["'`]/g],
    ["eval", /\{\s*constructor\s*:\s*\w+\s*[,}][^=\n]{0,80}=[^=>]|\.constructor\.constructor\b/g],
    [
      "unsafe-load",
      /(?:from|require\(|import\()\s*["'](?:node-serialize|funcster|cryo|serialize-to-js|php-serialize)["']/g,
    ],
  ],
  python: [
    [
      "native-code",
      /^[^\S\n]*(?:from\s+_?ctypes\b[^\n]{0,200}\bimport\b[^\n]{0,400}\b(?:\w{0,40}dll\w*|LibraryLoader|pythonapi|CFUNCTYPE)\b|from\s+cffi\s+import|import\s+_?ctypes\b|import\s+cffi\b)/gim,
    ],
    [
      "unsafe-load",
      /^[^\S\n]*(?:from|import)\s+(?:dill|cloudpickle|jsonpickle|_pickle|marshal|shelve)\b/gm,
    ],
    ["unsafe-load", /\b_?Unpickler\b/g],
    ["shell", /\bshell=(?:True|1)\b|["']shell["']\s*(?::|\]\s*=|,)\s*(?:True|1)\b/g],
    ["shell", /^[^\S\n]*(?:from|import)\s+(?:pty|pexpect|_posixsubprocess)\b/gm],
  ],
  go: [
    ["native-code", /^[^\S\n]*(?:import\s+)?(?:\w+\s+|_\s+|\.\s+)?"(?:plugin|C)"\s*$/gm],
    [
      "eval",
      /"github\.com\/(?:traefik\/yaegi|robertkrimen\/otto|dop251\/goja|yuin\/gopher-lua|d5\/tengo|mattn\/anko|cosmos72\/gomacro)[\w/.-]*"/g,
    ],
    ["native-code", /"github\.com\/(?:ebitengine\/purego|rainycape\/dl)[\w/.-]*"/g],
  ],
  ruby: [
    [
      "native-code",
      /\b(?:require|load)\s*(?:\(\s*)?["'](?:fiddle|ffi|inline|dl)(?:\/\w+)?["']|\bextend\s+(?:FFI::Library|Fiddle::Importer)\b/g,
    ],
    ["unsafe-load", /\brequire\s*(?:\(\s*)?["'](?:drb|drb\/drb|pstore|yaml\/store)["']/g],
    ["shell", /\brequire\s*(?:\(\s*)?["']pty["']/g],
  ],
  java: [
    [
      "native-code",
      /\bnative\s[\w<>[\],.\s]{1,300}\s\w+\s*\(|(?:\.|::)\s*(?:loadLibrary|load0)\b|\b(?:System|Runtime|getRuntime\s*\(\s*\))\s*(?:\.|::)\s*load\b|\bimport\s+(?:static\s+)?(?:com\.sun\.jna|jnr\.ffi|java\.lang\.foreign|sun\.misc\.Unsafe|jdk\.internal|java\.lang\.instrument|com\.sun\.tools\.attach)\b/g,
    ],
    ["shell", /\b(?:Runtime|getRuntime\s*\(\s*\))\s*(?:\.|::)\s*exec\b|::\s*exec\b/g],
    [
      "eval",
      /\bimport\s+(?:static\s+)?(?:javax\.script|groovy\.(?:lang|util)|bsh|jdk\.jshell|javax\.tools\.(?:JavaCompiler|ToolProvider|\*)|org\.mozilla\.javascript|org\.graalvm\.polyglot|org\.mvel2|ognl|org\.python\.util|org\.codehaus\.(?:groovy|janino)|org\.luaj|org\.jruby)\b/g,
    ],
    [
      "unsafe-load",
      /\bimport\s+(?:static\s+)?(?:java\.io\.ObjectInputStream|java\.beans\.XMLDecoder|com\.thoughtworks\.xstream|com\.esotericsoftware\.kryo|com\.caucho\.hessian|javax\.naming\.InitialContext|java\.rmi\.(?:MarshalledObject|Naming))\b|\bObjectInputStream\b|::\s*(?:readObject|readUnshared)\b/g,
    ],
  ],
  rust: [
    [
      "native-code",
      /\b(?:libloading|dlopen2?|sharedlib|abi_stable|userland_execve|memexec)\s*::|#\[link\s*\(|\b(?:global_|naked_)?asm!/g,
    ],
    ["unsafe-load", /\bserde_pickle\s*::/g],
    [
      "eval",
      /\b(?:rhai|mlua|rlua|hlua|boa_engine|deno_core|rquickjs|quick_js|rustpython_vm|gluon)\s*::/g,
    ],
  ],
};

/** What loads a library, in the words of every language, however it is declared or looked for. */
const EVERYWHERE: readonly Power[] = [
  [
    "native-code",
    /\b(?:dlm?open(?:ext)?|dlv?sym|LoadLibrary(?:Ex)?[AW]?|LdrLoadDll|GetProcAddress|NewLazy(?:System)?DLL|LoadDLL)\b(?!['"]?\s*:(?!:))/g,
  ],
];

/** A row of parent folders, however the language makes rows. */
const ROWS_UP: Power = [
  "path-escape",
  /(?:=>|->)\s*["'`]\.\.[/\\]?["'`]|(?:fill|nCopies|Array\.new|repeat(?:_n)?)\([^()\n]{0,40}["'`]\.\.[/\\]?["'`]|\[\s*["']\.\.["']\s*\]\s*\*|vec!\[\s*"\.\."\s*;|\{\s*["']\.\.["']\s*\}/g,
];

/** A block that declares functions of other languages; without a word for which, they are C's. */
const FOREIGN = /\bextern\s*(?:r?#*"[^"]*"#*\s*)?\{/g;
const STARTS_PROGRAMS =
  /\bfn\s+(?:r#)?(?:system|popen|exec[lv]\w*|fexecve|posix_spawnp?|dlopen|dlsym)\b/g;

/** Functions of C that start programs, wherever they are declared in a block of Rust. */
function declaredIn(text: string): Finding[] {
  const { code, withStrings } = blank(text, "rust");
  const lineAt = lineIn(text);
  let read = 0;
  return [...withStrings.matchAll(FOREIGN)].flatMap(({ index, 0: head }): Finding[] => {
    // A block in a block was read with that one.
    if (index < read) return [];
    const from = index + head.length;
    const to = code.indexOf("}", from);
    read = to === -1 ? text.length : to;
    const inside = withStrings.slice(from, read);
    return [...inside.matchAll(STARTS_PROGRAMS)].map((found): Finding => {
      const line = lineAt(from + found.index);
      return { rule: "shell", line, text: found[0], severe: false };
    });
  });
}

/** Powers that a file brings in or hands on, by their words. */
export function powerFindings(text: string, language: Parsed): Finding[] {
  const declared = language === "rust" && text.includes("extern") ? declaredIn(text) : [];
  return [...declared, ...broughtIn(text, language)];
}

function broughtIn(text: string, language: Parsed): Finding[] {
  const matches = [...POWERS[language], ...EVERYWHERE, ROWS_UP].flatMap(([rule, words]) =>
    [...text.matchAll(words)].map(({ index, 0: said }) => ({ rule, index, said })),
  );
  if (matches.length === 0) return [];
  const { withStrings } = blank(text, language);
  const lineAt = lineIn(text);
  return matches
    .filter(({ index, said }) => withStrings.startsWith(said, index))
    .map(({ rule, index, said }) => {
      return { rule, line: lineAt(index), text: said.trim(), severe: false };
    });
}
