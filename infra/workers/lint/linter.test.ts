import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import type { LintText } from "@nightshift/agents/linter";
import { sandboxForTests } from "../sandbox/fixture.ts";
import { createOff } from "../sandbox/off.ts";
import { createLinter } from "./linter.ts";
import { oxlint } from "./oxlint.ts";
import { ruff } from "./ruff.ts";

const contained = await sandboxForTests();
const off = createOff();
const reveal = (folder: string) => off.reveal(folder);
const signal = new AbortController().signal;
const js = (text: string, path = "src/a.ts"): LintText => ({ language: "javascript", path, text });
const py = (text: string, path = "a.py"): LintText => ({ language: "python", path, text });
const lint = (...texts: LintText[]) => createLinter(off, reveal).lint(texts, { signal });
const rules = async (...texts: LintText[]) =>
  (await lint(...texts)).map((found) => found?.map(({ rule, line }) => `${line} ${rule}`));

const BAD_JS = "export function f(a: number) {\n  debugger;\n  return a === NaN;\n}\n";
const GOOD_JS = "export function f(a: number) {\n  return Number.isNaN(a);\n}\n";
const BAD_PY =
  'import os\ndef f(x=[]):\n    try:\n        return x is "a"\n    except:\n        pass\n';
const GOOD_PY = 'import os\n\n\ndef f(x):\n    return os.path.join(x, "a")\n';

test("real oxlint and real ruff name rule and line, text by text in their order", async () => {
  expect(await rules(py(BAD_PY), js(BAD_JS), py(GOOD_PY), js(GOOD_JS))).toEqual([
    expect.arrayContaining(["1 F401", "2 B006", "4 F632", "5 E722"]),
    expect.arrayContaining(["2 eslint(no-debugger)", "3 eslint(use-isnan)"]),
    [],
    [],
  ]);
});

test.skipIf(contained === null)(
  "both find the same inside the sandbox (needs bwrap; CI fails without)",
  async () => {
    if (contained === null) return;
    const linter = createLinter(contained, (folder) => contained.reveal(folder));
    const texts = [js(BAD_JS), py(BAD_PY)];
    const inside = await linter.lint(texts, { signal });
    expect(inside).toEqual(await lint(...texts));
    expect(inside.every((found) => found !== null && found.length > 1)).toBe(true);
  },
);

test("an author cannot switch a rule off, line by line or for a file", async () => {
  const [script, python] = await rules(
    js(`/* eslint-disable */\n// oxlint-disable\ndebugger; // eslint-disable-line\n`),
    py("# ruff: noqa\n# flake8: noqa\nimport os  # noqa: F401\n"),
  );
  expect(script).toContain("3 eslint(no-debugger)");
  expect(python).toContain("3 F401");
});

test("what does not parse is one finding of its text; the others are read all the same", async () => {
  const [torn, good, cut, fine] = await rules(
    js("export function f( {\n"),
    js(GOOD_JS),
    py("def f(:\n  x =\n"),
    py(GOOD_PY),
  );
  expect(torn).toEqual([expect.stringMatching(/^\d+ syntax$/)]);
  expect(cut).toEqual([expect.stringMatching(/^\d+ syntax$/)]);
  expect([good, fine]).toEqual([[], []]);
});

test("JSX, scripts, types and what a package offers are read as what they are", async () => {
  const found = await rules(
    js("export const a = (b) => <p className={b}>x</p>;\n", "a.jsx"),
    js("enum A {\n  b = 1,\n}\nexport { A };\n", "a.mts"),
    js("#!/usr/bin/env node\nmodule.exports = 1;\n", "bin/tool"),
    py("from .a import b\nfrom .c import *\n", "package/__init__.py"),
  );
  expect(found).toEqual([[], [], [], []]);
});

test("no name of a path reaches a command line or the disk", async () => {
  expect(await rules(js(GOOD_JS, "--fix.ts"), js(BAD_JS, "../../etc/$(id).ts"))).toEqual([
    [],
    expect.arrayContaining(["2 eslint(no-debugger)"]),
  ]);
});

test("a text that no parser gets through is unknown, or read; the others are not lost", async () => {
  const [deep, fine] = await lint(
    py(`x = ${"(".repeat(50_000)}${")".repeat(50_000)}\n`),
    py("import os\n"),
  );
  expect(deep === null || deep?.length === 1).toBe(true);
  expect(fine).toHaveLength(1);
  const script = await lint(js(`x = ${"[".repeat(100_000)}\n`));
  expect(script).toHaveLength(1);
});

test("a linter that is missing, fails, says nothing useful or is given up makes it unknown", async () => {
  const says = (...command: string[]) =>
    createLinter(off, reveal, {
      javascript: () => ({ ...oxlint(), command: () => command }),
      python: () => {
        throw new Error("it is not installed");
      },
    });
  const texts = [js(BAD_JS), py(BAD_PY)];
  const unknown = [null, null];
  expect(await says("/no/such/program").lint(texts, { signal })).toEqual(unknown);
  expect(await says("sh", "-c", "exit 3").lint(texts, { signal })).toEqual(unknown);
  const blind = '{"number_of_files":0,"diagnostics":[]}';
  expect(await says("echo", blind).lint(texts, { signal })).toEqual(unknown);
  const gaveUp = AbortSignal.abort();
  expect(await createLinter(off, reveal).lint(texts, { signal: gaveUp })).toEqual(unknown);
});

test("an answer that is too long to be kept whole is none", async () => {
  const answer = '{"number_of_files":1,"diagnostics":[]}';
  const flood = (bytes: number) => {
    const blanks = `echo '${answer}'; head -c ${bytes} /dev/zero | tr "\\0" " "`;
    const javascript = () => ({ ...oxlint(), command: () => ["sh", "-c", blanks] });
    return createLinter(off, reveal, { javascript, python: ruff });
  };
  expect(await flood(1_000).lint([js(BAD_JS)], { signal })).toEqual([[]]);
  expect(await flood(6_000_000).lint([js(BAD_JS)], { signal })).toEqual([null]);
});

test("one that is missing takes nothing from the other", async () => {
  const gone = () => {
    throw new Error("it is not installed");
  };
  const linter = createLinter(off, reveal, { javascript: gone, python: ruff });
  const [script, python] = await linter.lint([js(BAD_JS), py(BAD_PY)], { signal });
  expect(script).toBeNull();
  expect(python?.length).toBeGreaterThan(1);
});

test("nothing of a text is left on the disk", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-linted-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("TMPDIR", folder);
  let inUse: string[] = [];
  const tool = oxlint();
  const command = (names: readonly string[]) => {
    inUse = readdirSync(folder);
    return tool.command(names);
  };
  const linter = createLinter(off, reveal, {
    javascript: () => ({ ...tool, command }),
    python: ruff,
  });
  expect((await linter.lint([js(BAD_JS)], { signal }))[0]).not.toBeNull();
  expect(inUse).toHaveLength(1);
  expect(readdirSync(folder)).toEqual([]);
});
