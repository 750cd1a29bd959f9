import { anyOf } from "../../any-of.ts";
import type { CallRule } from "../calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

/** What Rust may not do in code that is merged without a look (C24, D36). */
export const RUST: readonly CallRule[] = [
  { rule: "shell", call: /(?:^|\.)Command\.new$/, given: ASKS_SHELL },
  {
    rule: "shell",
    call: /Command\.new\(\)[\w.()]*\.args?$/,
    given: anyOf([ASKS_SHELL, RUNS_TEXT]),
  },
  { rule: "native-code", call: /^(?:(?:core|std)\.arch\.)?(?:global_|naked_|llvm_)?asm!?$/ },
  {
    rule: "shell",
    call: /^libc\.(?:system|popen|exec[lv]\w*|fexecve|posix_spawnp?|fork|vfork)$|^nix\.(?:unistd\.(?:f?exec\w*|fork)|spawn\.\w+)$|(?:^|\.)(?:execvp?e?|execl[ep]?|posix_spawnp?)$|^(?:xshell\.cmd|cmd_lib\.run_\w+|run_cmd|run_fun|duct\.(?:sh|sh_dangerous)|duct_sh\.\w+|subprocess\.Exec\.shell|Exec\.shell|shell_words\.\w+|run_script\.\w+|shell\.cmd|rexpect\.\w+|execute\.shell|shell|portable_pty\.\w+)!?$/,
  },
  {
    rule: "eval",
    call: /(?:^|\.)(?:rhai\.)?Engine\.new\w*\(\)\.(?:eval|run|compile|consume|call)\w*$|(?:^|\.)rlua?\b.*\.(?:load|eval|exec)$|Lua\.(?:new|unsafe_new)\(\)\.load[\w.()]*$|(?:^|\.)(?:boa_engine\.[\w.()]*|Context\.default\(\)|Context\.new\(\)|JsRuntime\.new\(\)|PyModule\.from_code\w*|Interpreter\.\w+)\.(?:eval|execute_script|run|exec)\w*$|(?:^|\.)(?:py|Python)\.(?:run|eval|run_bound|eval_bound)$|(?:^|\.)(?:quick_js|rquickjs|deno_core|pyo3|rustpython_vm|starlark|mlua|hlua|gluon|dyon|mun_runtime|wasmtime|wasmer|v8)\.[\w.()]*(?:eval|run|exec|load|compile|Script\.compile|Module\.new|from_file|from_binary)\w*$/,
  },
  {
    rule: "native-code",
    call: /(?:^|\.)(?:libloading\.)?(?:os\.(?:unix|windows)\.)?(?:Library|DynamicLibrary|Container|DynLib|Symbol)\.(?:new|open|load\w*|this|from_raw|open_self)$|^(?:dlopen2?|sharedlib|libloading|dlib|dynlib|abi_stable|winapi|windows(?:_sys)?|memexec|userland_execve|libffi)\.[\w.()]+$|(?:^|\.)(?:dlopen|dlsym|mprotect|LoadLibrary\w*|VirtualAlloc\w*|memfd_create)$|^libc\.mmap$|(?:^|\.)(?:mem\.)?transmute(?:_copy)?$/,
    given: /./,
  },
  {
    rule: "unsafe-load",
    call: /(?:^|\.)(?:serde_pickle|pickled|serde_yaml_bw|abomonation|unabomonation|serde_closure|typetag|erased_serde|serde_traitobject|rkyv)\.(?:\w+\.)*(?:from_\w+|value_from_\w+|decode|deserialize\w*|Deserializer\w*|de|archived_root|access_unchecked)[\w.()]*$|(?:^|\.)(?:from_bytes_unchecked|archived_root|access_unchecked|value_from_(?:slice|reader))$/,
  },
  { rule: "reverse-shell", call: /(?:^|\.)(?:dup2|dup3|Stdio\.from_raw_fd)$/, severe: true },
  {
    rule: "unknown-host",
    call: /(?:^|\.)(?:reqwest|ureq|hyper|isahc|surf|tungstenite|tokio_tungstenite|attohttpc|minreq|http_req|awc|curl|ssh2|lettre|trust_dns_resolver|hickory_resolver|suppaftp|redis|lapin|rumqttc|tonic|ftp|native_tls|rustls|ehttp|gloo_net|quinn|socket2)\b[\w.()]*$|(?:^|\.)(?:TcpStream|UdpSocket|Ipv4Addr|Ipv6Addr|IpAddr|SocketAddr\w*|UnixStream|TcpSocket|Url|Uri|Request)(?:\.[\w()]+)*$|(?:^|\.)\w*[cC]lient\w*(?:\.(?:new|default|builder)\(\)[\w.()]*)?\.(?:get|post|put|patch|delete|head|request|execute|call|send\w*)$|\.(?:send_to|to_socket_addrs|lookup_host|lookup_ip|txt_lookup|connect\w*|parse)$|(?:^|\.)lookup_host$/,
    texts: "hosts",
  },
  {
    rule: "credentials",
    call: /(?:^|\.)(?:read_to_string|read|File\.open|Path\.new|PathBuf\.from|join|push|include_str|include_bytes|read_dir|copy)!?$/,
    texts: "keys",
    severe: true,
  },
  {
    rule: "path-escape",
    call: /(?:^|\.)(?:fs\.(?:write|remove_\w+|create_dir\w*|rename|copy|hard_link|soft_link|set_permissions)|File\.(?:create\w*|options[\w.()]*)|symlink\w*|hard_link|set_permissions|remove_(?:file|dir|dir_all)|create_dir(?:_all)?|rename|chown|lchown|(?:env\.)?set_current_dir|OpenOptions\.\w+\(\)[\w.()]*\.open|DirBuilder\.new\(\)[\w.()]*\.create|libc\.(?:unlink|rmdir|rename|open|chmod|chown|symlink|truncate))$/,
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
