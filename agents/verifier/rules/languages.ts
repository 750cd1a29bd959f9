import { anyOf, oneOf } from "../any-of.ts";
import type { TextRule } from "./text.ts";

/** A call of one of the functions that are named alone, not as part of a longer name. */
const callOf = (names: string) => new RegExp(String.raw`(?<![\w])${oneOf(names)}\s*\(`, "g");
const HOME = String.raw`(?:~|\$HOME|\$\{HOME\}|\/root|\/home\/\w+)`;
const READERS = String.raw`(?:\/\S*\/)?(?:(?:ba|z|da|k)?sh|python[\d.]*|node|perl|ruby)\b`;

/** What Python may not do in code that is merged without a look (C24, D36). */
export const PYTHON: readonly TextRule[] = [
  { rule: "eval", call: /(?<![\w.])(?:builtins\.)?(?:eval|exec)\s*\(/g },
  { rule: "eval", call: /(?<![\w.])__import__\s*\(/g, given: /\)\s*\.\s*system|\(\s*["']\s*["']/ },
  { rule: "eval", call: /(?<![\w.])getattr\s*\(\s*(?:__builtins__|builtins)/g },
  { rule: "unsafe-load", call: /\b(?:c?[pP]ickle|dill|marshal|shelve)\.(?:loads?|open)\s*\(/g },
  {
    rule: "unsafe-load",
    call: /\bfrom\s+(?:c?[pP]ickle|dill|marshal)\s+import\b[^\n]*\bloads?\b/g,
  },
  {
    rule: "unsafe-load",
    call: /\byaml\.(?:unsafe_load|load)\s*\(/g,
    given: /^yaml\.unsafe|^(?!.*SafeLoader)/s,
  },
  { rule: "shell", call: /\bos\.(?:system|popen|exec[lv]\w*|spawn[lv]\w*)\s*\(/g },
  { rule: "shell", call: /\bfrom\s+os\s+import\b[^\n]*\b(?:system|popen)\b/g },
  { rule: "shell", call: /\b(?:commands|subprocess)\.(?:getoutput|getstatusoutput)\s*\(/g },
  {
    rule: "shell",
    call: /\b(?:run|call|check_call|check_output|Popen)\s*\(/g,
    given: /\bshell\s*=\s*(?!False\b)\S/,
  },
  {
    rule: "shell",
    call: /\b(?:run|call|check_call|check_output|Popen)\s*\(/g,
    written: /\(\s*\[\s*["'](?:\/\S*\/)?(?:ba|z|da)?sh["']/,
  },
  { rule: "shell", call: /\basyncio\.create_subprocess_shell\s*\(/g },
  {
    rule: "unknown-host",
    call: /\b(?:requests|httpx|aiohttp|urllib\d?(?:\.request)?|session|client|http)\.\w+\s*\(/g,
    strings: "hosts",
  },
  { rule: "unknown-host", call: /(?<![\w.])(?:urlopen|urlretrieve)\s*\(/g, strings: "hosts" },
  {
    rule: "credentials",
    call: /(?<![\w])(?:open|read_text|Path|expanduser|join)\s*\(/g,
    strings: "keys",
    severe: true,
  },
  {
    rule: "credentials",
    call: /\b(?:json\.dumps|print|str|repr|dict|post|put)\s*\(/g,
    given: /\bos\.environ\b(?!\s*[[.])/,
    severe: true,
  },
  {
    rule: "hidden-code",
    call: /\b(?:b64decode|a85decode|b85decode|unhexlify|fromhex)\s*\(/g,
    strings: "hidden",
    severe: true,
  },
  {
    rule: "path-escape",
    call: callOf(`open write_text write_bytes Path rmtree remove unlink makedirs mkdir copy\\w* move
      rename symlink chmod`),
    written:
      /["'][wax+]b?["']|write|rmtree|remove|unlink|mkdir|makedirs|copy|move|rename|symlink|chmod/,
    strings: "outside",
  },
];

export const GO: readonly TextRule[] = [
  {
    rule: "shell",
    call: /\bexec\.Command(?:Context)?\s*\(/g,
    written: /["`](?:\/\S*\/)?(?:(?:ba|z|da)?sh|cmd(?:\.exe)?|powershell)["`]/,
  },
  { rule: "shell", call: /\bsyscall\.(?:Exec|ForkExec)\s*\(/g },
  { rule: "native-code", call: /\bplugin\.Open\s*\(/g },
  { rule: "unknown-host", call: /\b(?:http|client|net|websocket)\.\w+\s*\(/g, strings: "hosts" },
  {
    rule: "credentials",
    call: /\b(?:os\.(?:Open|ReadFile)|ioutil\.ReadFile|filepath\.Join)\s*\(/g,
    strings: "keys",
    severe: true,
  },
  { rule: "hidden-code", call: /\bDecodeString\s*\(/g, strings: "hidden", severe: true },
  {
    rule: "path-escape",
    call: callOf(`os\\.WriteFile ioutil\\.WriteFile os\\.Create os\\.Remove(?:All)?
      os\\.Mkdir(?:All)?
      os\\.Rename os\\.Symlink os\\.Chmod`),
    strings: "outside",
  },
];

export const RUBY: readonly TextRule[] = [
  {
    rule: "eval",
    call: /(?<![\w.:])(?:(?:instance_|class_|module_|binding\.)?eval)\b\s*\(?(?=\s*["'\w(])/g,
  },
  { rule: "unsafe-load", call: /\b(?:Marshal\.load|YAML\.(?:unsafe_load|load))\b\s*\(?/g },
  {
    rule: "shell",
    call: /(?<![\w.:])(?:Kernel\.)?(?:system|exec|spawn)\b\s*\(?(?=\s*["'])/g,
    written: /#\{|^[\w.]+\s*\(?\s*["'][^"',]*["']\s*\)?\s*$/m,
  },
  { rule: "shell", call: /\b(?:IO\.popen|Open3\.\w+)\s*\(?(?=\s*["'])/g },
  { rule: "shell", call: /`(?=[^`\n]+`)/g },
  { rule: "shell", call: /%x[{([|]/g },
  {
    rule: "unknown-host",
    call: /\b(?:Net::HTTP|URI|HTTParty|Faraday|RestClient|OpenURI)\b[.\w]*\s*\(?/g,
    strings: "hosts",
  },
  {
    rule: "credentials",
    call: /\bFile\.(?:read|open|join|expand_path)\s*\(?/g,
    strings: "keys",
    severe: true,
  },
  {
    rule: "hidden-code",
    call: /\b(?:Base64\.\w*decode64|unpack1?)\s*\(?/g,
    strings: "hidden",
    severe: true,
  },
  {
    rule: "path-escape",
    call: /\b(?:File\.(?:write|delete|rename|symlink|chmod)|FileUtils\.\w+)\s*\(?/g,
    strings: "outside",
  },
];

/** Shell scripts, Dockerfiles and Makefiles: their strings run, so nothing of them is blanked. */
export const SHELL: readonly TextRule[] = [
  {
    rule: "remote-code",
    call: new RegExp(
      String.raw`\b(?:curl|wget|fetch)\b[^\n|;]{0,1000}\|\s*(?:sudo\s+)?${READERS}`,
      "g",
    ),
    severe: true,
  },
  {
    rule: "remote-code",
    call: /(?:sh|\beval|\bsource|(?<=\s)\.)\s+(?:-c\s+)?["']?(?:<\(|\$\(|`)\s*(?:curl|wget)\b/g,
    severe: true,
  },
  {
    rule: "hidden-code",
    call: new RegExp(String.raw`\bbase64\s+(?:-d|-D|--decode)\b[^\n]{0,1000}\|\s*${READERS}`, "g"),
    severe: true,
  },
  { rule: "eval", call: /(?<=^|[;&|(\t ])eval\s+["']?[^\n]{0,500}\$/gm },
  { rule: "unknown-host", call: /\b(?:curl|wget)\b/g, strings: "hosts" },
  {
    rule: "reverse-shell",
    call: /\/dev\/(?:tcp|udp)\/|\bn(?:c|cat)\b[^\n]{0,500}\s-\w*[ec]\b/g,
    severe: true,
  },
  {
    rule: "credentials",
    call: new RegExp(
      `${HOME}/\\.${oneOf(`ssh/id_ ssh/authorized_keys aws/credentials netrc git-credentials
        kube/config docker/config`)}`,
      "g",
    ),
    severe: true,
  },
  {
    rule: "credentials",
    call: /\/etc\/(?:shadow|sudoers)\b|\/proc\/(?:self|\d+)\/environ/g,
    severe: true,
  },
  {
    rule: "credentials",
    call: /\b(?:printenv|env|export -p)\b\s*\|[^\n]{0,1000}\b(?:curl|wget|nc|ncat)\b/g,
    severe: true,
  },
  {
    rule: "path-escape",
    call: anyOf(
      [
        /\brm\s+-\w*[rf]\w*\s+(?:--\s+)?["']?\/(?!tmp\b|app\b|var\/lib\/apt|var\/cache)/,
        new RegExp(String.raw`\brm\s+-\w*[rf]\w*\s+(?:--\s+)?["']?${HOME}`),
      ],
      "g",
    ),
    severe: true,
  },
  {
    rule: "path-escape",
    call: anyOf(
      [
        />>?\s*["']?\/(?:etc|usr|bin|root|home)\//,
        new RegExp(String.raw`>>?\s*["']?${HOME}/\.(?:bashrc|zshrc|profile|gitconfig|ssh)`),
      ],
      "g",
    ),
  },
  { rule: "start-up", call: /\bcrontab\s+(?!-l)|\bgit\s+config\s+(?:--\w+\s+)*core\.hooksPath\b/g },
];

/** PHP, Java, Rust, Perl and others: the calls that every one of them would name. */
export const OTHER_CODE: readonly TextRule[] = [
  { rule: "eval", call: /(?<![\w.>:$-])eval\s*\(/g },
  { rule: "eval", call: /\bgetEngineByName\s*\(|\bcreate_function\s*\(/g },
  { rule: "unsafe-load", call: /(?<![\w>:$])unserialize\s*\(|\bnew\s+ObjectInputStream\s*\(/g },
  {
    rule: "shell",
    call: /(?<![\w.>:$])(?:system|popen|shell_exec|passthru|proc_open|pcntl_exec)\s*\(/g,
  },
  { rule: "shell", call: /\bRuntime\s*\.\s*getRuntime\s*\(\s*\)\s*\.\s*exec\s*\(/g },
  {
    rule: "shell",
    call: /\b(?:Command::new|ProcessBuilder|Process\.Start)\s*\(/g,
    written: /["'](?:\/\S*\/)?(?:(?:ba|z|da)?sh|cmd(?:\.exe)?|powershell)["']/,
  },
  {
    rule: "credentials",
    call: /\b(?:open|fopen|read_to_string|file_get_contents|readAllBytes|get|of)\s*\(/g,
    strings: "keys",
    severe: true,
  },
];
