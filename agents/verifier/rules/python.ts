import { anyOf, oneOf } from "../any-of.ts";
import type { CallRule } from "./calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

const STARTS = /^(?:subprocess)\.(?:run|call|check_call|check_output|Popen)$/;
const WRITES = oneOf(`open write_text write_bytes rmtree remove unlink makedirs mkdir copy copy2
  copyfile copytree move rename replace symlink symlink_to chmod rmdir touch`);

/** What Python may not do in code that is merged without a look (C24, D36). */
export const PYTHON: readonly CallRule[] = [
  { rule: "eval", call: /^(?:eval|exec)$/, value: true },
  { rule: "eval", call: /^globalThis\.\?$/ },
  {
    rule: "eval",
    call: /^(?:code\.InteractiveInterpreter\(\)\.\w+|runpy\.run_path|timeit\.timeit)$/,
  },
  { rule: "eval", call: /^types\.(?:FunctionType|CodeType)$/ },
  {
    rule: "unsafe-load",
    call: /^(?:_?c?pickle|cPickle|_pickle|dill|marshal|shelve|cloudpickle|jsonpickle)\.(?:loads?|open|Unpickler|decode)(?:\(\)\.load)?$/,
    value: true,
  },
  {
    rule: "unsafe-load",
    call: /^(?:joblib|torch)\.load$|^pandas\.read_pickle$|^pd\.read_pickle$/,
    unless: /weights_only=True/,
  },
  { rule: "unsafe-load", call: /^yaml\.(?:unsafe_load|unsafe_load_all|full_load)$/ },
  { rule: "unsafe-load", call: /^yaml\.(?:load|load_all)$/, unless: /SafeLoader/ },
  {
    rule: "shell",
    call: /^(?:os|posix|nt)\.(?:system|popen|exec[lv]\w*|spawn[lv]\w*|\?)$/,
    value: true,
  },
  { rule: "shell", call: /^(?:system|popen)$/, given: /^os\b|^posix\b/ },
  { rule: "shell", call: /^(?:commands|subprocess)\.(?:getoutput|getstatusoutput|\?)$/ },
  {
    rule: "shell",
    call: STARTS,
    given: /\bshell\s*=\s*(?!False\b|"False|0\b)\S|\*\*\{[^}]*["']shell["']/,
  },
  { rule: "shell", call: STARTS, given: anyOf([ASKS_SHELL, RUNS_TEXT]) },
  { rule: "shell", call: /(?:^|\.)partial$/, given: /\bshell\s*=\s*(?!False\b)\S/ },
  { rule: "shell", call: /^asyncio\.create_subprocess_shell$|^(?:pty\.spawn)$/ },
  { rule: "shell", call: /^(?:pexpect\.(?:spawn|run)|plumbum\.\w+|sh\.(?:bash|sh))$/ },
  { rule: "native-code", call: /^ctypes\.(?:CDLL|cdll\.LoadLibrary|PyDLL|pythonapi\.\w+)$/ },
  { rule: "reverse-shell", call: /^os\.dup2$/, given: /,\s*[012]$/, severe: true },
  {
    rule: "unknown-host",
    call: /^(?:requests|httpx|aiohttp|urllib\d?|urllib\.request|http\.client|session|client|http|socket|ftplib|smtplib|paramiko|websockets?)\b[\w.()]*$/,
    texts: "hosts",
  },
  {
    rule: "unknown-host",
    call: /(?:^|\.)(?:urlopen|urlretrieve|create_connection|gethostbyname)$/,
    texts: "hosts",
  },
  {
    rule: "unknown-host",
    call: /\.(?:connect|connect_ex|sendto)$/,
    given: /\(\s*["'][\w.-]+\.[\w.-]+["'],/,
    texts: "hosts",
  },
  {
    rule: "unknown-host",
    call: /\.(?:connect|connect_ex)$/,
    given: /\(\s*["']\d+\.\d+\.\d+\.\d+["']/,
    texts: "hosts",
  },
  {
    rule: "credentials",
    call: /(?:^|\.)(?:open|read_text|read_bytes|Path|expanduser|join|joinpath|copy\w*|listdir|glob)$/,
    texts: "keys",
    severe: true,
  },
  {
    rule: "credentials",
    call: /(?:^|\.)(?:dumps?|print|str|repr|dict|post|put|write|list|urlencode|pformat|pprint)$/,
    given: /\bos\.environ\b(?!\s*[[.]|\.get)|\bos\.environ\.(?:items|copy|values)\(/,
    severe: true,
  },
  { rule: "credentials", call: /^(?:keyring|browser_cookie3|win32crypt)\.\w+$/, severe: true },
  {
    rule: "path-escape",
    call: new RegExp(String.raw`(?:^|\.)(?!open$)${WRITES}$`),
    texts: "outside",
  },
  {
    rule: "path-escape",
    call: /^(?:io\.|codecs\.|builtins\.)?open$/,
    given: /["'](?:[wax+]b?t?\+?|[wa]b)["']/,
    texts: "outside",
  },
  {
    rule: "path-escape",
    call: /^(?:pathlib\.)?Path\(\)\.(?:write_\w+|unlink|rmdir|mkdir)$/,
    texts: "outside",
  },
  {
    rule: "hidden-code",
    call: /(?:^|\.)(?:\w*b64decode|a85decode|b85decode|unhexlify|fromhex|decodebytes)$/,
    texts: "hidden",
    severe: true,
  },
  {
    rule: "git-hook",
    call: new RegExp(String.raw`(?:^|\.)${WRITES}$`),
    texts: "hooks",
  },
  {
    rule: "hidden-code",
    call: /^(?:zlib|gzip|bz2|lzma|brotli)\.decompress$/,
    texts: "known",
    severe: true,
  },
];
