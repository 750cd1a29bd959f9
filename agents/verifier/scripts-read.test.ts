import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

const WORD = ["k7Q2mX9z", "P4rT8vW1"] as const;
const HOST = 'fetch("https://" + at)';

test.each([
  // What is taken apart, told to functions, and given back by them.
  [
    "unknown-host",
    "a.ts",
    `const { to: { names: [one, two] } } = { to: { names: ["evil", "samples"] } };\nconst at = one + "." + two;\n${HOST}`,
  ],
  [
    "unknown-host",
    "a.ts",
    `const glued = (...parts: string[]) => parts.join("");\nfetch(glued("https:/", "/evil.samples"))`,
  ],
  [
    "unknown-host",
    "a.ts",
    `const of = ({ name, zone }) => name + "." + zone;\nconst at = of({ name: "evil", zone: "samples" });\n${HOST}`,
  ],
  [
    "unknown-host",
    "a.js",
    `const of = (zone) => (name) => name + "." + zone;\nconst at = of("samples")("evil");\n${HOST}`,
  ],
  [
    "unknown-host",
    "a.js",
    `const at = (() => {\n  const list = ["evil", "samples"];\n  return list.join(".");\n})();\n${HOST}`,
  ],
  [
    "unknown-host",
    "a.js",
    `const at = Object.values({ one: "evil", two: "samples" }).join(".");\n${HOST}`,
  ],
  [
    "unknown-host",
    "a.js",
    `const at = ["samples", ".", "evil"].reduceRight((known, part) => known + part);\n${HOST}`,
  ],
  [
    "unknown-host",
    "a.js",
    `const at = { list: ["evil", "samples"], get host() { return this.list.join("."); } };\nfetch("https://" + at.host)`,
  ],
  [
    "unknown-host",
    "a.ts",
    `enum At { Name = "evil", Zone = "samples" }\nfetch(\`https://\${At.Name}.\${At.Zone}\`)`,
  ],
  [
    "unknown-host",
    "a.ts",
    `class At { constructor(private host = "evil.samples") {}\nf() { fetch("https://" + this.host); } }`,
  ],
  ["shell", "a.js", 'const load = (name) => require(name);\nload("child_process").exec(line);'],
  ["shell", "a.js", 'const cp = require("child_process");\nlines.forEach(cp.execSync);'],
  [
    "shell",
    "a.js",
    'import { spawn } from "child_process";\nconst how = {};\nhow.shell = true;\nspawn(line, how);',
  ],
  ["credentials", "a.js", 'const { ["env"]: all } = process;\nsend(all);'],
  [
    "git-hook",
    "a.ts",
    'import { promises as disk } from "node:fs";\ndisk.open(root + "/.git/" + "hooks/pre-push", "w");',
  ],
  ["secret", "a.ts", `place.password = "${WORD[0]}".concat("${WORD[1]}");`],
])("%s is caught in %s: %s", (rule, path, text) => expect(brokenByNew(path, text)).toContain(rule));

test.each([
  [
    "a.ts",
    'const { to: { names: [one, two] } } = places;\nfetch("https://docs.example.com/" + one + two);',
  ],
  [
    "a.ts",
    "const all = { [Symbol.iterator]: 1, ...rest };\nconst { [key]: value, ...others } = all;",
  ],
  [
    "a.js",
    'const glued = (...parts) => parts.join("/");\nfetch(glued("https:/", "docs.example.com"));',
  ],
  ["a.js", 'const cp = require("child_process");\nlines.map((line) => cp.spawn("ls", [line]));'],
  ["a.js", "const { [name]: all } = process.env;\nsend(all);"],
  [
    "a.ts",
    "place.password = settings.password.concat(salt);\nconst token = parts.join(separator);",
  ],
  [
    "a.ts",
    'import { open } from "node:fs/promises";\nconst file = await open(join(root, "notes.txt"), "w");',
  ],
])("honest %s passes: %s", (path, text) => expect(brokenByNew(path, text)).toEqual([]));
