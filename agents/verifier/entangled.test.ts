import { expect, test } from "vitest";
import { brokenByNew, changeOf } from "../testing/changed.ts";
import { taskSpec } from "../testing/fixtures.ts";
import { rulesHere } from "../testing/rules-here.ts";
import { constitutionCheck } from "./constitution.ts";
import { cutOff } from "./cut-off.ts";
import { testFacts } from "./test-facts.ts";

const DEEP = 20_000;
const findings = (text: string) => brokenByNew("a.ts", text);
const cut = (text: string) =>
  cutOff({ path: "a.ts", status: "added", before: null, after: text, special: null });

test.each([
  ["brackets", "(".repeat(DEEP)],
  ["templates", "`${".repeat(DEEP)],
  ["lists", "[".repeat(DEEP)],
])("%s that are opened however often end no process and count as cut off", (_, text) => {
  expect(findings(text)).toEqual([]);
  expect(cut(text)).toContain("cut off");
  expect(testFacts("a.test.ts", text).active).toEqual([]);
});

test.each([
  ["calls", `${"f(".repeat(DEEP)}eval(x)${")".repeat(DEEP)}`, "eval"],
  ["a chain", `a${".b()".repeat(DEEP)}`, "unreadable"],
])("%s nested however deep end no process and do not pass unread", (_, text, rule) => {
  expect(findings(text)).toContain(rule);
  expect(cut(text)).toBeNull();
  expect(testFacts("a.test.ts", text).active).toEqual([]);
});

test("a large honest file is read to its end", () => {
  const text = `${"export const list = [1, 2, 3].map((x) => x + 1);\n".repeat(5_000)}eval(x);\n`;
  expect(findings(text)).toEqual(["eval"]);
});

test("a file that could not be read before excuses none that cannot be read now", async () => {
  const chain = `a${".b()".repeat(DEEP)}`;
  const edited = changeOf("a.ts", chain, `${chain};\nrun();\n`);
  const signal = new AbortController().signal;
  const ways = { hostsAllowed: [], reader: rulesHere, signal };
  const { hits } = await constitutionCheck([edited], taskSpec(), ways);
  expect(hits.map(({ rule }) => rule)).toEqual(["unreadable"]);
  const allowed = taskSpec({ source: "director", tags: ["allow:unreadable"] });
  expect((await constitutionCheck([edited], allowed, ways)).hits).toEqual([]);
});
