import * as fc from "fast-check";
import { expect, test } from "vitest";
import { memoryWeb } from "../testing/memory-web.ts";
import { checkCitations, findingChecks, withFindings, type Finding } from "./citation-check.ts";

const { signal } = new AbortController();
const web = memoryWeb({
  "https://nasa.test/moons": { text: "Saturn has 146 known moons in its orbit." },
  "https://down.test/": "it takes no connection",
});
const check = (report: string) => checkCitations(report, web, signal);

test("a source that cannot be reached or contradicts is named; one that supports stands", async () => {
  const findings = await check(
    [
      "Saturn has 146 known moons (https://nasa.test/moons).",
      "Saturn has 83 known moons (https://nasa.test/moons#table).",
      "Its rings are made of ice and rock (https://invented.test/rings).",
      "Its days are ten hours long (https://down.test/).",
    ].join("\n\n"),
  );
  expect(findings.map(({ outcome }) => outcome)).toEqual([
    "supports",
    "contradicts",
    "unreachable",
    "unreachable",
  ]);
  const checks = findingChecks(findings);
  expect(checks.map(({ name, outcome }) => `${outcome}: ${name}`)).toEqual([
    "fail: source https://nasa.test/moons#table",
    "fail: source https://invented.test/rings",
    "fail: source https://down.test/",
    "pass: sources",
  ]);
  expect(checks[0]?.detail).toContain("it has 146, not 83");
  expect(checks[1]?.detail).toContain("cannot be reached (it answers 404)");
});

test("each page is fetched once, whatever part of it is cited", async () => {
  const before = web.pagesRead.length;
  await check(
    "One is this https://nasa.test/moons#a and that.\n\nTwo is https://nasa.test/moons#b.",
  );
  expect(web.pagesRead.length - before).toBe(1);
});

test("a report without citations, or whose citations stand, keeps its score", async () => {
  expect(withFindings(8, await check("No source at all."))).toBe(8);
  expect(
    withFindings(8, await check("Saturn has 146 known moons (https://nasa.test/moons).")),
  ).toBe(8);
});

const outcomes = ["supports", "contradicts", "says-nothing", "unreachable", "read"] as const;
const finding = (outcome: Finding["outcome"]): Finding => ({
  url: "",
  claim: "",
  why: "",
  outcome,
});

test("one more fault never raises a score, and an invented source always costs something", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...outcomes), { maxLength: 30 }),
      fc.double({ min: 1, max: 10, noNaN: true }),
      (some, score) => {
        const findings = some.map(finding);
        const before = withFindings(score, findings);
        expect(before).toBeLessThanOrEqual(score);
        expect(before).toBeGreaterThanOrEqual(1);
        const after = withFindings(score, [...findings, finding("unreachable")]);
        expect(after).toBeLessThanOrEqual(before);
        if (score >= 1.5) expect(after).toBeLessThan(score);
      },
    ),
  );
  expect(withFindings(9, [finding("unreachable")])).toBe(2.6);
});
