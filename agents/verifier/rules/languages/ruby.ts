import { anyOf } from "../../any-of.ts";
import type { CallRule } from "../calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

const OPEN = /^"[^"]*(?:\\u0000|[;&|<>`$*])|^(?!["\s[{]|nil)\w[\w.@]*(?:\(.*\)$|(?: [^,]*)?$)|^@/;

const TAKES_METHOD =
  /(?:^|\.)(?:method|public_method|instance_method|public_instance_method|singleton_method)$/;

/** What Ruby may not do in code that is merged without a look (C24, D36). */
export const RUBY: readonly CallRule[] = [
  {
    rule: "eval",
    call: /^(?:Kernel\.|binding\.|\w+\.)?eval$|^TOPLEVEL_BINDING\.eval$/,
    given: /\S/,
  },
  { rule: "eval", call: /(?:^|\.)(?:instance_eval|class_eval|module_eval)$/, given: /\S/ },
  {
    rule: "eval",
    call: /(?:^|\.)(?:instance_exec|class_exec|module_exec|define_method)$/,
    given: /^"|^\w+$/,
    unless: /function|^&/,
  },
  {
    rule: "eval",
    call: /^(?:ERB\.new\(\)\.(?:result|result_with_hash|run|def_method)|RubyVM\.InstructionSequence[\w.()]*|\?sent|irb|IRB\.\w+|binding\.irb|Ripper\.\w+)$/,
  },
  {
    rule: "eval",
    call: /(?:^|\.)(?:TOPLEVEL_BINDING|binding|Binding)(?:\(\))?\.(?:eval|receiver\.\w*eval|local_variable_set|irb|pry)$/,
  },
  {
    rule: "eval",
    call: /^(?:Kernel\.)?(?:load|require|require_relative|autoload)$/,
    given: /^"(?:\/|~|https?:|(?:\.\.\/){3})|Tempfile|tmpdir|\.path$/,
  },
  { rule: "eval", call: /^(?:Object|Kernel|Module|Class|self)\.(?:\?|const_get\.\?)$/ },
  {
    // Taken whole, by whatever name: `Object.const_get(:ENV).to_h`.
    rule: "credentials",
    call: /^ENV\.(?:to_h|to_hash|to_a|to_s|inspect|entries|each|each_pair|map|collect|dup|clone)$/,
    severe: true,
  },
  {
    rule: "eval",
    call: /^(?:Slim|Haml|Erubi|Erubis|Tilt|Liquid)\.[\w.()]*(?:new|render|result|eval)$/,
    given: /^(?!")\w/,
  },
  {
    rule: "unsafe-load",
    call: /^(?:Marshal\.(?:load|restore|\?)|(?:YAML|Psych)\.(?:unsafe_load|unsafe_load_file|unsafe_load_stream|load|load_file|load_stream|load_documents|\?)|(?:YAML|Psych)\.(?:parse|parse_file|parse_stream)\(\)(?:\.\w+(?:\(\))?)*\.(?:to_ruby|transform)|(?:YAML|Psych)\.Store\.new[\w.()]*|PStore\.new|Oj\.(?:load|object_load|load_file)|Ox\.(?:load|parse_obj)|DRb\w*\.\w+|JSON\.unsafe_load|Syck\.\w+|(?:Psych\.)?Visitors\.ToRuby[\w.()]*|SerializationHelper\.\w+)$/,
    unless: /permitted_classes|"safe|:strict|mode=.strict/,
  },
  { rule: "unsafe-load", call: /^JSON\.\w+$/, given: /create_additions\s*[:=]\s*(?!false)/ },
  { rule: "unsafe-load", call: /(?:^|\.)(?:unsafe_load\w*|to_ruby)$/ },
  { rule: "shell", call: /^(?:Kernel\.|Process\.)?(?:system|exec|spawn)$/, given: OPEN },
  {
    rule: "shell",
    call: /^(?:Kernel\.|Process\.)?(?:system|exec|spawn)$/,
    given: anyOf([ASKS_SHELL, RUNS_TEXT]),
  },
  {
    rule: "shell",
    call: /^(?:IO\.popen|Open3\.\w+|PTY\.(?:spawn|getpty)|Open4\.\w+|POSIX\.Spawn[\w.()]*|Process\.(?:detach|daemon)|Shell\.new\(\)\.\w+|TTY\.Command[\w.()]*|Mixlib\.ShellOut\.new|Rake\.sh|sh|Cocaine\.CommandLine\.new|Terrapin\.CommandLine\.new|ChildProcess\.build|Kernel\.`|`)$/,
    given: OPEN,
  },
  {
    rule: "shell",
    call: /^(?:IO\.popen|Open3\.\w+|PTY\.\w+|Process\.(?:spawn|exec)|ChildProcess\.build)$/,
    given: anyOf([ASKS_SHELL, RUNS_TEXT]),
  },
  { rule: "shell", call: /(?:^|\.)(?:Kernel|Process|IO|PTY|Open3)\.\?$/ },
  { rule: "shell", call: /^Open3\.pipeline\w*$/, given: /^\*?\w/ },
  {
    rule: "shell",
    call: TAKES_METHOD,
    given: /^"(?:system|exec|spawn|popen|`|capture\w+|pipeline\w*)"/,
  },
  { rule: "eval", call: TAKES_METHOD, given: /^"(?:eval|(?:instance|class|module)_eval)"/ },
  {
    rule: "unsafe-load",
    call: /^(?:Marshal|YAML|Psych)\.(?:method|public_method|singleton_method)$/,
    given: /load|restore/,
  },
  {
    rule: "shell",
    call: /^(?:alias_method|def_delegators?|instance_delegate|define_method)$/,
    given: /,\s*"(?:system|exec|spawn|popen|`|eval|instance_eval|capture\w+)"/,
  },
  { rule: "shell", call: /^(?:Kernel\.)?syscall$/ },
  {
    rule: "shell",
    call: /^(?:Kernel\.|IO\.|URI\.)?(?:open|read|readlines|foreach|binread|write)$/,
    given: /^"\|/,
  },
  {
    rule: "native-code",
    call: /^(?:Fiddle(?:\.\w+)*\.(?:dlopen|new|\[\]|call|dlload|extern)|Fiddle\.\w+|DL\.\w+|FFI\.(?:DynamicLibrary|Function|Library|MemoryPointer)[\w.()]*|ffi_lib|attach_function|dlload|Win32API\.new|Inline\.\w+|inline|RubyInline\.\w+)$/,
  },
  {
    rule: "native-code",
    call: /^(?:require|require_relative|load)$/,
    given: /\.(?:so|bundle|dll|dylib)"|^"(?:fiddle(?:\/import)?|ffi|inline|dl)"/,
  },
  {
    rule: "reverse-shell",
    call: /(?:\$?std(?:in|out|err)|STD(?:IN|OUT|ERR))\.reopen$/,
    given: /sock|conn|client|TCPSocket|^\w+$/i,
    severe: true,
  },
  {
    rule: "unknown-host",
    call: /^(?:Net\.\w+|URI|HTTParty|Faraday|RestClient|OpenURI|TCPSocket|UDPSocket|SSLSocket|OpenSSL|Socket|Addrinfo|IPAddr|IPSocket|HTTP|HTTPX|HTTPClient|Excon|Typhoeus|Curl|Curb|Mechanize|Patron|EventMachine|EM|Async|Resolv|Mail|Redis|Mongo|Bunny|Kafka|WebSocket|Faye|Manticore|Addressable|Em|Ethon|Down|Octokit|Aws|Gem\.Remote\w+|DRbObject|XMLRPC|Telnet)\b[\w.()]*$/,
    texts: "hosts",
  },
  { rule: "unknown-host", call: /^(?:open|require)$/, given: /^"https?:/, texts: "hosts" },
  {
    rule: "credentials",
    call: /^(?:File|IO|Dir|Pathname|FileUtils|Tempfile|Kernel)(?:\.new\(\)|\(\))?\.\w+$|^(?:open|Pathname|read|readlines)$/,
    texts: "keys",
    severe: true,
  },
  {
    rule: "credentials",
    call: /^ENV(?:\.to_h\(\)|\.to_a\(\))?\.(?:to_json|inspect|to_yaml)$/,
    severe: true,
  },
  {
    rule: "path-escape",
    call: /^(?:File\.(?:write|binwrite|delete|rename|symlink|link|chmod|chown|lchmod|unlink|truncate|utime|mkfifo)|FileUtils(?:\.\w+)*\.\w+|Dir\.(?:chdir|mkdir|rmdir|delete|unlink|mktmpdir)|IO\.(?:write|binwrite|sysopen|copy_stream)|Pathname(?:\.new\(\)|\(\))[\w.()]*\.(?:write|binwrite|delete|unlink|rmtree|rmdir|mkpath|mkdir|rename|make_link|make_symlink|chmod|truncate|utime)|(?:rm|rm_rf|rm_r|rm_f|mv|cp|cp_r|mkdir_p|ln_s|touch|install|remove_dir|remove_entry\w*))$/,
    texts: "outside",
  },
  {
    rule: "path-escape",
    call: /^(?:File\.(?:open|new)|open|Kernel\.open|Pathname(?:\.new\(\)|\(\))[\w.()]*\.open|IO\.sysopen)$/,
    given: /"[wa][b+]?[:\w+-]*"|"r\+"|\bFile::(?:WRONLY|CREAT|APPEND|RDWR|TRUNC)|mode:/,
    texts: "outside",
  },
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
