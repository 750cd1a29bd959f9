import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

const filled = (piece: string, chars = 400_000) => piece.repeat(Math.ceil(chars / piece.length));
/** Each of these takes one or two; where reading grows faster than the file it was over twenty. */
const CPU_SECONDS_MAX = 8;

test.each([
  ["blanks before steps", "Makefile", `a: ;${filled(" ")}b\u2028c`],
  ["blanks before values", "Makefile", `a =${filled(" ")}b\u2028c`],
  ["blanks before orders", "Dockerfile", `RUN ${filled(" ")}b\u2028c`],
  ["commands", "CMakeLists.txt", filled("COMMAND ")],
  ["foreign functions", "a.rs", filled('extern "C" { ')],
  ["signs behind types of keys", "a.js", `const a = "a1b2c3d4";\ntoken:${filled(" ")}`],
  ["words that decode", "a.js", `x = ${filled("decode")};`],
  ["names of large numbers", "a.js", `fetch(${filled("bigInt")}().x("a"));`],
  ["names of rooms", "a.rb", `Net::HTTP.get(${filled("alloc")}.x())`],
  ["names of what is next", "a.go", `package a\nfunc f() { http.Get(${filled("next")}().x("a")) }`],
  [
    "places in a list",
    "a.rs",
    `fn f() { let mut at = [0; 4]; BigEndian::write_u32(&mut at[${filled(" ")}], 5); TcpStream::connect(String::from_utf8_lossy(&at)); }`,
  ],
  [
    "what is left over",
    "a.go",
    `package a\nfunc f(all ...string) { http.Get(all) }\nfunc g() { f(${filled("a,", 120_000)}a) }`,
  ],
])("%s are read in a time that grows as the file: %s", { timeout: 120_000 }, (_, path, text) => {
  const started = process.cpuUsage();
  brokenByNew(path, text);
  expect(process.cpuUsage(started).user / 1e6).toBeLessThan(CPU_SECONDS_MAX);
});
