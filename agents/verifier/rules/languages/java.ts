import { anyOf } from "../../any-of.ts";
import type { CallRule } from "../calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

/** What Java may not do in code that is merged without a look (C24, D36). */
export const JAVA: readonly CallRule[] = [
  {
    rule: "eval",
    call: /ScriptEngine\w*(?:\(\))?[\w.()]*\.eval$|^engine\.eval$|getEngineByName\(\)\.eval$/,
  },
  {
    rule: "eval",
    call: /(?:^|\.)getEngineBy\w+$|(?:^|\.)getScriptEngine$|(?:^|\.)ScriptEngineManager$|(?:^|\.)(?:NashornScriptEngineFactory|RhinoScriptEngineFactory|GraalJSScriptEngine)[\w.()]*$/,
  },
  {
    rule: "eval",
    call: /(?:^|\.)(?:JShell\.(?:create|builder)|GroovyClassLoader|GroovyScriptEngine|Eval\.me|bsh\.Interpreter|PythonInterpreter|ScriptEvaluator|ExpressionEvaluator|SimpleCompiler|JexlBuilder|JexlEngine|Ognl\.(?:getValue|parseExpression)|MVEL\.(?:eval|executeExpression|compileExpression)|VelocityEngine|Velocity\.evaluate|ELProcessor|ExpressionFactory\.newInstance|Context\.(?:enter|create|newBuilder)|Lua|JexlScript|SpelExpressionParser|TemplateEngine\(\)\.process|AviatorEvaluator\.\w+|QLExpressRunner|ToolProvider\.\w+)$|\.(?:evaluateString|parseExpression|evaluateScript|compileScript)$|JShell\.create\(\)\.eval$/,
  },
  {
    rule: "eval",
    call: /^(?:\w+\.)*(?:GroovyShell|Interpreter)\(\)\.\w+$|SpelExpressionParser\(\)\.parseExpression$|ToolProvider\.getSystemJavaCompiler$/,
  },
  { rule: "shell", call: /(?:^|\.)Runtime(?:\.getRuntime\(\))?\.exec$|getRuntime\(\)\.exec$/ },
  {
    rule: "shell",
    call: /(?:^|\.)(?:CommandLine\.parse|DefaultExecutor(?:\(\)\.execute)?|ProcessExecutor(?:\(\)\.\w+)*|PtyProcessBuilder|ProcessGroovyMethods\.execute|ProcessImpl\.start)$/,
  },
  { rule: "shell", call: /\.(?:command|exec)$/, given: anyOf([ASKS_SHELL, RUNS_TEXT]) },
  {
    rule: "shell",
    call: /(?:^|\.)ProcessBuilder$|ProcessBuilder\(\)\.command(?:\(\)\.\w+)?$/,
    given: anyOf([ASKS_SHELL, RUNS_TEXT]),
  },
  {
    rule: "shell",
    call: /(?:^|\.)(?:Class\.forName|loadClass|findClass|defineHiddenClass)$|\.findSystemClass$/,
    given:
      /ObjectInputStream|XMLDecoder|Runtime|ProcessBuilder|ProcessImpl|ScriptEngine|Unsafe|ClassLoader|Groovy|JShell|\bSystem"|MethodHandles/,
  },
  { rule: "shell", call: /\.find(?:Virtual|Static)$/, given: /"exec"|Runtime|ProcessBuilder/ },
  {
    rule: "shell",
    call: /\.(?:get(?:Declared)?Method|findVirtual|findStatic|findSpecial|bind|unreflect)$/,
    given:
      /"(?:exec|eval|getRuntime|defineClass|start|load|loadLibrary|readObject|getenv|forName|halt|exit)"/,
  },
  {
    rule: "shell",
    call: /(?:^|\.)(?:System|Runtime|ProcessBuilder|ClassLoader|ScriptEngineManager|Unsafe)\.class\.get(?:Declared)?Methods?$/,
  },
  {
    rule: "unsafe-load",
    call: /(?:^|\.)ObjectInputStream(?:\(\)\.readObject)?$|XMLDecoder(?:\(\)\.readObject)?$|XStream\(\)\.fromXML$/,
  },
  { rule: "unsafe-load", call: /\.enableDefaultTyping$|\.activateDefaultTyping\w*$/ },
  {
    rule: "unsafe-load",
    call: /\.(?:readObject|readUnshared|readClassAndObject|fromXML|readObjectOverride|deserialize\w*|unmarshal)$|(?:^|\.)(?:SerializationUtils\.(?:deserialize|clone)|MarshalledObject\(\)\.get|SealedObject\(\)\.getObject|SignedObject\(\)\.getObject|Hessian2?Input[\w.()]*|Kryo|XStream|XMLDecoder|ObjectInputStream|JSON\.parseObject|BinaryFormatter|FSTObjectInput|InitialContext\(\)\.lookup|InitialContext\.doLookup|Naming\.lookup|LocateRegistry\.\w+|RMIConnector\w*)$/,
    unless: /\.class$/,
  },
  {
    rule: "unsafe-load",
    call: /(?:^|\.)Yaml(?:\(\)\.load)?$/,
    unless: /SafeConstructor/,
    given: /^$|^\w/,
  },
  {
    rule: "native-code",
    call: /(?:^|\.)(?:System|Runtime(?:\.getRuntime\(\))?)\.(?:load|loadLibrary|load0|loadLibrary0)$|(?:^|\.)(?:getRuntime\(\)|runtime|r)\.(?:load|loadLibrary)$|(?:^|\.)(?:defineClass|defineAnonymousClass|URLClassLoader(?:\.newInstance)?|Native\.(?:load|loadLibrary|register)|NativeLibrary\.getInstance|SymbolLookup\.(?:libraryLookup|loaderLookup)|Linker\.nativeLinker|LibraryLoader\.create|Unsafe\.getUnsafe|VirtualMachine\.attach|loadAgent\w*|Instrumentation\.\w+)$/,
  },
  {
    rule: "unknown-host",
    call: /(?:^|\.)(?:URL|URL\.of|URI|URI\.create|\w*Socket|SSLSocket|createSocket|InetSocketAddress|InetSocketAddress\.createUnresolved|SocketChannel\.open|AsynchronousSocketChannel\.open\(\)\.connect|Http(?:Get|Post|Put|Patch|Delete|Head|Host|Request\.newBuilder)|InetAddress\.get\w+|Inet4Address\.get\w+|DatagramPacket|url|uri|newCall|baseUrl|connect|Jsoup\.connect|Request\.(?:Get|Post|Put)|Unirest\.\w+|WebClient\.create|RestClient\.create|ManagedChannelBuilder\.\w+|FTPClient\(\)\.connect|RestTemplate\(\)\.\w+|DriverManager\.getConnection|UriComponentsBuilder\.\w+|HttpUrl\.\w+|openConnection|InitialDirContext|setHost\w*|host)$/,
    texts: "hosts",
  },
  {
    rule: "credentials",
    call: /(?:^|\.)(?:Paths?\.(?:get|of)|File|FileReader|FileInputStream|RandomAccessFile|Scanner|Files\.\w+|FileChannel\.open|resolve\w*|FileUtils\.\w+|FileSystems\.getDefault\(\)\.getPath|IOUtils\.\w+|MoreFiles\.\w+)$/,
    texts: "keys",
    severe: true,
  },
  {
    rule: "credentials",
    call: /^System\.getenv\(\)\.(?:toString|entrySet|forEach)$/,
    severe: true,
  },
  {
    rule: "path-escape",
    call: /(?:^|\.)(?:FileWriter|FileOutputStream|PrintWriter|PrintStream|RandomAccessFile|Formatter|FileHandler|Files\.(?:write\w*|delete\w*|copy|move|create\w*|new(?:Output|Buffered(?=W)|Byte)\w*|set\w+|walkFileTree|asCharSink|asByteSink|touch)|FileUtils\.\w+|FileChannel\.open|AsynchronousFileChannel\.open|File(?:\(\))?\.(?:delete\w*|mkdirs?|renameTo|createNewFile|setExecutable|setWritable)|FileSystemUtils\.\w+)$/,
    texts: "outside",
  },
  { rule: "hidden-code", call: /Decoder\(\)\.decode$/, texts: "hidden", severe: true },
  {
    rule: "git-hook",
    call: /(?:^|\.)(?:FileWriter|FileOutputStream|PrintWriter|Files\.\w+|Paths?\.\w+)$/,
    texts: "hooks",
  },
];
