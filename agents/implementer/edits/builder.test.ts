import * as fc from "fast-check";
import { expect, test } from "vitest";
import { memoryWorkspace } from "../../testing/memory-workspace.ts";
import type { Block } from "./blocks.ts";
import { build } from "./builder.ts";
import { applyEdit } from "./edit.ts";

const files = { "src/a.ts": "one\ntwo\nthree\n", "win.txt": "one\r\ntwo\r\n" };

async function open() {
  const workspace = memoryWorkspace(files);
  return workspace.open("/repo", workspace.base, "t-g1");
}

const edit = (path: string, search: string, replace: string): Block => ({
  kind: "edit",
  path,
  edits: [{ search, replace }],
});

test("whole files are written, edits applied, files deleted", async () => {
  const clone = await open();
  const built = await build(clone, [
    edit("src/a.ts", "two", "2"),
    { kind: "file", path: "src/new.ts", content: "new\n" },
    { kind: "delete", path: "win.txt" },
  ]);
  expect(built).toEqual({
    status: "built",
    written: ["src/a.ts", "src/new.ts"],
    removed: ["win.txt"],
  });
  expect(await clone.read("src/a.ts")).toBe("one\n2\nthree\n");
  expect(await clone.read("win.txt")).toBeNull();
});

test("a file longer than its maximum is refused, and one of just that length is written (I8)", async () => {
  const clone = await open();
  const file = (chars: number): Block => {
    return { kind: "file", path: "long.txt", content: "x".repeat(chars) };
  };
  expect(await build(clone, [file(1_000_001)])).toMatchObject({ status: "refused" });
  expect(await clone.read("long.txt")).toBeNull();
  expect(await build(clone, [file(1_000_000)])).toMatchObject({ status: "built" });
});

test("a SEARCH that is not there or stands twice refuses the whole answer", async () => {
  const clone = await open();
  const write: Block = { kind: "file", path: "src/new.ts", content: "new\n" };
  expect(await build(clone, [write, edit("src/a.ts", "four", "4")])).toEqual({
    status: "refused",
    detail: '"src/a.ts" SEARCH 1 matches 0 times, not once',
  });
  expect(await build(clone, [write, edit("src/a.ts", "t", "T")])).toMatchObject({
    detail: '"src/a.ts" SEARCH 1 matches 2 times, not once',
  });
  expect(await clone.seal("x")).toBeNull();
});

test("an edit looks at what earlier blocks of the answer left", async () => {
  const clone = await open();
  await build(clone, [edit("src/a.ts", "two", "2"), edit("src/a.ts", "2", "zwei")]);
  expect(await clone.read("src/a.ts")).toBe("one\nzwei\nthree\n");
});

test("a file keeps its line ends", async () => {
  const clone = await open();
  await build(clone, [edit("win.txt", "one\ntwo", "1\n2\n3")]);
  expect(await clone.read("win.txt")).toBe("1\r\n2\r\n3\r\n");
  await build(clone, [{ kind: "file", path: "win.txt", content: "x\ny\n" }]);
  expect(await clone.read("win.txt")).toBe("x\r\ny\r\n");
});

test("lines replaced by nothing leave no empty line behind", async () => {
  const clone = await open();
  await build(clone, [edit("src/a.ts", "two", "")]);
  expect(await clone.read("src/a.ts")).toBe("one\nthree\n");
});

test("an empty SEARCH makes a file and never overwrites one", async () => {
  const clone = await open();
  expect(await build(clone, [edit("src/new.ts", "", "x")])).toMatchObject({ status: "built" });
  expect(await clone.read("src/new.ts")).toBe("x\n");
  expect(await build(clone, [edit("src/a.ts", "", "x")])).toMatchObject({ status: "refused" });
});

test("a file that is not there is neither edited nor deleted", async () => {
  const clone = await open();
  expect(await build(clone, [edit("no.ts", "x", "y")])).toMatchObject({ status: "refused" });
  expect(await build(clone, [{ kind: "delete", path: "no.ts" }])).toMatchObject({
    status: "refused",
  });
});

test.for([
  "../x",
  "a/../../x",
  "/etc/passwd",
  String.raw`C:\x`,
  "~/x",
  "a//b",
  ".git/config",
  "a/.GIT/hooks/pre-commit",
  "git~1/x",
  ".git./x",
  ".g\u200cit/config",
  ".git::$INDEX_ALLOCATION/x",
  "a\0b",
  "nul.txt",
  "",
])("a path out of the repository is refused: %j", async (path) => {
  const clone = await open();
  const built = await build(clone, [{ kind: "file", path, content: "x" }]);
  expect(built.status).toBe("refused");
});

test.for([".gitignore", ".github/workflows/ci.yml", "src/git.ts", "a..b/c.ts", "docs/.gitkeep"])(
  "a path that only looks like one is written: %s",
  async (path) => {
    const built = await build(await open(), [{ kind: "file", path, content: "x\n" }]);
    expect(built.status).toBe("built");
  },
);

test("whatever an answer names, nothing outside the repository is written", async () => {
  const part = fc.oneof(
    fc.constantFrom("..", ".", "", ".git", ".GIT", "src", "~", "C:", "\0", "a.ts"),
    fc.string({ maxLength: 5 }),
  );
  const path = fc.array(part, { maxLength: 5 }).map((parts) => parts.join("/"));
  await fc.assert(
    fc.asyncProperty(fc.array(path, { maxLength: 4 }), async (paths) => {
      const touched: string[] = [];
      const blocks = paths.map((path): Block => ({ kind: "file", path, content: "x" }));
      await build(
        {
          read: async () => null,
          write: async (path) => void touched.push(path),
          remove: async (path) => void touched.push(path),
        },
        blocks,
      );
      for (const path of touched) {
        const { pathname } = new URL(`file:///clone/${encodeURI(path)}`);
        expect(pathname.startsWith("/clone/")).toBe(true);
        expect(path.toLowerCase().split("/")).not.toContain(".git");
        expect(path.startsWith("/")).toBe(false);
      }
    }),
  );
});

test("a SEARCH that stands once is replaced there, and the rest of the file is untouched", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r\n", " "), maxLength: 40 });
  fc.assert(
    fc.property(text, text, text, (before, after, replacement) => {
      const search = "needle\nneedle";
      const replace = `${replacement.replaceAll("\r", "")}x`;
      for (const [ends, needle] of [
        ["\n", search],
        ["\r\n", "needle\r\nneedle"],
      ] as const) {
        const edited = applyEdit(before + needle + after, { search, replace });
        if (edited.status !== "applied") throw new Error("refused");
        expect(edited.text.startsWith(before)).toBe(true);
        expect(edited.text.endsWith(after)).toBe(true);
        const middle = edited.text.slice(before.length, edited.text.length - after.length);
        expect(middle.replaceAll("\r\n", "\n")).toBe(replace);
        // What stood on lines that end with CRLF is replaced by lines that do.
        expect(ends === "\r\n" && /(?<!\r)\n/.test(middle)).toBe(false);
      }
    }),
  );
});
