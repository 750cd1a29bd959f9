import { expect, test } from "vitest";
import { changeOf } from "../testing/changed.ts";
import { addedBreaks } from "./added-breaks.ts";
import { breaksIn } from "./breaks.ts";
import type { FileText, RuleReader } from "./rule-reader.ts";

const RUN = "export const run = (x: string) => eval(x);\n";
const around = { hosts: new Set<string>(), signal: new AbortController().signal };

/** A reader, and what it was asked. */
function listening(read: (file: FileText) => ReturnType<typeof breaksIn>) {
  const asked: FileText[] = [];
  const reader: RuleReader = {
    async read(files) {
      asked.push(...files);
      return files.map(read);
    },
  };
  return { asked, reader };
}

test("where nothing is broken, what stood before is not read", async () => {
  const { asked, reader } = listening((file) => breaksIn(file, around.hosts));
  const found = await addedBreaks([changeOf("a.ts", RUN, "run();\n")], reader, around);
  expect([...found.values()].flat()).toEqual([]);
  expect(asked.map(({ text }) => text)).toEqual(["run();\n"]);
});

test("a break that stood before is looked for alone, and is known again", async () => {
  const { asked, reader } = listening((file) => breaksIn(file, around.hosts));
  const found = await addedBreaks([changeOf("a.ts", RUN, `// new\n${RUN}`)], reader, around);
  expect([...found.values()].flat()).toEqual([]);
  expect(asked.map(({ sought }) => sought)).toEqual([undefined, ["eval(x)"]]);
});

test("what is found only where all of a file is read stood there before, too", async () => {
  const { reader } = listening(({ sought, ...file }) => {
    return sought === undefined ? breaksIn(file, around.hosts) : [];
  });
  const found = await addedBreaks([changeOf("a.ts", RUN, `// new\n${RUN}`)], reader, around);
  expect([...found.values()].flat()).toEqual([]);
});

test("one more of what stood before is added", async () => {
  const { reader } = listening((file) => breaksIn(file, around.hosts));
  const twice = `${RUN}export const again = (x: string) => eval(x);\n`;
  const found = await addedBreaks([changeOf("a.ts", RUN, twice)], reader, around);
  expect(found.get("a.ts")).toMatchObject([{ rule: "eval", line: 2 }]);
});
