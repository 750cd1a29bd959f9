import { array, assert, constantFrom, property } from "fast-check";
import { expect, test } from "vitest";
import { blank } from "./blank.ts";

test("strings and comments are blanked at their offsets, code stays", () => {
  const text = `x = "eval(1)"  # eval(2)\neval(3)\n`;
  const { code, withStrings } = blank(text, "python");
  expect(code).toBe(`x = "       "${" ".repeat(11)}\neval(3)\n`);
  expect(withStrings).toBe(`x = "eval(1)"${" ".repeat(11)}\neval(3)\n`);
});

test("a docstring over several lines is a string, and one that is open says so", () => {
  expect(blank(`"""\neval(1)\n"""\nf()\n`, "python").code).toBe(`"""\n       \n"""\nf()\n`);
  expect(blank(`"""\neval(1)\n`, "python").open).toBe(true);
});

test("an apostrophe that is never closed ends with its line", () => {
  expect(blank(`it's\neval(1)\n`, "ruby").code).toContain("\neval(1)\n");
});

test("a hash inside a word of a shell is no comment", () => {
  expect(blank("echo ${#list} # gone\n", "shell").code).toBe("echo ${#list}       \n");
});

test("blanking keeps every length and every line end, whatever the text", () => {
  const piece = constantFrom('"', "'", "`", '"""', "#", "//", "/*", "*/", "\\", "\n", "a", " ");
  assert(
    property(array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      for (const language of ["python", "go", "ruby", "shell", "other-code"] as const) {
        const { code, withStrings } = blank(text, language);
        expect(code.length).toBe(text.length);
        expect(withStrings.length).toBe(text.length);
        expect(code.split("\n").length).toBe(text.split("\n").length);
      }
    }),
  );
});
