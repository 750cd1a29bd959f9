import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

/** So much that each took over fifteen seconds where reading grew faster than the file. */
const filled = (piece: string, chars: number) => piece.repeat(Math.ceil(chars / piece.length));
const CPU_SECONDS_MAX = 5;

test.each([
  ["blanks before steps", "Makefile", `a: ;${filled(" ", 150_000)}b\u2028c`],
  ["blanks before values", "Makefile", `a =${filled(" ", 150_000)}b\u2028c`],
  ["blanks before orders", "Dockerfile", `RUN ${filled(" ", 150_000)}b\u2028c`],
  ["commands", "CMakeLists.txt", filled("COMMAND ", 400_000)],
  ["foreign functions", "a.rs", filled('extern "C" { ', 400_000)],
  ["signs behind types of keys", "a.js", `const a = "a1b2c3d4";\ntoken:${filled(" ", 25_000)}`],
  ["words that decode", "a.js", `x = ${filled("decode", 400_000)};`],
  ["names of large numbers", "a.js", `fetch(${filled("bigInt", 400_000)}().x("a"));`],
  ["names of rooms", "a.rb", `Net::HTTP.get(${filled("alloc", 300_000)}.x())`],
  [
    "names of what is next",
    "a.go",
    `package a\nfunc f() { http.Get(${filled("next", 250_000)}().x("a")) }`,
  ],
  [
    "places in a list",
    "a.rs",
    `fn f() { let mut at = [0; 4]; BigEndian::write_u32(&mut at[${filled(" ", 150_000)}], 5); TcpStream::connect(String::from_utf8_lossy(&at)); }`,
  ],
  [
    "what is left over",
    "a.go",
    `package a\nfunc f(all ...string) { http.Get(all) }\nfunc g() { f(${filled("a,", 120_000)}a) }`,
  ],
])("%s are read in a time that grows as the file: %s", { timeout: 120_000 }, (_, path, text) => {
  const started = process.cpuUsage();
  brokenByNew(path, text);
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1e6).toBeLessThan(CPU_SECONDS_MAX);
});
