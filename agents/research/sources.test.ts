import { expect, test } from "vitest";
import { memoryWeb } from "../testing/memory-web.ts";
import { queriesFor, sourcesFor } from "./sources.ts";

const call = { signal: new AbortController().signal, progress: () => {} };
const long = (text: string) => ({ text: `${text} `.repeat(40) });
const task = {
  title: "Compare moons of Saturn",
  text: "See https://named.test/page. How many moons are there?\n- Which is largest of them?",
  output: "research" as const,
};

test("what a task names comes first, then what searches find; a shell of a page is left out", async () => {
  const web = memoryWeb({
    "https://a.test/1": long("Moons of Saturn, one"),
    "https://a.test/2": long("Moons of Saturn, two"),
    "https://b.test/": long("The largest moons"),
    "https://named.test/page": long("Named by the director"),
    "https://shell.test/": { text: "moons" },
  });
  const sources = await sourcesFor(task, web, call);
  expect(sources.map(({ url }) => url)).toEqual([
    "https://named.test/page",
    "https://a.test/1",
    "https://b.test/",
    "https://a.test/2",
  ]);
  expect(web.searched[0]).toBe("Compare moons of Saturn");
});

test("only research looks anything up, and only where somebody may", async () => {
  const web = memoryWeb({ "https://a.test/": long("Moons") });
  expect(await sourcesFor({ ...task, output: "report" }, web, call)).toEqual([]);
  expect(await sourcesFor({ ...task, output: "code" }, web, call)).toEqual([]);
  expect(web.searched).toEqual([]);
  expect(await sourcesFor(task, null, call)).toEqual([]);
});

test("a task is asked about by its title and its questions, without marks and addresses", () => {
  expect(queriesFor(task)).toEqual([
    "Compare moons of Saturn",
    "How many moons are there?",
    "Which is largest of them?",
  ]);
});
