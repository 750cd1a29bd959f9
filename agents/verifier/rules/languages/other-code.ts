import type { TextRule } from "../texts/text.ts";

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
    written: /["'](?:\/[^\s"']*\/)?(?:(?:ba|z|da)?sh|cmd(?:\.exe)?|powershell)["']/,
  },
  {
    rule: "credentials",
    call: /\b(?:open|fopen|read_to_string|file_get_contents|readAllBytes|get|of)\s*\(/g,
    strings: "keys",
    severe: true,
  },
];
