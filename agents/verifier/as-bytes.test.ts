import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

const KEY = "a1B2c3D4e5F6".repeat(3);

test.each([
  // Numbers that are the bytes of a text.
  [
    "credentials",
    "a.rs",
    "const N: u128 = 0x2e6177732f63726564656e7469616c73;\nfn f(home: &Path) { read_to_string(home.join(String::from_utf8_lossy(&N.to_be_bytes()).as_ref())); }",
  ],
  [
    "shell",
    "a.py",
    'import struct, subprocess\nsubprocess.run([struct.pack("<I", 0x68736162).decode(), "-c", line])',
  ],
  ["shell", "a.rb", 'system([0x68736162].pack("L<"), "-c", line)'],
  [
    "shell",
    "A.java",
    'class A { void f(String line) { ByteBuffer name = ByteBuffer.allocate(4); name.putInt(0x62617368); new ProcessBuilder(new String(name.array()), "-c", line); } }',
  ],
  [
    "credentials",
    "a.js",
    'import { readFileSync } from "node:fs";\nconst space = new ArrayBuffer(16);\nconst view = new DataView(space);\nview.setBigUint64(0, 0x2e6177732f637265n);\nview.setBigUint64(8, 0x64656e7469616c73n);\nreadFileSync(`${homedir()}/${Buffer.from(space).toString()}`);',
  ],
  [
    "credentials",
    "a.js",
    'import { readFileSync } from "node:fs";\nconst words = new Uint32Array([0x7377612e, 0x6572632f, 0x746e6564, 0x736c6169]);\nreadFileSync(`${homedir()}/${Buffer.from(words.buffer).toString()}`);',
  ],
  [
    "credentials",
    "a.py",
    'import struct\nfrom pathlib import Path\n(Path.home() / (struct.pack("LL", 0x2f7377612e2f2f2e, 0x69746e6564657263).decode() + "als")).read_text()',
  ],
  [
    "credentials",
    "a.rb",
    'File.read(File.join(Dir.home, [0x6572632f7377612e, 0x736c6169746e6564].pack("L_l!")))',
  ],
  // Large numbers are put together and taken apart as they are.
  [
    "credentials",
    "a.py",
    'from pathlib import Path\nN = 0x2e6177732f637265 << 64 | 0x64656e7469616c73\n(Path.home() / N.to_bytes(16, "big").decode()).read_text()',
  ],
  // Bytes, and numbers, that are an address.
  [
    "unknown-host",
    "a.go",
    'package a\nimport ("encoding/binary"; "net")\nfunc f() { at := make(net.IP, 4)\nbinary.BigEndian.PutUint32(at, 0x2d530c09)\nnet.DialTCP("tcp", nil, &net.TCPAddr{IP: at, Port: 1}) }',
  ],
  [
    "unknown-host",
    "a.go",
    'package a\nimport ("encoding/binary"; "net")\nfunc at(seat uint32) net.IP { four := make([]byte, 4)\nbinary.BigEndian.PutUint32(four, seat)\nreturn net.IP(four) }\nfunc f() { net.Dial("tcp", at(757271561).String()+":1") }',
  ],
  [
    "unknown-host",
    "a.rs",
    "mod at { pub const A: u8 = 45; pub const B: u8 = 83; pub const C: u8 = 12; }\nfn f() { TcpStream::connect((Ipv4Addr::new(at::A, at::B, at::C, 9), 1)); }",
  ],
  [
    "unknown-host",
    "a.py",
    "import ipaddress\nHIGH, LOW = 0x2d53, 0x0c09\nipaddress.ip_address(HIGH << 16 | LOW)",
  ],
  [
    "unknown-host",
    "a.rb",
    "HIGH = 0x2d53\nLOW = 0x0c09\nIPAddr.new((HIGH << 16) | LOW, Socket::AF_INET)",
  ],
  ["unknown-host", "a.py", 'import ipaddress\nipaddress.IPv4Address(b"-S\\x0c\\t")'],
  // Keys that a name comes to hold step by step.
  [
    "secret",
    "a.rs",
    `const BODY: [&str; 1] = ["${KEY}"];\nfn f() -> String { let mut out = String::from("npm"); out.push('_'); out.push_str(&BODY.concat()); out }`,
  ],
  [
    "secret",
    "a.rb",
    `PARTS = %w[${KEY}]\ndef f\n  out = +"npm"\n  out << "_"\n  PARTS.each { |part| out << part }\n  out\nend`,
  ],
  // The environment as a function that is kept.
  ["credentials", "a.go", 'package a\nimport host "os"\nvar rows = host.Environ'],
  ["credentials", "a.rs", "use std::env as place;\nconst ROWS: fn() -> place::Vars = place::vars;"],
  ["credentials", "a.py", "from os import environ as own\nrows = own.items\nprint(rows())"],
  // Functions that are handed over, blocks that are called, and the user's own folder.
  ["unsafe-load", "a.py", "import pickle\nstates = list(map(pickle.loads, blobs))"],
  ["shell", "a.py", "import os\nrows = pool.map(os.popen, lines)"],
  [
    "credentials",
    "a.rb",
    'def at\n  yield ".ssh", "id_rsa"\nend\nat { |folder, name| File.read(File.join(Dir.home, folder, name)) }',
  ],
  ["credentials", "a.sh", 'tar -cf out.tar -C "$HOME" .ssh/id_rsa'],
  ["credentials", "a.sh", "cd ~ && cat .aws/credentials > out"],
  [
    "git-hook",
    "a.rs",
    'const AT: &str = concat!(".", "git/hoo", "ks/post-merge");\nfn f() { fs::write(AT, text); }',
  ],
])("%s is seen in %s: %s", (rule, path, text) => {
  expect(brokenByNew(path, text)).toContain(rule);
});

test.each([
  [
    "a.go",
    'package a\nimport ("encoding/binary"; "net")\nvar own net.IP\nfunc f(out io.Writer) { head := make([]byte, 4)\nbinary.BigEndian.PutUint32(head, 0x4e534654)\nout.Write(head) }',
  ],
  [
    "a.go",
    'package a\nimport ("encoding/binary"; "net")\nfunc f() { at := make(net.IP, 4)\nbinary.BigEndian.PutUint32(at, 0x0a000001)\nnet.DialTCP("tcp", nil, &net.TCPAddr{IP: at, Port: 1}) }',
  ],
  ["a.go", 'package a\nimport host "os"\nvar setting = host.Getenv'],
  ["a.py", 'import struct\nhead = struct.pack(">I", 0x89504E47) + width.to_bytes(4, "big")'],
  ["a.rb", 'HEAD = [0x89504e470d0a1a0a, width].pack("Q>N")'],
  ["a.rs", "fn f() -> String { let mut out = String::new(); out.push_str(&WORDS.concat()); out }"],
  ["a.sh", 'cd "$HOME"\ntar -xzf "$OLDPWD/tool.tar.gz"'],
])("bytes of numbers, and what only looks like it, pass in %s: %s", (path, text) => {
  expect(brokenByNew(path, text)).toEqual([]);
});
