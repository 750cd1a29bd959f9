import { expect, test } from "vitest";
import { specOf } from "./entry.ts";
import { parseTasksFile } from "./tasks-file.ts";

const read = (markdown: string) =>
  parseTasksFile(markdown, "TASKS.md").map((entry) => specOf(entry, "lib"));

test("a claim is a sentence with its commas, beside the conditions that commands show", () => {
  const [spec] = read(`- [ ] Name the unit
      success: npm test
      claim: The error names the unit, and says what was given
      claim: Nothing else reads differently
`);
  expect(spec).toMatchObject({
    success: [{ kind: "command", command: "npm test" }],
    claims: ["The error names the unit, and says what was given", "Nothing else reads differently"],
  });
});

test("a task without a claim is what it was", () => {
  expect(read("- [ ] Name the unit\n      success: npm test\n")[0]).not.toHaveProperty("claims");
});

test("more claims than a reviewer reads are refused with their line", () => {
  const many = Array.from({ length: 6 }, (_, at) => `      claim: It is ${at}`).join("\n");
  expect(() => read(`- [ ] Name the unit\n${many}\n`)).toThrow(/claims/);
});
