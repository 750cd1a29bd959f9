import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { discover } from "./discovery.ts";

const folders: string[] = [];
afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function found(files: Readonly<Record<string, string>>) {
  const top = mkdtempSync(join(tmpdir(), "nightshift-discovery-"));
  folders.push(top);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  }
  const { test, prepare } = discover(top);
  return [test?.command ?? null, prepare?.command ?? null];
}

const vitest = '{ "scripts": { "test": "vitest run" }, "devDependencies": { "vitest": "5" } }';

test("a package is tested by its script, with the tool of its lock file", () => {
  expect(found({ "package.json": vitest, "package-lock.json": "" })).toEqual([
    "npm test",
    "npm ci",
  ]);
  expect(found({ "package.json": vitest, "pnpm-lock.yaml": "" })).toEqual([
    "pnpm test",
    "pnpm install --frozen-lockfile",
  ]);
  expect(found({ "package.json": vitest, "yarn.lock": "", ".yarnrc.yml": "" })).toEqual([
    "yarn test",
    "yarn install --immutable",
  ]);
  expect(found({ "package.json": vitest })).toEqual(["npm test", "npm install"]);
});

test("a package without dependencies has nothing to install", () => {
  expect(found({ "package.json": '{ "scripts": { "test": "node --test" } }' })).toEqual([
    "npm test",
    null,
  ]);
});

test("the script that npm writes where there are no tests is no test", () => {
  const none = '{ "scripts": { "test": "echo \\"Error: no test specified\\" && exit 1" } }';
  expect(found({ "package.json": none })).toEqual([null, null]);
  expect(found({ "package.json": none, Makefile: "test:\n\ttrue\n" })).toEqual(["make test", null]);
});

test("Python, Go, Rust and make are known by their files", () => {
  expect(found({ "pyproject.toml": "[tool.pytest.ini_options]\n", "uv.lock": "" })).toEqual([
    "uv run --no-sync pytest",
    "uv sync --frozen",
  ]);
  expect(found({ "pytest.ini": "" })).toEqual(["python3 -m pytest", null]);
  expect(found({ "go.mod": "module x\n", "go.sum": "" })).toEqual([
    "go test ./...",
    "go mod download",
  ]);
  expect(found({ "Cargo.toml": "[package]\n" })).toEqual(["cargo test", null]);
  expect(found({ Makefile: "all:\n\ntest: all\n\ttrue\n" })).toEqual(["make test", null]);
});

test("a repository that says nothing has no test command", () => {
  expect(found({ "README.md": "make test" })).toEqual([null, null]);
  expect(found({ "package.json": "not json" })).toEqual([null, null]);
});
