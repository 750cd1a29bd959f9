import { expect, test } from "vitest";
import { parseAnswer, parseReport } from "./blocks.ts";

test("whole files, edits and deletions are read; talk between them is ignored", () => {
  const { blocks, cutOff, problems } = parseAnswer(
    [
      "I will now change <file path='x'> things.",
      '<file path="src/a.ts">',
      "export const a = 1;",
      "</file>",
      '<edit path="src/b.ts">',
      "<<<<<<< SEARCH",
      "old",
      "=======",
      "new",
      ">>>>>>> REPLACE",
      "",
      "<<<<<<< SEARCH",
      "gone",
      "=======",
      ">>>>>>> REPLACE",
      "</edit>",
      '<delete path="src/c.ts"/>',
      "Done, all tests pass!",
    ].join("\n"),
  );
  expect(problems).toEqual([]);
  expect(cutOff).toBeNull();
  expect(blocks).toEqual([
    { kind: "file", path: "src/a.ts", content: "export const a = 1;\n" },
    {
      kind: "edit",
      path: "src/b.ts",
      edits: [
        { search: "old", replace: "new" },
        { search: "gone", replace: "" },
      ],
    },
    { kind: "delete", path: "src/c.ts" },
  ]);
});

test("an answer that stops inside a block keeps the complete ones and names the cut one", () => {
  const cut = parseAnswer('<file path="a">\n1\n</file>\n<file path="b">\nconst half = ');
  expect(cut.blocks.map(({ path }) => path)).toEqual(["a"]);
  expect(cut.cutOff).toBe("b");
});

test("a block that never closed does not swallow the next one", () => {
  const { blocks, problems } = parseAnswer('<file path="a">\n1\n<file path="b">\n2\n</file>');
  expect(blocks).toEqual([]);
  expect(problems).toEqual(["a: the block was not closed before the next one began"]);
});

test("an edit without its marks is a problem, not a guess", () => {
  const edit = (...body: string[]) =>
    parseAnswer(['<edit path="a">', ...body, "</edit>"].join("\n")).problems;
  expect(edit("replace the loop")).toEqual([
    "a: text outside SEARCH and REPLACE: replace the loop",
  ]);
  expect(edit()).toEqual(["a: no SEARCH and REPLACE"]);
  expect(edit("<<<<<<< SEARCH", "x")).toEqual([
    "a: a SEARCH is not closed by ======= and >>>>>>> REPLACE",
  ]);
});

test("a fence around a whole source file is dropped, in Markdown it belongs to the text", () => {
  const file = (path: string) =>
    parseAnswer(`<file path="${path}">\n\`\`\`ts\nx\n\`\`\`\n</file>`).blocks[0];
  expect(file("a.ts")).toMatchObject({ content: "x\n" });
  expect(file("a.md")).toMatchObject({ content: "```ts\nx\n```\n" });
});

test("carriage returns of an answer are no part of it; an empty file is empty", () => {
  const { blocks } = parseAnswer('<file path="a">\r\n1\r\n</file>\r\n<file path="b">\n</file>');
  expect(blocks).toMatchObject([{ content: "1\n" }, { content: "" }]);
});

test("an answer of more blocks than any sane one holds is a problem (I8)", () => {
  const blocks = (count: number) => '<file path="a.ts">\n1\n</file>\n'.repeat(count);
  expect(parseAnswer(blocks(200)).problems).toEqual([]);
  const { problems, blocks: read } = parseAnswer(blocks(250));
  expect(problems).toEqual(["more than 200 blocks"]);
  expect(read).toHaveLength(201);
});

test("a report is what stands between its tags, cut off or not", () => {
  expect(parseReport("Here:\n<report>\n# T\n\nx\n</report>\nbye")).toEqual({
    text: "# T\n\nx\n",
    cutOff: false,
  });
  expect(parseReport("<report>\n# T\nhalf a")).toEqual({ text: "# T\nhalf a\n", cutOff: true });
  expect(parseReport("# no tags at all")).toBeNull();
  expect(parseReport("<report>\n\n</report>")).toBeNull();
});
