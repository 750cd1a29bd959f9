import { anyOf, oneOf } from "../any-of.ts";
import type { CallRule } from "./calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

const RUNS = oneOf("exec execSync");
const STARTS = oneOf("spawn spawnSync execFile execFileSync fork");
const BY_SHELL = anyOf([
  /\bshell["']?\s*:\s*(?!false\b|undefined\b|null\b)\S|[{,]\s*shell\s*[,}]/,
  ASKS_SHELL,
  RUNS_TEXT,
]);
const CLIENTS = oneOf(`fetch got ky axios superagent needle request WebSocket EventSource
  XMLHttpRequest http https http2 undici net tls dgram dns dns/promises ws node-fetch cross-fetch`);
const REACHES = anyOf([
  new RegExp(String.raw`^(?:self\.)?${CLIENTS}(?![\w-])[\w.()]*$`),
  /\.sendBeacon$|^importScripts$|^(?:xhr|req|request|XMLHttpRequest\(\))\.open$/,
]);
const WRITES = functionOf(`writeFile appendFile createWriteStream mkdir mkdtemp rm rmdir rimraf
  unlink rename copyFile cp symlink link chmod chown truncate outputFile`);

/** A function of node:fs or node:path, however it was imported. */
function functionOf(names: string): RegExp {
  return new RegExp(String.raw`(?:^|\.)${oneOf(names)}(?:Sync)?$`);
}

/** What JavaScript and TypeScript may not do in code that is merged without a look (C24, D36). */
export const JAVASCRIPT: readonly CallRule[] = [
  { rule: "eval", call: /^(?:(?:self|top|frames)\.)?eval$/, value: true },
  { rule: "eval", call: /^globalThis\.\?$/ },
  { rule: "eval", call: /^(?:\w+\.)?(?:setTimeout|setInterval|setImmediate)$/, given: /^"/ },
  { rule: "new-function", call: /^(?:self\.)?(?:Async|Generator|AsyncGenerator)?Function$/ },
  {
    rule: "new-function",
    call: /(?:function\(\)|Function\.prototype|^(?:\[\]|"")\.\w+)\.constructor$/,
  },
  { rule: "new-function", call: /(?:^|\.)Worker$/, given: /\beval:\s*true|^"data:/ },
  {
    // The constructor of a function makes functions of text.
    rule: "new-function",
    call: /(?:"".*|\[\].*|\.constructor|getPrototypeOf\(\))\.constructor$/,
    given: /^"/,
  },
  {
    rule: "vm",
    call: /(?:^|\.)vm2?(?:\(\))?\.(?:runIn(?:New|This)?Context|compileFunction|Script|SourceTextModule|VM|NodeVM)$/,
  },
  { rule: "vm", call: /(?:^|\.)_compile$|^(?:repl|inspector)\.(?:start|Session)$/ },
  { rule: "remote-code", call: /^import$/, given: /^"(?:data|https?|blob):/ },
  { rule: "native-code", call: /^process\.(?:binding|dlopen|_linkedBinding)$/ },
  { rule: "native-code", call: /^WebAssembly\.(?:compile|instantiate|Module)$/ },
  {
    rule: "unsafe-load",
    call: /^(?:node-serialize|serialize-javascript|v8)\.(?:un|de)serialize$|^js-yaml\.unsafeLoad$/,
  },
  { rule: "shell", call: new RegExp(String.raw`^child_process\.${RUNS}$`), value: true },
  { rule: "shell", call: /^child_process\.then$/, given: /\bexec|\bspawn/ },
  { rule: "shell", call: new RegExp(String.raw`^child_process\.${STARTS}$`), given: BY_SHELL },
  { rule: "shell", call: /^(?:execa|cross-spawn)(?:\.\w+)?$/, given: BY_SHELL },
  { rule: "shell", call: /^zx\.\$$|^execa\.execaCommand(?:Sync)?$|^shelljs\.exec$/ },
  { rule: "shell", call: /^Bun\.\$$|^Deno\.(?:run|Command)$/, given: ASKS_SHELL },
  { rule: "shell", call: /^process\.binding\(\)\.\w+$/ },
  {
    rule: "credentials",
    call: anyOf([
      /^(?:JSON\.stringify|Object\.(?:entries|values|assign)|console\.\w+)$/,
      REACHES,
      WRITES,
    ]),
    given: /(?:^|, |\.\.\.|\()(?:globalThis\.)?process\.env\b(?!\s*[.[?])/,
    severe: true,
  },
  {
    rule: "credentials",
    call: functionOf(`readFile createReadStream open openAsBlob copyFile cp readdir readlink
      join resolve loadEnvFile`),
    texts: "keys",
    severe: true,
  },
  { rule: "unknown-host", call: REACHES, texts: "hosts" },
  { rule: "path-escape", call: WRITES, texts: "outside" },
  { rule: "hidden-code", call: /^(?:\w+\.)?atob$|^Buffer\.from$/, texts: "hidden", severe: true },
  {
    rule: "hidden-code",
    call: /^zlib\.(?:inflate|gunzip|unzip|inflateRaw|brotliDecompress)(?:Sync)?$/,
    texts: "known",
    severe: true,
  },
  { rule: "git-hook", call: WRITES, texts: "hooks" },
];
