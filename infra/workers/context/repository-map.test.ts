import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { rankFiles } from "@nightshift/agents/implementer/map/rank";
import { expect, onTestFinished, test } from "vitest";
import { createFixture } from "../workspace/fixture.ts";
import { locate } from "../workspace/site.ts";
import { openFactsStore } from "./facts-store.ts";
import { repositoryMap } from "./repository-map.ts";

const clock = { now: () => 0 };

async function opened(files: Record<string, string | Buffer>) {
  const fixture = createFixture(files);
  const { clean } = await locate(fixture.root, fixture.repo);
  const path = join(fixture.root, "facts", "facts.sqlite");
  const store = openFactsStore(path);
  onTestFinished(() => {
    store.close();
    fixture.remove();
  });
  const base = fixture.git("rev-parse", "HEAD");
  return { fixture, clean, store, path, base, map: repositoryMap(clean, store, clock) };
}

const files = {
  "src/cart.ts":
    'import { price } from "./price.ts";\nexport class Cart { sum() { return price(); } }\n',
  "src/price.ts": "export function price() { return 1; }\n",
  "app/shop.py": "from .tax import rate\n\nclass Shop:\n    def open(self): return rate()\n",
  "app/tax.py": "def rate():\n    return 1\n",
  "README.md": "# Shop\n",
};

test("after a change only the file that changed is read, and the map is that of the new commit", async () => {
  const { fixture, map, base } = await opened(files);
  expect((await map.at(base)).parsedFiles).toBe(4);
  const later = fixture.commit({
    "src/price.ts": "export function price() {}\nexport const vat = 1;\n",
  });
  const view = await map.at(later);
  expect(view.parsedFiles).toBe(1);
  expect(view.index.definers.get("vat")).toEqual(new Set(["src/price.ts"]));
  expect(rankFiles(view.index, ["src/cart.ts"]).slice(0, 2)).toEqual([
    "src/cart.ts",
    "src/price.ts",
  ]);
  fixture.git("rm", "--quiet", "src/price.ts");
  const gone = fixture.commit({});
  const without = await map.at(gone);
  expect([without.parsedFiles, without.index.definers.has("price")]).toEqual([0, false]);
  // Back to where it was: what is known by its content is not read again.
  expect((await map.at(base)).parsedFiles).toBe(0);
});

test("a map that went from commit to commit is the one that was made at once", async () => {
  const { fixture, clean, store, map, base } = await opened(files);
  await map.at(base);
  const moved = fixture.commit({
    "src/price.ts": "export function price() { return vat; }\n",
    "src/vat.ts": "export const vat = 1;\n",
    "notes.txt": "more\n",
  });
  fixture.git("rm", "--quiet", "app/tax.py");
  symlinkSync("vat.ts", join(fixture.repo, "src/link.ts"));
  const turned = fixture.commit({ "app/tax.py/rate.py": "def rate():\n    return 2\n" });
  for (const commit of [moved, turned, base, turned]) {
    const [gone, made] = await Promise.all(
      [map, repositoryMap(clean, store, clock)].map((one) => one.at(commit)),
    );
    expect(gone?.index).toEqual(made?.index);
    expect(gone?.manifest).toEqual(made?.manifest);
    expect(await gone?.read("src/price.ts")).toEqual(await made?.read("src/price.ts"));
  }
});

test("a map whose commit was thrown away is made anew", async () => {
  const { fixture, clean, map, base } = await opened(files);
  const side = fixture.git("commit-tree", "-m", "side", `${base}^{tree}`);
  await map.at(side);
  rmSync(join(clean.objects ?? join(clean.gitDir, "objects"), side.slice(0, 2), side.slice(2)));
  expect(
    (await map.at(fixture.commit({ "src/new.ts": "export const x = 1;\n" }))).parsedFiles,
  ).toBe(1);
});

test("facts outlive the process, and what cannot be read of them is told anew", async () => {
  const { clean, store, map, base, path } = await opened(files);
  await map.at(base);
  expect((await repositoryMap(clean, store, clock).at(base)).parsedFiles).toBe(0);
  const database = new DatabaseSync(path);
  database.exec("UPDATE facts SET facts = 'no json' WHERE key LIKE '%.py'");
  database.close();
  const view = await repositoryMap(clean, store, clock).at(base);
  expect(view.parsedFiles).toBe(2);
  expect(view.index.definers.get("Shop")).toEqual(new Set(["app/shop.py"]));
});

test("the manifest names the modules, and is made anew when the tree moves and after a week", async () => {
  let nowMs = 0;
  const { fixture, clean, store, base } = await opened(files);
  const map = repositoryMap(clean, store, { now: () => nowMs });
  const first = (await map.at(base)).manifest;
  expect(first).toContain("app/ (2 files): rate, Shop, open");
  expect((await map.at(base)).manifest).toBe(first);
  nowMs = 7 * 86_400_000;
  const weekly = (await map.at(base)).manifest;
  expect(weekly).not.toBe(first);
  expect(weekly).toEqual(first);
  const later = fixture.commit({ "lib/new.go": "package lib\n\nfunc New() {}\n" });
  expect((await map.at(later)).manifest?.join("\n")).toContain("lib/ (1 file): New");
});

test("links, binary files and odd names neither lead out nor break the map", async () => {
  const { fixture, map } = await opened({
    ...files,
    "data.py": Buffer.from([0, 1, 2, 255]),
    "odd\nname \t.ts": "export const odd = 1;\n",
  });
  symlinkSync("/etc/passwd", join(fixture.repo, "passwd.ts"));
  const view = await map.at(fixture.commit({}));
  expect(view.index.paths).not.toContain("passwd.ts");
  expect(await view.read("passwd.ts")).toBeNull();
  expect(await view.read("data.py")).toBeNull();
  expect(await view.read("../outside")).toBeNull();
  expect(view.index.definers.get("odd")).toEqual(new Set(["odd\nname \t.ts"]));
});
