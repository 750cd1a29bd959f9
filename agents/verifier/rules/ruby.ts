import { anyOf } from "../any-of.ts";
import type { CallRule } from "./calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

const OPEN = /^"[^"]*(?:\\u0000|[;&|<>`$*])|^(?!["\s[{]|nil)\w[\w.@]*(?:\(.*\))?$|^@/;

/** What Ruby may not do in code that is merged without a look (C24, D36). */
export const RUBY: readonly CallRule[] = [
  {
    rule: "eval",
    call: /^(?:Kernel\.|binding\.|\w+\.)?eval$|^TOPLEVEL_BINDING\.eval$/,
    given: /\S/,
  },
  { rule: "eval", call: /(?:^|\.)(?:instance_eval|class_eval|module_eval)$/, given: /\S/ },
  { rule: "eval", call: /^(?:ERB\.new\(\)\.result|RubyVM\.InstructionSequence\.\w+|\?sent)$/ },
  {
    rule: "unsafe-load",
    call: /^(?:Marshal\.(?:load|restore)|YAML\.(?:unsafe_load|unsafe_load_file|load)|Psych\.(?:unsafe_load|load)|Oj\.load)$/,
  },
  { rule: "shell", call: /^(?:Kernel\.|Process\.)?(?:system|exec|spawn)$/, given: OPEN },
  {
    rule: "shell",
    call: /^(?:Kernel\.|Process\.)?(?:system|exec|spawn)$/,
    given: anyOf([ASKS_SHELL, RUNS_TEXT]),
  },
  { rule: "shell", call: /^(?:IO\.popen|Open3\.\w+|PTY\.spawn)$/, given: OPEN },
  { rule: "shell", call: /^(?:Kernel\.)?open$/, given: /^"\|/ },
  { rule: "native-code", call: /^(?:Fiddle\.dlopen|Fiddle\.Function\.new|DL\.dlopen)$/ },
  {
    rule: "unknown-host",
    call: /^(?:Net\.HTTP|URI|HTTParty|Faraday|RestClient|OpenURI|TCPSocket|Socket|HTTP|Excon|Typhoeus)\b[\w.()]*$/,
    texts: "hosts",
  },
  { rule: "unknown-host", call: /^(?:open|require)$/, given: /^"https?:/, texts: "hosts" },
  {
    rule: "credentials",
    call: /^(?:File|IO|Dir|Pathname)\.(?:read|open|join|expand_path|readlines|binread|glob|new|foreach)$/,
    texts: "keys",
    severe: true,
  },
  {
    rule: "credentials",
    call: /(?:^|\.)(?:puts|print|p|post|post_form|generate|dump|to_json)$/,
    given: /\bENV\b(?!\s*[[.])|\bENV\.(?:to_h|to_a|map|inspect|each)/,
    severe: true,
  },
  {
    rule: "credentials",
    call: /^ENV(?:\.to_h\(\)|\.to_a\(\))?\.(?:to_json|inspect|to_yaml)$/,
    severe: true,
  },
  {
    rule: "path-escape",
    call: /^(?:File\.(?:write|delete|rename|symlink|chmod|unlink)|FileUtils\.\w+|Dir\.(?:mkdir|rmdir|delete)|IO\.write)$/,
    texts: "outside",
  },
  { rule: "path-escape", call: /^File\.(?:open|new)$/, given: /, "[wa]/, texts: "outside" },
  { rule: "hidden-code", call: /(?:decode64|\.unpack1?)$/, texts: "hidden", severe: true },
  {
    rule: "git-hook",
    call: /^(?:File|IO|FileUtils|Pathname)(?:\.new\(\)[\w.()]*)?\.\w+$/,
    texts: "hooks",
  },
  {
    rule: "hidden-code",
    call: /^Zlib\.(?:\w+\.)?(?:inflate|gunzip|new)$/,
    texts: "known",
    severe: true,
  },
];
