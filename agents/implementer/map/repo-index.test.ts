import * as fc from "fast-check";
import { expect, test } from "vitest";
import { factsOf, type Facts } from "./facts.ts";
import { importsOf, meantBy, placesOf } from "./imports.ts";
import { rankFiles } from "./rank.ts";
import { indexRepo, repoIndexer } from "./repo-index.ts";

const NAMES = ["alpha", "beta", "gamma", "delta"];
const PATHS = ["a.ts", "b.ts", "c.py", "d.go", "e/f.ts"];
const change = fc.record({
  path: fc.constantFrom(...PATHS),
  defines: fc.subarray(NAMES),
  names: fc.subarray(NAMES),
  imports: fc.subarray(["./a.ts", "./b", "e.f"]),
  isGone: fc.boolean(),
});

test("an index that followed its repository equals one that is made at once", () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 25 }), (changes) => {
      const indexer = repoIndexer();
      const known = new Map<string, Facts>();
      for (const { path, defines, names, imports, isGone } of changes) {
        const definitions = defines.map((name) => ({ name, line: 1, signature: name }));
        const facts = { definitions, names: [...new Set([...names, ...defines])], imports };
        if (isGone) known.delete(path);
        else known.set(path, facts);
        indexer.update([...known.keys()].sort(), new Map([[path, isGone ? null : facts]]));
      }
      const paths = [...known.keys()].sort();
      const whole = indexRepo(paths, known);
      expect(plain(indexer.index)).toEqual(plain(whole));
      for (const seeds of [[], ["a.ts"]]) {
        expect(rankFiles(indexer.index, seeds)).toEqual(rankFiles(whole, seeds));
      }
    }),
  );
});

function plain({ paths, definitions, definers, uses }: ReturnType<typeof indexRepo>) {
  const rows = (map: ReadonlyMap<string, Iterable<unknown>>) =>
    Object.fromEntries([...map].map(([key, value]) => [key, [...value].map(String).sort()]));
  const weights = [...uses].map(([path, row]) => [
    path,
    [...row].map(([other, weight]) => `${other} ${weight.toFixed(9)}`).sort(),
  ]);
  return {
    paths,
    definitions: rows(definitions),
    definers: rows(definers),
    uses: Object.fromEntries(weights),
  };
}

test.each([
  ["app/cart.py", "from .tax import rate\nimport shop.price as p\n", [".tax", "shop.price"]],
  ["a.go", 'import (\n\t"fmt"\n\tp "acme.org/shop/price"\n)\n', ["fmt", "acme.org/shop/price"]],
  ["a.rs", "use crate::shop::price;\nmod tax;\n", ["crate::shop::price", "tax"]],
  ["A.java", "import shop.Price;\nimport static shop.Tax.rate;\n", ["shop.Price", "shop.Tax.rate"]],
  ["a.ts", 'import { a } from "./b.ts";\nconst c = require("./d");\n', ["./b.ts", "./d"]],
])("imports of %s are read as they are written", (path, text, imports) => {
  expect(importsOf(path, text)).toEqual(imports);
});

test.each([
  ["app/cart.py", ".tax", ["app/tax.py"]],
  ["app/cart.py", "shop.price", ["shop/price.py"]],
  ["a.go", "acme.org/shop/price", ["shop/price/price.go", "shop/price/vat.go"]],
  ["src/a.rs", "crate::shop::price", ["src/shop/price.rs"]],
  ["A.java", "shop.Price", ["shop/Price.java"]],
  ["A.java", "shop.Tax.rate", ["shop/Tax.java"]],
  ["a.go", "fmt", []],
  ["a.ts", "react", []],
])("%s means by %s the files of the repository that it names", (from, specifier, meant) => {
  const paths = `app/cart.py app/tax.py shop/price.py shop/price/price.go shop/price/vat.go src/a.rs
    src/shop/price.rs shop/Price.java shop/Tax.java a.ts a.go`;
  const places = placesOf(paths.split(/\s+/));
  expect(meantBy(from, specifier, places).sort()).toEqual(meant);
});

test("languages with a grammar tell their definitions, nested ones and constants too", () => {
  const names = (path: string, text: string) =>
    factsOf(path, text).definitions.map(({ name, line }) => `${line} ${name}`);
  const python =
    "RATE: int = 4\n\n@cached\ndef price(a: int) -> str:\n    def inner(): ...\n\nclass Cart(Base):\n    async def add(self): ...\n";
  expect(names("a.py", python)).toEqual(["1 RATE", "4 price", "7 Cart", "8 add"]);
  const go =
    "package a\n\ntype (\n\tCart struct{ A int }\n)\n\nfunc (c *Cart) Add() error { return nil }\nvar B = 2\n";
  expect(names("a.go", go)).toEqual(["4 Cart", "7 Add", "8 B"]);
  const rust =
    "pub struct Cart;\nimpl Cart {\n    pub fn add(&self) -> i32 { 1 }\n}\ntrait T { fn t(&self); }\n";
  expect(names("a.rs", rust)).toEqual(["1 Cart", "3 add", "5 T", "5 t"]);
  const java =
    "class Cart {\n  Cart() {}\n  List<Item> items(int n) { return null; }\n  enum Kind { A; void z() {} }\n}\n";
  expect(names("A.java", java)).toEqual(["1 Cart", "2 Cart", "3 items", "4 Kind", "4 z"]);
  const [method] = factsOf("a.go", go).definitions.slice(1);
  expect(method?.signature).toBe("func (c *Cart) Add() error");
});
