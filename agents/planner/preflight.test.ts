import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { repoRef, taskSpec } from "../testing/fixtures.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { scriptedChecks } from "../testing/scripted-checks.ts";
import { duplicateOf, sameTitle } from "./duplicates.ts";
import { asksToCreate } from "./named.ts";
import { alreadyDone } from "./preflight.ts";

const files = {
  "src/clamp.ts": "/** Bounds. */\nexport function clamp(value: number) {\n  return value;\n}\n",
  "src/load.ts": "export function load() {}\n",
  "test/clamp.test.ts": "",
};
const clampTest = "node --test test/clamp.test.ts";

async function done(
  spec: Parameters<typeof taskSpec>[0],
  passing: readonly string[] = [clampTest],
  repo = repoRef(),
): Promise<string[] | null> {
  const workspace = memoryWorkspace(files);
  const checks = scriptedChecks(({ command }) => passing.includes(command));
  const success = [{ kind: "command" as const, command: clampTest }];
  const input = {
    task: "t",
    spec: taskSpec({ success, ...spec }),
    repo,
    base: workspace.base,
    known: [],
  };
  const ports = { workspace, checks, settings: defaultSettings };
  return alreadyDone(input, ports, new AbortController().signal);
}

const clamp = {
  title: "Add a function clamp that keeps a number inside bounds",
  text: "`clamp(value, low, high)` gives the nearest number inside the bounds; src/clamp.ts.",
};

test("what is defined and passes its own condition at the base is done, with evidence", async () => {
  expect(await done(clamp)).toEqual([
    "src/clamp.ts:2 defines clamp",
    expect.stringMatching(/^`node --test test\/clamp\.test\.ts` passes at [0-9a-f]{12} already$/),
  ]);
});

test("a condition that fails at the base means that there is work", async () => {
  expect(await done(clamp, [])).toBeNull();
});

test("a claim means that there is work: nothing here reads whether it is met", async () => {
  const claims = ["The error of a wrong bound names the bound"];
  expect(await done({ ...clamp, claims })).toBeNull();
  expect(await done({ ...clamp, claims: [] })).not.toBeNull();
  const found = { "src/clamp.js": () => "exports.clamp = clamp;\n" };
  expect(await byNames("", found, claims)).toEqual({ isDone: false, reads: 0 });
  expect(await byNames("", found, [])).toEqual({ isDone: true, reads: 1 });
});

test("a symbol that is not there means that there is work", async () => {
  expect(await done({ title: "Add `clampAll` next to `clamp`", text: "" })).toBeNull();
  expect(await done({ title: "Add a function wrap", text: "" })).toBeNull();
});

test("a path that is not there means that there is work", async () => {
  expect(
    await done({ ...clamp, text: "`clamp` in src/clamp.ts, told in docs/clamp.md" }),
  ).toBeNull();
});

test("the repository's own tests are evidence of nothing, nor is a general command", async () => {
  for (const command of ["node --test", "npm test", "pnpm run lint", "tsc --noEmit"]) {
    const success = [{ kind: "command" as const, command }];
    expect(await done({ ...clamp, success }, [command])).toBeNull();
  }
  expect(await done({ ...clamp, success: [{ kind: "file", path: "src/clamp.ts" }] })).toBeNull();
  const testCommand = "./scripts/verify.sh --all";
  const own = [{ kind: "command" as const, command: " ./scripts/verify.sh  --all" }];
  const repo = repoRef({ testCommand });
  expect(await done({ ...clamp, success: own }, [testCommand], repo)).toBeNull();
});

test.for([
  "Fix `clamp` for reversed bounds",
  "Add tests for `clamp`",
  "Write documentation of `clamp`",
  "Add error handling to `clamp`",
  "Make `load` use `clamp`",
  "Refactor `clamp`",
  "Speed up clamp",
])("a change to what is there is not done because it is there: %s", async (title) => {
  expect(await done({ title, text: "" })).toBeNull();
});

test("every condition of its own must pass, and every file be there", async () => {
  const other = "node --test test/other.test.ts";
  const both = [clampTest, other].map((command) => ({ kind: "command" as const, command }));
  expect(await done({ ...clamp, success: both })).toBeNull();
  expect(await done({ ...clamp, success: both }, [clampTest, other])).toHaveLength(3);
  const success = [...both, { kind: "file" as const, path: "docs/x.md" }];
  expect(await done({ ...clamp, success }, [clampTest, other])).toBeNull();
});

test("nothing runs where nothing suggests that it is done", async () => {
  const workspace = memoryWorkspace(files);
  const checks = scriptedChecks({});
  const input = { task: "t", spec: taskSpec(), repo: repoRef(), base: workspace.base, known: [] };
  const ports = { workspace, checks, settings: defaultSettings };
  expect(await alreadyDone(input, ports, new AbortController().signal)).toBeNull();
  expect(checks.ran).toEqual([]);
});

