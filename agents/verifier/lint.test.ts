import { expect, test } from "vitest";
import { changeOf } from "../testing/changed.ts";
import type { Lint, Linter, LintText } from "../linter.ts";
import type { Change } from "./changes.ts";
import { lintOf } from "./lint.ts";
import { GOOD, verify } from "./sample-attempt.ts";

/** A linter that finds what follows `bad:` in a line, `torn` to be no syntax, `???` unreadable. */
function linter(): Linter & { asked: LintText[] } {
  const asked: LintText[] = [];
  const of = (text: string): Lint[] | null => {
    if (text.includes("???")) return null;
    if (text.includes("torn")) return [{ rule: "syntax", line: 99, message: "Unexpected end" }];
    return text.split("\n").flatMap((content, at) => {
      const message = /bad:(\w+)/.exec(content)?.[1];
      return message === undefined ? [] : [{ rule: "bad", line: at + 1, message }];
    });
  };
  return {
    asked,
    lint: async (texts) => {
      asked.push(...texts);
      return texts.map(({ text }) => of(text));
    },
  };
}

const signal = new AbortController().signal;
const lint = (...changes: Change[]) => lintOf(linter(), changes, signal);

test("a finding on a line that the change brought counts, with its place and its words", async () => {
  expect(await lint(changeOf("a.ts", "one\n", "one\n  x  bad:new\n"))).toEqual({
    files: 1,
    unread: 0,
    total: 1,
    findings: [{ rule: "bad", file: "a.ts", line: 2, message: "new", excerpt: "x bad:new" }],
  });
});

test("what stood there before is not the author's, wherever it stands now", async () => {
  const same = await lint(changeOf("a.ts", "x bad:old\n", "one\n\n    x bad:old\ntwo\n"));
  expect(same).toMatchObject({ files: 1, total: 0 });
  const moved = [changeOf("a.ts", "x bad:old\n", null), changeOf("b.ts", null, "x bad:old\n")];
  expect(await lint(...moved)).toMatchObject({ total: 0 });
  const reworded = await lint(changeOf("a.py", "x bad:old\n", "y bad:old\n"));
  expect(reworded).toMatchObject({ total: 0 });
});

test("a finding on a line that nobody touched does not count", async () => {
  let calls = 0;
  const lints = (): Lint[] => (calls++ === 0 ? [] : [{ rule: "unused", line: 1, message: "x" }]);
  const late: Linter = { lint: async (texts) => texts.map(lints) };
  const changed = changeOf("a.ts", "let x;\nuse(x);\n", "let x;\nuse(1);\n");
  expect(await lintOf(late, [changed], signal)).toMatchObject({ files: 1, total: 0 });
  calls = 0;
  const brought = changeOf("a.ts", "use(x);\n", "let y;\nuse(1);\n");
  expect(await lintOf(late, [brought], signal)).toMatchObject({ total: 1 });
});

test("what no longer parses counts once, wherever it shows; what never parsed does not", async () => {
  expect(await lint(changeOf("a.ts", "one\n", "torn\n"))).toMatchObject({ total: 1 });
  expect(await lint(changeOf("a.ts", "torn\n", "torn two\n"))).toMatchObject({ total: 0 });
});

test("what a linter cannot read is unknown, and nobody's fault", async () => {
  const unread = { files: 0, unread: 1, total: 0, findings: [] };
  expect(await lint(changeOf("a.ts", "one\n", "??? bad:new\n"))).toEqual(unread);
  expect(await lint(changeOf("a.ts", "???\n", "x bad:new\n"))).toEqual(unread);
  expect(await lint(changeOf("a.ts", null, "x bad:new\n".repeat(30_000)))).toEqual(unread);
  const none: Linter = { lint: async () => [] };
  expect(await lintOf(none, [changeOf("a.ts", null, "bad:new\n")], signal)).toEqual(unread);
});

test("only what linters read is given to them; links, declarations and prose are not", async () => {
  const asks = linter();
  const changes = [
    changeOf("a.md", null, "bad:new\n"),
    changeOf("a.pyi", null, "bad:new\n"),
    changeOf("a.d.ts", null, "bad:new\n"),
    changeOf("gone.ts", "bad:old\n", null),
    { ...changeOf("b.ts", null, "../secret"), special: "link" as const },
  ];
  expect(await lintOf(asks, changes, signal)).toBeNull();
  expect(asks.asked).toEqual([]);
});

test("at most 100 files are read and 20 findings listed, however many there are", async () => {
  const asks = linter();
  const changes = Array.from({ length: 110 }, (_, at) =>
    changeOf(`${at}.py`, null, `x${at} bad:m${at}\n`),
  );
  const linted = await lintOf(asks, changes, signal);
  expect(asks.asked).toHaveLength(100);
  expect(linted).toMatchObject({ files: 100, unread: 10, total: 100 });
  expect(linted?.findings).toHaveLength(20);
});

test("a finding quotes no secret", async () => {
  const token = `ghp_${"a1B2c3D4e5".repeat(4)}`;
  const linted = await lint(changeOf("a.ts", null, `const k = "${token}"; // bad:new\n`));
  expect(linted?.total).toBe(1);
  expect(JSON.stringify(linted)).not.toContain(token);
});

const BAD = { "src/a.ts": `${GOOD["src/a.ts"]}export const less = 2; // bad:new\n` };

test("what linters find is told beside the checks, and changes no verdict", async () => {
  const found = await verify(BAD, { ports: { linter: linter() } });
  expect(found.lint).toMatchObject({ files: 1, total: 1 });
  const without = await verify(BAD);
  expect(without.lint).toBeUndefined();
  expect(found.checks).toEqual(without.checks);
  expect(found.verdict).toBe("pass");
});

test("no linter reads the work where nothing of it may be run", async () => {
  const asks = linter();
  expect((await verify(BAD, { sandboxed: false, ports: { linter: asks } })).lint).toBeUndefined();
  expect(asks.asked).toEqual([]);
});
