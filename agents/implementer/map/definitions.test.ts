import { expect, test } from "vitest";
import { definitionsOf } from "./definitions.ts";

const names = (path: string, text: string) => definitionsOf(path, text).map(({ name }) => name);
const DEEP_CHARS = 20_000;
const nested = (open: string, close = "") => {
  const times = Math.floor(DEEP_CHARS / (open.length + close.length));
  return open.repeat(times) + close.repeat(times);
};

test.each([
  ["round brackets, closed", nested("(", ")")],
  ["round brackets, left open", nested("(")],
  ["lists, closed", nested("[", "]")],
  ["blocks, closed", nested("{", "}")],
  ["templates, left open", nested("`${")],
  ["types", `type A = ${nested("B<", ">")};`],
  ["functions", nested("(a) => (", ")")],
  ["classes", nested("class A { a() {", "}}")],
  ["elements", nested("<a>", "</a>")],
  ["a chain", `a${nested(".b()")}`],
])("%s in 20,000 characters neither crash nor hang, and what stands before is told", (_, deep) => {
  for (const path of ["a.ts", "a.tsx", "a.js"]) {
    const startMs = performance.now();
    expect(names(path, `export function first() {}\n${deep}\n`)).toContain("first");
    expect(performance.now() - startMs).toBeLessThan(4_000);
  }
});

test.each(["py", "go", "rs", "java", "kt", "rb", "php", "c", "sh", "ex"])(
  "no row of letters holds up the patterns of .%s files",
  (ending) => {
    const rows = ["*", "a*", "a ", "public a ", "&", "<,", ":", "(", " ", "@a "].map((letters) =>
      letters.repeat(Math.floor(999 / letters.length)),
    );
    const startMs = performance.now();
    definitionsOf(`a.${ending}`, rows.join("\n"));
    expect(performance.now() - startMs).toBeLessThan(4_000);
  },
);

test("of a statement that defines twenty thousand names the first two thousand are told", () => {
  const many = Array.from({ length: 20_000 }, (_, at) => `v${at} = ${at}`).join(", ");
  const startMs = performance.now();
  const found = definitionsOf("a.ts", `const ${many};\n`);
  expect(found.map(({ name }) => name).at(-1)).toBe("v1999");
  expect(found[0]?.signature.length).toBeLessThanOrEqual(160);
  expect(performance.now() - startMs).toBeLessThan(4_000);
});

test("every kind of definition of TypeScript is told, however it is exported", () => {
  const source = [
    "export default function named() {}",
    "function* steps() {}",
    "export declare function told(a: string): void;",
    "declare const here: number;",
    "export abstract class Shop { abstract shut(): void; get price() { return 1; } }",
    "export const one = 1, { two } = three;",
    "export enum Kind { A }",
    "interface Row { a: 1 }",
    "@mark() export class Marked {}",
    "export { one as uno };",
  ].join("\n");
  expect(names("a.ts", source)).toEqual(
    "named steps told here Shop shut price one Kind Row Marked".split(" "),
  );
});

test("C and C++ functions are told with their pointers and templates", () => {
  const source = "static char **lines(int n)\n{\nstd::vector<int*> all() {\nint main(void) {";
  expect(names("a.cpp", source)).toEqual(["lines", "all", "main"]);
});
