import { anyOf, oneOf } from "../../any-of.ts";
import type { CallRule } from "../calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

const WRITES = oneOf(`WriteFile Create OpenFile Remove RemoveAll Mkdir MkdirAll Rename Symlink Link
  Chmod Chown Truncate Chdir OpenRoot CopyFS MkdirTemp CreateTemp Lchown Chtimes`);

/** What Go may not do in code that is merged without a look (C24, D36). */
export const GO: readonly CallRule[] = [
  {
    rule: "shell",
    call: /^(?:os\/exec|exec)\.Command(?:Context)?$/,
    given: anyOf([ASKS_SHELL, RUNS_TEXT]),
  },
  { rule: "shell", call: /^(?:os\/exec|exec)\.Cmd$/, given: ASKS_SHELL },
  {
    rule: "shell",
    call: /^(?:syscall|golang\.org\/x\/sys\/\w+|unix)\.(?:Exec|ForkExec|StartProcess)$/,
  },
  { rule: "shell", call: /^os\.StartProcess$/ },
  {
    rule: "shell",
    call: /^os\/exec\.(?:Command(?:Context)?|LookPath)$/,
    given: /^(?:\w+, )?"[^"]*\s/,
  },
  { rule: "shell", call: /^os\/exec\.LookPath$/, given: ASKS_SHELL },
  {
    rule: "eval",
    call: /(?:^|\.)(?:MethodByName|Lookup)\(\)\.Call$|^reflect\.ValueOf\(\)\.MethodByName$|^text\/template\.\?$/,
  },
  { rule: "unsafe-load", call: /^encoding\/gob\.NewDecoder$/ },
  {
    rule: "native-code",
    call: /^plugin\.Open$|^syscall\.(?:LoadDLL|LoadLibrary|NewLazyDLL|MustLoadDLL|Mmap|Mprotect|Syscall\w*|RawSyscall\w*)$|^golang\.org\/x\/sys\/\w+\.(?:Mmap|Mprotect|LoadDLL|NewLazyDLL|NewLazySystemDLL|LoadLibrary\w*)$|\bpurego\.\w+$/,
  },
  { rule: "native-code", call: /^C\.\w+$/ },
  { rule: "eval", call: /(?:^|\.)(?:yaegi|interp|otto|goja)\b[\w./()]*\.(?:Eval|RunString|Run)$/ },
  { rule: "unsafe-load", call: /^encoding\/gob\.NewDecoder\(\)\.Decode$/, given: /req|body|conn/i },
  {
    rule: "unknown-host",
    call: /^(?:net|net\/\w+(?:\/\w+)*|http|smtp|websocket|crypto\/tls|tls|golang\.org\/x\/(?:net|crypto)[\w/]*|github\.com\/(?:gorilla\/websocket|go-resty\/resty|valyala\/fasthttp|imroc\/req|miekg\/dns|nats-io|eclipse\/paho|redis|segmentio|streadway|rabbitmq|IBM\/sarama|jlaffaye\/ftp|pkg\/sftp|levigross|parnurzeal|hashicorp\/go-retryablehttp|quic-go)[\w/.-]*|syscall)\.[\w.()]+$|(?:^|\.)\w*(?:[cC]lient|[dD]ialer|[rR]esolver|[cC]onn|[tT]ransport)\w*(?:\(\))?\.\w+$|(?:^|\.)(?:Dial|Lookup|Resolve|Connect|SendMail)\w*$/,
    texts: "hosts",
  },
  {
    rule: "credentials",
    call: /^(?:os\.(?:Open|ReadFile|ReadDir|DirFS)|(?:io\/)?ioutil\.(?:ReadFile|ReadDir)|(?:path\/)?filepath\.(?:Join|Glob)|path\.Join)$/,
    texts: "keys",
    severe: true,
  },
  {
    rule: "path-escape",
    call: new RegExp(String.raw`^(?:os|io/ioutil|ioutil)\.${WRITES}$`),
    texts: "outside",
  },
  { rule: "unknown-host", call: /(?:^|\.|\/)url\.URL$/, texts: "hosts" },
  { rule: "hidden-code", call: /DecodeString$/, texts: "hidden", severe: true },
  {
    rule: "git-hook",
    call: new RegExp(String.raw`^(?:os|ioutil)\.${WRITES}$`),
    texts: "hooks",
  },
];