/** What is made of a text without a condition of its own, and how many files were read for it. */
async function byNames(
  text: string,
  tracked: Readonly<Record<string, () => string>>,
  claims: readonly string[] = [],
) {
  const paths = Object.keys(tracked);
  let reads = 0;
  const workspace = {
    list: () => Promise.resolve(paths),
    show: (_repo: string, _commit: string, path: string) => {
      reads += 1;
      return Promise.resolve(tracked[path]?.() ?? null);
    },
  };
  const spec = taskSpec({ title: "Add `clamp`", text, success: [], claims: [...claims] });
  const input = { task: "t", spec, repo: repoRef(), base: "c".repeat(40), known: [] };
  const ports = { workspace, checks: scriptedChecks({}), settings: defaultSettings };
  const found = await alreadyDone(input, ports, new AbortController().signal);
  return { isDone: found !== null, reads };
}

const asking = (count: number) =>
  Array.from({ length: count }, (_, at) => `Add \`clamp${at}x\`.`).join("\n");
const having = (count: number) =>
  Array.from({ length: count }, (_, at) => `exports.clamp${at}x = clamp;\n`).join("");

test("a text that asks for forty things is looked up, one that asks for more is work", async () => {
  const source = { "src/clamp.js": () => `exports.clamp = clamp;\n${having(60)}` };
  expect(await byNames(asking(39), source)).toEqual({ isDone: true, reads: 1 });
  expect(await byNames(asking(40), source)).toEqual({ isDone: false, reads: 0 });
});

test("no more than twenty million characters are read, and what was not reached shows nothing", async () => {
  const large = "x".repeat(1_000_000);
  const many = Array.from(
    { length: 200 },
    (_, at) => [`src/b${100 + at}.js`, () => large] as const,
  );
  const found = { "src/a.js": () => "exports.clamp = clamp;\n" };
  const { isDone, reads } = await byNames("", { ...found, ...Object.fromEntries(many) });
  expect(isDone).toBe(true);
  expect(reads).toBeLessThan(60);
  const tested = { ...found, ...Object.fromEntries(many), "test/a.test.js": () => "clamp();\n" };
  expect((await byNames("", tested)).isDone).toBe(false);
  expect((await byNames("", { ...found, "test/a.test.js": () => "clamp();\n" })).isDone).toBe(true);
});

test("source is read before data, however much data is tracked before it", async () => {
  const large = `"${"x".repeat(1_000_000)}"`;
  const data = Array.from({ length: 200 }, (_, at) => [`data/${100 + at}.json`, () => large]);
  const source = {
    "src/a.js": () => "exports.clamp = clamp;\n",
    "test/a.test.js": () => "clamp();\n",
  };
  const { isDone, reads } = await byNames("", { ...Object.fromEntries(data), ...source });
  expect(isDone).toBe(true);
  expect(reads).toBeLessThan(60);
});

test("what a task asks to create is told from what it talks about", () => {
  const created = (title: string, text = "") => [...asksToCreate(taskSpec({ title, text }))];
  expect(created("Add a slugify function")).toEqual(["slugify"]);
  expect(created("Implement `parseDate` and `formatDate`")).toEqual(["parseDate", "formatDate"]);
  expect(created("Add dates", "Export `parse(text)` from src/parse.ts.")).toEqual(["parse"]);
  expect(created("Create a class named Cart for the shop")).toEqual(["Cart"]);
  expect(created("Add caching to `load`")).toEqual([]);
  expect(created("Rename `load`")).toEqual([]);
});

const known = [
  { task: "a", title: "Add a `slugify` function", status: "open" },
  { task: "b", title: "Report on bundle size", status: "refused" },
  { task: "c", title: "Fix typos", status: "done" },
];
const duplicate = (title: string, parent: string | null = null) =>
  duplicateOf({ task: "t", spec: taskSpec({ title, parent }) }, known)?.task ?? null;

test("the same title, however it is written, is a duplicate", () => {
  expect(duplicate("add a slugify function.")).toBe("a");
  expect(duplicate("Add a  `slugify`  function")).toBe("a");
});

test("another name, number or status is no duplicate", () => {
  expect(duplicate("Add a `titlecase` function")).toBeNull();
  expect(duplicate("Report on bundle size")).toBeNull();
  expect(duplicate("Fix typos")).toBeNull();
  expect(duplicate("Add a slugify function", "a")).toBeNull();
  expect(sameTitle("Write the guide: part 1 of 2", "Write the guide: part 2 of 2")).toBe(false);
  const long = "Write the pages of the guide to the library on money and on";
  expect(sameTitle(`${long} fooBar`, `${long} barFoo`)).toBe(false);
});
