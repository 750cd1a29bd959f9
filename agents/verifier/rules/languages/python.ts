import { anyOf, oneOf } from "../../any-of.ts";
import type { CallRule } from "../calls.ts";
import { ASKS_SHELL, RUNS_TEXT } from "./shells.ts";

const STARTS = /^(?:subprocess)\.(?:run|call|check_call|check_output|Popen)$/;
const WRITES = oneOf(`open write_text write_bytes rmtree remove unlink makedirs mkdir copy copy2
  copyfile copytree move rename replace symlink symlink_to chmod rmdir touch hardlink_to link
  NamedTemporaryFile mkstemp mkdtemp TemporaryDirectory FileHandler chdir`);

/** What Python may not do in code that is merged without a look (C24, D36). */
export const PYTHON: readonly CallRule[] = [
  { rule: "eval", call: /^(?:eval|exec)$/, value: true },
  { rule: "eval", call: /^globalThis\.\?$/ },
  {
    rule: "eval",
    call: /^(?:code\.(?:InteractiveInterpreter|InteractiveConsole)(?:\(\)\.\w+)?|code\.(?:interact|compile_command)|codeop\.\w+|runpy\.run_\w+|timeit\.(?:timeit|repeat|Timer)(?:\(\)\.\w+)?|(?:cProfile|profile)\.(?:run|runctx|Profile\(\)\.(?:run|runctx))|pdb\.(?:run|runeval|runcall|Pdb\(\)\.\w+)|bdb\.Bdb\(\)\.\w+|trace\.Trace\(\)\.run\w*|doctest\.(?:debug_src|script_from_examples)|imp\.load_\w+|logging\.config\.listen|(?:tkinter\.)?Tcl\(\)\.eval|numexpr\.evaluate|sympy\.(?:sympify|parse_expr)|asteval\.Interpreter\(\)|lupa\.LuaRuntime\(\)\.\w+|js2py\.eval_js|execjs\.\w+|typing\._eval_type|typing\.ForwardRef\(\)\._evaluate|simpleeval\.simple_eval|RestrictedPython\.\w+|importlib\.util\.spec_from_loader|importlib\.machinery\.Source\w*FileLoader\(\)\.\w+)$/,
  },
  { rule: "eval", call: /^(?:compile|builtins\.compile)$/, given: /"(?:exec|single)"/ },
  {
    rule: "eval",
    call: /\.(?:exec_module|load_module|runsource|runcode|runctx|runeval|exec_code)$/,
  },
  {
    rule: "eval",
    call: /^(?:pandas|pd|df)\.(?:eval|query)$|(?:^|\.)DataFrame\(\)\.(?:eval|query)$/,
    given: /^(?!")\w/,
  },
  {
    rule: "eval",
    call: /^jinja2\.(?:Template|Environment\(\)\.from_string)$|\.render_template_string$|^flask\.render_template_string$/,
    given: /^(?!")\w/,
  },
  // What lies in such a folder is run when it is read.
  { rule: "eval", call: /^site\.(?:addsitedir|addpackage)$/ },
  {
    rule: "eval",
    call: /^sys\.path\.(?:insert|append|extend)$/,
    given: /"(?:\/tmp|\/var|\/dev\/shm|~)(?:\/|")/,
  },
  { rule: "eval", call: /__subclasses__$|__globals__\.\w*\??$/ },
  {
    rule: "eval",
    call: /^(?:builtins|importlib|sys|types|code|runpy|ctypes|imp|pty|socket|shutil|pickle|marshal)\.\?$/,
  },
  { rule: "eval", call: /^types\.(?:FunctionType|CodeType)$/ },
  {
    rule: "unsafe-load",
    call: /^(?:_?c?pickle\d?|cPickle|_pickle|dill|marshal|shelve|cloudpickle|jsonpickle|pickle5|hickle|joblib|klepto|sklearn\.externals\.joblib|torch\.serialization|numpy\.lib\.npyio|zodbpickle|copyreg|multiprocessing\.reduction|multiprocessing\.connection|xmlrpc\.client)\.(?:loads?|open|_?Unpickler|_loads?|decode|undump|ForkingPickler\.loads|Unmarshaller|Client|Listener|DbfilenameShelf|Shelf)(?:\(\)\.(?:load|recv|accept)(?:\(\)\.recv)?)?$/,
    value: true,
  },
  {
    rule: "unsafe-load",
    call: /^(?:joblib|torch|torch\.jit)\.load$|^(?:pandas|pd)\.read_(?:pickle|hdf)$|(?:^|\.)load_model$/,
    unless: /weights_only=True/,
  },
  { rule: "unsafe-load", call: /^(?:numpy|np)\.load$/, given: /allow_pickle\s*=\s*(?!False)/ },
  { rule: "unsafe-load", call: /(?:^|\.)(?:unsafe_load|unsafe_load_all|full_load|full_load_all)$/ },
  {
    rule: "unsafe-load",
    call: /^(?:ruamel\.)?yaml\.(?:load|load_all|parse)$/,
    unless: /SafeLoader|BaseLoader/,
  },
  {
    rule: "unsafe-load",
    call: /^(?:ruamel\.)?yaml\.(?:Loader|UnsafeLoader|FullLoader|CLoader|CUnsafeLoader|CFullLoader|constructor\.\w*Constructor)(?:\(\)[\w.()]*)?$/,
  },
  { rule: "unsafe-load", call: /^ruamel\.yaml\.YAML$/, given: /"unsafe"|"base"/ },
  {
    rule: "unsafe-load",
    call: /(?:^|\.)(?:loads?)$/,
    given: /\bLoader\s*=\s*(?!\S{0,200}(?:Safe|Base))\S/,
  },
  {
    rule: "shell",
    call: /^(?:os|posix|nt|_posixsubprocess|_winapi|platform)\.(?:system|popen\d?|exec[lv]\w*|spawn[lv]\w*|posix_spawnp?|fork_exec|CreateProcess|\?)(?<!platform\.system)$/,
    value: true,
  },
  { rule: "shell", call: /^(?:system|popen)$/, given: /^os\b|^posix\b/ },
  { rule: "shell", call: /^(?:commands|subprocess)\.(?:getoutput|getstatusoutput|\?)$/ },
  {
    rule: "shell",
    call: STARTS,
    given: /\bshell\s*=\s*(?!False\b|"False|0\b)\S|^(?:(?!\*\*\{)[^])*\*\*\{[^]*["']shell["']/,
  },
  { rule: "shell", call: STARTS, given: anyOf([ASKS_SHELL, RUNS_TEXT]) },
  {
    rule: "shell",
    call: /(?:^|\.)(?:partial|partialmethod|run|call|Popen|dict)$/,
    given: /\bshell\s*=\s*(?!False\b)\S/,
  },
  { rule: "shell", call: /^dict$/, given: /"shell"/ },
  { rule: "shell", call: STARTS, given: /^(?:[^,]+,){8}\s*True\b/ },
  {
    rule: "shell",
    call: /(?:^|\.)(?:create_subprocess_exec|subprocess_exec|GenericBrowser|BackgroundBrowser)$/,
    given: anyOf([ASKS_SHELL, RUNS_TEXT]),
  },
  { rule: "shell", call: /^imaplib\.IMAP4_stream$/ },
  {
    rule: "shell",
    call: /(?:^|\.)methodcaller$/,
    given: /^"(?:system|popen|exec\w*|spawn\w*|loads?|eval)"/,
  },
  {
    rule: "shell",
    call: /(?:^|\.)(?:create_subprocess_shell|subprocess_shell|getoutput|getstatusoutput|popen\d?)$/,
  },
  { rule: "shell", call: /^asyncio\.create_subprocess_shell$|^(?:pty\.spawn)$/ },
  {
    rule: "shell",
    call: /^(?:pexpect\.(?:spawnu?|run\w*|popen_spawn\.\w+|pty_spawn\.\w+)|plumbum\.\w+|sh\.\w+|fabric\.\w+[\w.()]*|invoke\.(?:run|Context\(\)\.run)|sarge\.\w+|delegator\.run|envoy\.run|subprocess32\.\w+|ptyprocess\.\w+[\w.()]*|winpty\.\w+|paramiko\.SSHClient\(\)\.exec_command|IPython\.\w+[\w.()]*|get_ipython\(\)\.\w+)$|\.(?:getoutput|getstatusoutput|subprocess_shell|exec_command|run_cell_magic)$|^(?:distutils|setuptools\._distutils)\.spawn\.spawn$/,
  },
  {
    rule: "native-code",
    call: /^_?ctypes\.(?:CDLL|\w*[dD]ll(?:\.\w+)*|[cC]dll\.LoadLibrary|PyDLL|WinDLL|OleDLL|LibraryLoader(?:\(\)[\w.()]*)?|dlopen|CFUNCTYPE|PYFUNCTYPE|WINFUNCTYPE|memmove|pythonapi\.\w+)(?:\.\w+)*$|^(?:cffi\.)?FFI\(\)\.(?:dlopen|verify|set_source)$|^imp\.load_dynamic$|^importlib\.machinery\.ExtensionFileLoader[\w.()]*$|^(?:numpy|np)\.ctypeslib\.load_library$|^sys\.setdlopenflags$|\.(?:enable_load_extension|load_extension)$|^mmap\.mmap$/,
    unless: /^$|ACCESS_READ|PROT_READ\)/,
  },
  {
    rule: "reverse-shell",
    call: /^os\.dup2?$|^fcntl\.dup2$/,
    given: /,\s*(?:[012]|[a-z_]\w*)$|,\s*\S*std(?:in|out|err)\b|^\w*(?:sock|conn|client)/,
    severe: true,
  },
  {
    rule: "reverse-shell",
    call: /^subprocess\.(?:run|call|Popen|check_\w+)$/,
    given: /\bstd(?:in|out)\s*=\s*\w*(?:sock|conn|fileno|client)/,
    severe: true,
  },
  {
    rule: "unknown-host",
    call: /^(?:requests|httpx|aiohttp|urllib\d?|urllib\.request|http\.client|session|client|http|socket|ftplib|smtplib|paramiko|websockets?)\b[\w.()]*$/,
    texts: "hosts",
  },
  {
    rule: "unknown-host",
    call: /(?:^|\.)(?:urlopen|urlretrieve|create_connection|open_connection|gethostby\w+|getaddrinfo|create_datagram_endpoint|ip_address|IPv4Address|inet_ntoa|inet_aton|inet_pton|HTTPS?Connection|Telnet|FTP(?:_TLS)?|SMTP(?:_SSL)?|Request|ClientSession|AsyncClient|SSHClient\(\)\.connect|Transport|build_opener|ServerProxy|urljoin|resolve|query)$|^(?:pycurl|urllib3|treq|tornado|dns|scapy|twisted|grpc|pika|redis|pymongo|kafka|nats|boto3|httplib2?|telnetlib|xmlrpc|asyncio|asyncssh|aioftp|websocket|socketio|sockets|ssl|selectors)\b[\w.()]*$/,
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
    call: /(?:^|\.)(?:open|read_text|read_bytes|Path|expanduser|join|joinpath|copy\w*|listdir|glob|getlines?|FileInput|fromfile|scandir|walk|iterdir|FileIO|add)$/,
    texts: "keys",
    severe: true,
  },
  {
    rule: "credentials",
    call: /^(?:(?:keyring|browser_cookie3|win32crypt)\.\w+|netrc\.netrc)$/,
    severe: true,
  },
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
  { rule: "path-escape", call: /\.open$/, given: /^(?:mode=)?"[wax]/, texts: "outside" },
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
