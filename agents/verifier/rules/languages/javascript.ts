import { anyOf, oneOf } from "../../any-of.ts";
import type { CallRule } from "../calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

const RUNS = oneOf("exec execSync");
const STARTS = oneOf("spawn spawnSync execFile execFileSync fork _forkChild");
const BY_SHELL = anyOf([
  /\bshell["']?\s*:\s*(?!false\b|undefined\b|null\b)\S|[{,]\s*shell\s*[,}]/,
  ASKS_SHELL,
  RUNS_TEXT,
  /\bexecArgv["']?\s*:\s*\[\s*["'`](?:-e|-p|-pe|--eval|--print)["'`]/,
]);
const CLIENTS = oneOf(`fetch got ky axios superagent needle request WebSocket EventSource
  XMLHttpRequest http https http2 undici net tls dgram dns dns/promises ws node-fetch cross-fetch`);
const REACHES = anyOf([
  new RegExp(String.raw`^(?:self\.)?${CLIENTS}(?![\w-])[\w.()]*$`),
  /\.sendBeacon$|^importScripts$|^(?:xhr|req|request|XMLHttpRequest\(\))\.open$/,
  /^(?:ofetch|\$fetch|jQuery|\$|nodemailer|mqtt|amqplib|socket\.io-client|ioredis|redis|mongodb|pg|mysql2?|kafkajs|nats|@grpc\/grpc-js|puppeteer|playwright|needle|phin|bent|wretch|redaxios|httpie|telnet-client|ssh2|basic-ftp|ftp|net-ssh|ws|eventsource|isomorphic-fetch|whatwg-fetch|node-fetch-native|RTCPeerConnection|Deno\.connect\w*|Bun\.connect|window\.open|location\.(?:assign|replace)|page\.goto)(?![\w-])[\w.()]*$/,
]);
const WRITES = functionOf(`writeFile appendFile createWriteStream mkdir mkdtemp rm rmdir rimraf
  unlink rename copyFile cp symlink link chmod chown truncate outputFile emptyDir`);

const OPENS = functionOf("open");
/** A file that is opened not only to be read. */
const TO_WRITE = /, "(?:w|a|r\+|sr\+)/;

/** A function of node:fs or node:path, however it was imported. */
function functionOf(names: string): RegExp {
  return new RegExp(String.raw`(?:^|\.)${oneOf(names)}(?:Sync)?$`);
}

/** What JavaScript and TypeScript may not do in code that is merged without a look (C24, D36). */
export const JAVASCRIPT: readonly CallRule[] = [
  { rule: "eval", call: /^(?:(?:self|top|frames)\.)?eval$/, value: true },
  { rule: "eval", call: /^(?:globalThis|self|top|frames|parent|document\.defaultView)\.\?$/ },
  {
    rule: "shell",
    call: /^(?:child_process|process|module|vm|worker_threads|inspector|repl)\.\?$/,
  },
  {
    rule: "eval",
    call: /^(?:execScript|script\.eval|\$\.globalEval|jQuery\.globalEval|ShadowRealm\(\)\.(?:evaluate|importValue))$/,
  },
  {
    rule: "eval",
    call: /^document\.write(?:ln)?$|\.insertAdjacentHTML$|\.createContextualFragment$/,
    given: /<script/i,
  },
  { rule: "eval", call: /\.setAttribute$/, given: /^"on\w+"|"javascript:/i },
  {
    rule: "eval",
    call: /^(?:lodash|_|underscore|lodash\.template)\.?template$|^(?:ejs|pug|dot|nunjucks|eta|squirrelly|doT)\.(?:compile|render|renderString|template)$/,
    given: /^(?!")\w/,
  },
  { rule: "eval", call: /^(?:\w+\.)?(?:setTimeout|setInterval|setImmediate)$/, given: /^"/ },
  { rule: "new-function", call: /^(?:self\.)?(?:Async|Generator|AsyncGenerator)?Function$/ },
  {
    rule: "new-function",
    call: /(?:function\(\)|Function\.prototype|^(?:\[\]|"")\.\w+)\.constructor$/,
  },
  { rule: "new-function", call: /(?:^|\.)Worker$/, given: /\beval:\s*true|^"data:/ },
  {
    rule: "new-function",
    call: /(?:getPrototypeOf|getOwnPropertyDescriptor|__proto__|__lookupGetter__)(?:\(\))?(?:\.\w+)?\.constructor$|(?:^|\.)constructor\.constructor$/,
  },
  // The constructor of a class is that of all functions.
  { rule: "new-function", call: /^[A-Z]\w*\.constructor$/ },
  {
    rule: "eval",
    call: /(?:^|\.)createElement(?:NS)?$/,
    given: /"script"$/i,
    when: /\.(?:text|textContent|innerHTML|innerText|src)\s*=|append\w{0,40}\(\s*(?:\w+\.)?createTextNode/,
  },
  {
    // The constructor of a function makes functions of text.
    rule: "new-function",
    call: /(?:"".*|\[\].*|\.constructor|getPrototypeOf\(\))\.constructor$/,
    given: /^"/,
  },
  {
    rule: "vm",
    call: /(?:^|\.)(?:vm2?|isolated-vm|ses|quickjs-emscripten)(?:\(\))?\.(?:runIn(?:New|This)?Context|compileFunction|Script|SourceTextModule|SyntheticModule|VM|NodeVM|VMScript|Isolate|Compartment)$|^(?:safe-eval|notevil|static-eval|require-from-string|node-eval)$/,
  },
  {
    rule: "vm",
    call: /\.(?:runIn(?:New|This)?Context|compileScript|runInContext)$/,
  },
  {
    rule: "vm",
    call: /(?:^|\.)_compile$|^(?:node:)?(?:repl|inspector)(?:\/promises)?\.(?:start|Session|REPLServer)$|^module\.(?:register|registerHooks)$|^v8\.(?:setFlagsFromString|startupSnapshot\.\w+)$/,
  },
  {
    rule: "remote-code",
    call: /^import$|^importScripts$/,
    given: /^"(?:data|https?|blob):|createObjectURL/,
  },
  { rule: "new-function", call: /(?:^|\.)createObjectURL$/, given: /javascript|Blob/ },
  {
    rule: "native-code",
    call: /(?:^|\.)(?:process\.)?(?:binding|dlopen|_linkedBinding|internalBinding)$/,
    given: /\S/,
  },
  {
    rule: "native-code",
    call: /^(?:ffi-napi|ffi|koffi|ffi-rs|bun:ffi|node-ffi|ref-napi|bindings|node-gyp-build|@napi-rs\/\w+|sbffi|fastcall)(?:\.\w+)*$|^Deno\.dlopen$/,
  },
  {
    rule: "native-code",
    call: /(?:^|\.)require$|^import$|^process\.dlopen$/,
    given: /\.node"/,
    when: /\.node["'`]|["'`]node["'`]/,
  },
  {
    rule: "remote-code",
    call: /^(?:require|import|module\.require|process\.mainModule\.require)$/,
    given: /^"(?:\/|~|(?:\.\.\/){4})/,
    when: /["'`](?:\/|~|\.\.\/\.\.\/\.\.)/,
  },
  { rule: "native-code", call: /^WebAssembly\.(?:compile|instantiate|Module)$/ },
  {
    rule: "unsafe-load",
    call: /^(?:node-serialize|serialize-javascript|serialize-to-js|v8|funcster|cryo|bson|php-serialize|@nestjs\/serializer)\.(?:un|de)(?:ep)?[sS]erialize\w*$|^(?:v8\.)?(?:Default)?Deserializer(?:\(\)\.readValue)?$|^js-yaml\.unsafeLoad(?:All)?$|\.unserialize$|^(?:cryo|jsonfn|JSONfn)\.parse$|^funcster\.deepDeserialize$/,
  },
  {
    // Types of functions are read as functions.
    rule: "unsafe-load",
    call: /^js-yaml\.load(?:All)?$/,
    given: /DEFAULT_FULL_SCHEMA|js-yaml-js-types|\.extend\(/,
    when: /js-yaml-js-types|DEFAULT_FULL_SCHEMA|!!js\//,
  },
  { rule: "shell", call: new RegExp(String.raw`^child_process\.${RUNS}$`), value: true },
  { rule: "shell", call: /^child_process\.then$/, when: /\bexec(?:Sync)?\b|\bshell:/ },
  {
    rule: "shell",
    call: /(?:^|\.)(?:execSync|execCommandSync|execaCommand(?:Sync)?|spawnSync)$/,
    given: BY_SHELL,
  },
  { rule: "shell", call: /(?:^|\.)execSync$/, given: /^(?!")\S|^"[^"]*\\u0000/ },
  {
    rule: "shell",
    call: /^(?:promisify|util\.promisify|Object\.(?:values|entries|keys|getOwnPropertyNames)|Reflect\.(?:ownKeys|get))$/,
    given: /\bchild_process\b/,
    wide: true,
    when: /child_process/,
  },
  { rule: "shell", call: new RegExp(String.raw`^child_process\.${STARTS}$`), given: BY_SHELL },
  { rule: "shell", call: /^(?:execa|cross-spawn)(?:\.\w+)?$/, given: BY_SHELL },
  {
    rule: "shell",
    call: /^zx(?:\.\$)?$|^execa\.(?:execaCommand(?:Sync)?|\$)$|^shelljs\.exec$|^(?:node-pty|pty\.js|node-cmd|shell-exec|exec-sh|command-exists|child-process-promise|child-process-es6-promise|exec-promise|mz\/child_process|promisify-child-process|ssh2)\.(?:spawn|run|exec|default|runSync|execSync|then)$|^(?:shell-exec|exec-sh)$/,
  },
  { rule: "shell", call: /^Bun\.\$$|^Deno\.(?:run|Command)$/, given: ASKS_SHELL },
  { rule: "shell", call: /^cluster\.setup(?:Primary|Master)$/, given: ASKS_SHELL },
  { rule: "shell", call: /^process\.binding\(\)\.\w+$/ },
  {
    // A program that prints the environment and nothing else.
    rule: "credentials",
    call: /^child_process\.\w+$/,
    given: /^"(?:[^"\s]*\/)?(?:printenv|env)"(?:$|, (?:\[\]|\{|function))/,
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
  {
    rule: "unknown-host",
    call: /(?:^|\.)(?:lookup|resolve(?:Txt|4|6|Any|Mx|Cname|Srv|Ns)|connect|createConnection|createSocket|goto|dial)$/,
    texts: "hosts",
    wide: true,
  },
  { rule: "unknown-host", call: /^Request$/, given: /^"[^"\\]*"/, texts: "hosts", wide: true },
  { rule: "path-escape", call: WRITES, texts: "outside" },
  {
    rule: "path-escape",
    call: /^process\.chdir$|^Bun\.write$|^Deno\.(?:write\w+|remove|rename|mkdir|symlink|link|copyFile|chmod|open|create)(?:Sync)?$|^fs-extra\.(?:remove|move|ensure\w+|outputJson)(?:Sync)?$/,
    texts: "outside",
  },
  { rule: "hidden-code", call: /^(?:\w+\.)?atob$|^Buffer\.from$/, texts: "hidden", severe: true },
  {
    rule: "hidden-code",
    call: /^zlib\.(?:inflate|gunzip|unzip|inflateRaw|brotliDecompress)(?:Sync)?$/,
    texts: "known",
    severe: true,
  },
  { rule: "git-hook", call: WRITES, texts: "hooks" },
  { rule: "git-hook", call: OPENS, given: TO_WRITE, texts: "hooks" },
  { rule: "path-escape", call: OPENS, given: TO_WRITE, texts: "outside" },
];
