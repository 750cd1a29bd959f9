import { anyOf } from "../any-of.ts";
import type { CallRule } from "./calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

/** What Rust may not do in code that is merged without a look (C24, D36). */
export const RUST: readonly CallRule[] = [
  { rule: "shell", call: /(?:^|\.)Command\.new$/, given: ASKS_SHELL },
  {
    rule: "shell",
    call: /Command\.new\(\)[\w.()]*\.args?$/,
    given: anyOf([ASKS_SHELL, RUNS_TEXT]),
  },
  { rule: "native-code", call: /^(?:(?:core|std)\.arch\.)?(?:global_)?asm$/ },
  {
    rule: "shell",
    call: /^libc\.(?:system|popen|exec[lv]\w*)$|^nix\.unistd\.exec\w*$|(?:^|\.)(?:execvp?e?|execl)$/,
  },
  {
    rule: "eval",
    call: /(?:^|\.)(?:rhai\.)?Engine\.new\(\)\.(?:eval|run)\w*$|(?:^|\.)rlua?\b.*\.(?:load|eval|exec)$|Lua\.new\(\)\.load$/,
  },
  {
    rule: "native-code",
    call: /(?:^|\.)(?:libloading\.)?Library\.new$|^libc\.(?:dlopen|mmap|mprotect)$|(?:^|\.)mem\.transmute$/,
    given: /./,
  },
  { rule: "unsafe-load", call: /^(?:serde_pickle|serde_yaml_bw)\.(?:from_slice|from_reader)$/ },
  {
    rule: "unknown-host",
    call: /(?:^|\.)(?:reqwest|ureq|hyper|isahc|surf|tungstenite|attohttpc)\b[\w.()]*$|(?:^|\.)(?:TcpStream|UdpSocket)\.(?:connect\w*|bind)$|(?:^|\.)[cC]lient(?:\.new\(\))?\.(?:get|post|put|request)$|\.(?:send_to|to_socket_addrs)$/,
    texts: "hosts",
  },
  {
    rule: "credentials",
    call: /(?:^|\.)(?:read_to_string|read|File\.open|Path\.new|PathBuf\.from|join|push|include_str|include_bytes|read_dir|copy)!?$/,
    texts: "keys",
    severe: true,
  },
  {
    rule: "credentials",
    call: /(?:^|\.)(?:println|print|eprintln|format|to_string|json|body|write|writeln|send)!?$/,
    given: /\benv::vars\(\)/,
    severe: true,
  },
  {
    rule: "path-escape",
    call: /(?:^|\.)(?:fs\.(?:write|remove_\w+|create_dir\w*|rename|copy|hard_link)|File\.create|symlink|set_permissions|OpenOptions\.new\(\)[\w.()]*\.open)$/,
    texts: "outside",
  },
  {
    rule: "hidden-code",
    call: /(?:^|\.)(?:base64|STANDARD|hex)\.decode$/,
    texts: "hidden",
    severe: true,
  },
  {
    rule: "git-hook",
    call: /(?:^|\.)(?:fs\.\w+|File\.create\w*|symlink|OpenOptions\.new\(\)[\w.()]*\.open)$/,
    texts: "hooks",
  },
];
