import { anyOf } from "../any-of.ts";
import type { CallRule } from "./calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

/** What Java may not do in code that is merged without a look (C24, D36). */
export const JAVA: readonly CallRule[] = [
  {
    rule: "eval",
    call: /ScriptEngine\w*(?:\(\))?[\w.()]*\.eval$|^engine\.eval$|getEngineByName\(\)\.eval$/,
  },
  { rule: "eval", call: /(?:^|\.)getEngineByName$/ },
  {
    rule: "eval",
    call: /^(?:\w+\.)*(?:GroovyShell|Interpreter)\(\)\.\w+$|SpelExpressionParser\(\)\.parseExpression$|ToolProvider\.getSystemJavaCompiler$/,
  },
  { rule: "shell", call: /(?:^|\.)Runtime(?:\.getRuntime\(\))?\.exec$|getRuntime\(\)\.exec$/ },
  {
    rule: "shell",
    call: /(?:^|\.)ProcessBuilder$|ProcessBuilder\(\)\.command(?:\(\)\.\w+)?$/,
    given: anyOf([ASKS_SHELL, RUNS_TEXT]),
  },
  {
    rule: "shell",
    call: /(?:^|\.)Class\.forName$|loadClass$/,
    given: /ObjectInputStream|XMLDecoder|Runtime|ProcessBuilder|ProcessImpl|ScriptEngine/,
  },
  { rule: "shell", call: /\.find(?:Virtual|Static)$/, given: /"exec"|Runtime|ProcessBuilder/ },
  {
    rule: "shell",
    call: /\.get(?:Declared)?Method$/,
    given: /^"(?:exec|eval|getRuntime|defineClass)"/,
  },
  {
    rule: "shell",
    call: /(?:^|\.)(?:System|Runtime|ProcessBuilder|ClassLoader|ScriptEngineManager|Unsafe)\.class\.get(?:Declared)?Methods?$/,
  },
  {
    rule: "unsafe-load",
    call: /(?:^|\.)ObjectInputStream(?:\(\)\.readObject)?$|XMLDecoder(?:\(\)\.readObject)?$|XStream\(\)\.fromXML$/,
  },
  { rule: "unsafe-load", call: /\.enableDefaultTyping$|\.activateDefaultTyping$/ },
  {
    rule: "unsafe-load",
    call: /(?:^|\.)Yaml(?:\(\)\.load)?$/,
    unless: /SafeConstructor/,
    given: /^$|^\w/,
  },
  {
    rule: "native-code",
    call: /^System\.(?:load|loadLibrary)$|(?:^|\.)(?:defineClass|URLClassLoader)$/,
  },
  {
    rule: "unknown-host",
    call: /(?:^|\.)(?:URL|URI|URI\.create|Socket|SSLSocket|InetSocketAddress|HttpGet|HttpPost|InetAddress\.getByName|DatagramPacket|url|newCall|Jsoup\.connect|RestTemplate\(\)\.\w+)$/,
    texts: "hosts",
  },
  {
    rule: "credentials",
    call: /(?:^|\.)(?:Paths?\.(?:get|of)|File|FileReader|FileInputStream|Files\.\w+)$/,
    texts: "keys",
    severe: true,
  },
  {
    rule: "credentials",
    call: /(?:^|\.)(?:println|print|write|writeValueAsString|toString|ofString|toJson)$/,
    given: /System\.getenv\(\s*\)/,
    severe: true,
  },
  {
    rule: "credentials",
    call: /^System\.getenv\(\)\.(?:toString|entrySet|forEach)$/,
    severe: true,
  },
  {
    rule: "path-escape",
    call: /(?:^|\.)(?:FileWriter|FileOutputStream|PrintWriter|Files\.(?:write\w*|delete\w*|copy|move|create\w*))$/,
    texts: "outside",
  },
  { rule: "hidden-code", call: /Decoder\(\)\.decode$/, texts: "hidden", severe: true },
  {
    rule: "git-hook",
    call: /(?:^|\.)(?:FileWriter|FileOutputStream|PrintWriter|Files\.\w+|Paths?\.\w+)$/,
    texts: "hooks",
  },
];
