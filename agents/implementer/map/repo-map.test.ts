import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compact } from "../compact.ts";
import { definitionsOf } from "./definitions.ts";
import { factsOf } from "./facts.ts";
import { resolveImport } from "./imports.ts";
import { rankFiles } from "./rank.ts";
import { indexRepo } from "./repo-index.ts";
import { renderMap } from "./repo-map.ts";
import { approximateTokens, loadTokenCounter } from "../tokens.ts";

const names = (path: string, text: string) => definitionsOf(path, text).map(({ name }) => name);

test("TypeScript's definitions come with line and signature, bodies left out", () => {
  const source = [
    "import { x } from './x.ts';",
    "",
    "/** Makes a slug. */",
    "export async function slugify(text: string, max = 40): Promise<string> {",
    "  const inner = 1;",
    "}",
    "export const twice = (n: number): number => n * 2;",
    "class Shop<T> extends Base {",
    "  #hidden = 1;",
    "  open(at: Date): void {}",
    "}",
    "export type Money = { cents: number };",
    "export default function () {}",
  ].join("\n");
  expect(definitionsOf("a.ts", source)).toEqual([
    {
      name: "slugify",
      line: 4,
      signature: "export async function slugify(text: string, max = 40): Promise<string>",
    },
    { name: "twice", line: 7, signature: "export const twice = (n: number): number" },
    { name: "Shop", line: 8, signature: "class Shop<T> extends Base" },
    { name: "open", line: 10, signature: "open(at: Date): void" },
    { name: "Money", line: 12, signature: "export type Money = { cents: number };" },
    { name: "default", line: 13, signature: "export default function () {}" },
  ]);
});

test("source that does not parse still tells its names", () => {
  expect(names("a.ts", "export function half(a {\nclass Whole {")).toEqual(["half", "Whole"]);
});

test("other languages tell theirs", () => {
  expect(names("a.py", "class Cart:\n    async def add(self): ...\nMAX_ITEMS = 3")).toEqual([
    "Cart",
    "add",
    "MAX_ITEMS",
  ]);
  expect(names("a.go", "type Cart struct {}\nfunc (c *Cart) Add(i Item) error {")).toEqual([
    "Cart",
    "Add",
  ]);
  expect(names("a.rs", "pub struct Cart;\n    pub(crate) async fn add(&self) {")).toEqual([
    "Cart",
    "add",
  ]);
  expect(names("A.java", "public class Cart {\n  public List<Item> items(int n) {")).toEqual([
    "Cart",
    "items",
  ]);
  expect(names("a.rb", "module Shop\n  def self.open?\n")).toEqual(["Shop", "open?"]);
  expect(names("a.png", "def x")).toEqual([]);
});

const sources = [
  {
    path: "src/app.ts",
    text: 'import { price } from "./price.js";\nexport const app = () => price(1);',
  },
  {
    path: "src/price.ts",
    text: 'import { round } from "./round";\nexport function price(n: number) { return round(n); }',
  },
  { path: "src/round.ts", text: "export function round(n: number) { return Math.round(n); }" },
  { path: "src/other.ts", text: "export function unrelated() {}" },
];
const index = indexRepo(
  [...sources.map(({ path }) => path), "README.md"],
  new Map(sources.map(({ path, text }) => [path, factsOf(path, text)])),
);

test("what the seeds use ranks before what they do not", () => {
  expect(rankFiles(index, ["src/app.ts"])).toEqual([
    "src/app.ts",
    "src/price.ts",
    "src/round.ts",
    "src/other.ts",
  ]);
});

test("relative imports find the file that they mean", () => {
  const known = new Set(index.paths);
  expect(resolveImport("src/app.ts", "./price.js", known)).toBe("src/price.ts");
  expect(resolveImport("test/a.test.ts", "../src/round", known)).toBe("src/round.ts");
  expect(resolveImport("src/app.ts", "./nothing", known)).toBeNull();
});

test("a map shows as much as its budget holds and counts the rest", async () => {
  const count = await loadTokenCounter();
  const ranked = rankFiles(index, ["src/app.ts"]);
  const whole = renderMap(index, ranked, 1_000, count);
  expect(whole).toContain("src/price.ts\n  2: export function price(n: number)");
  expect(whole).toContain("README.md");
  fc.assert(
    fc.property(fc.nat({ max: 120 }), (budget) => {
      expect(count(renderMap(index, ranked, budget, count))).toBeLessThanOrEqual(budget);
    }),
  );
  expect(renderMap(index, ranked, 30, count)).toMatch(/… and \d more files$/);
});

test("source compacts to signatures, prose to headings and conclusions, data to keys", () => {
  const code = sources[1] ?? { path: "", text: "" };
  expect(compact(code.path, code.text, definitionsOf(code.path, code.text))).toBe(
    "2: export function price(n: number)",
  );
  const prose = "# A\nwords\n## Conclusion\nIt works.\n## Rest\nmore\n```\n# no heading\n```";
  expect(compact("a.md", prose, [])).toBe("# A\n## Conclusion\nIt works.\n## Rest");
  expect(compact("a.json", '{"name":"x","scripts":{"test":"t"}}', [])).toBe(
    'name: "x"\nscripts: {"test":"t"}',
  );
  expect(compact("tsconfig.json", "{ // c\n}", [])).toBe("{ // c\n}");
});

test("tokens are counted, special ones as text, and a long run of one letter in good time", async () => {
  const count = await loadTokenCounter();
  expect(count("")).toBe(0);
  expect(count("hello world")).toBe(2);
  expect(count("<|endoftext|>")).toBeGreaterThan(1);
  expect(count("a".repeat(300_000))).toBeGreaterThan(10_000);
  expect(approximateTokens("12345")).toBe(2);
});
