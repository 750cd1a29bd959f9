import { linesOf, moreIn, type Change } from "./changes.ts";
import { isSnapshot } from "./languages.ts";
import { type ActiveTest, testFacts } from "./test-facts.ts";

/** Steps by which a test ends, goes round or swallows what it would find. */
const WAY_OUT =
  /\b(?:try|catch|except|rescue|finally|return|if|unless|for|while|break|continue|exit|suppress)\b/;
/** Puts something else in the place of what is tested. */
const STANDS_IN =
  /\b(?:vi|jest|mock|sinon|td|t)\.(?:mock|doMock|unstable_mockModule|module|spyOn|stub|replace|method)\(|\bmock\.patch|(?:^|@|\s)patch(?:\.object)?\(|\bmonkeypatch\.|\ballow(?:_any_instance_of)?\(/;
const TOUCHED_MAX = 5;

/**
 * What tests that stood before do otherwise, in words; none where they were only added to. Tests
 * may gain assertions and be laid out anew; a step that left, a new way out, a double in the place
 * of the code is for a person to look at (H6).
 */
export function changedTests({ path, before, after }: Change): string[] {
  if (before === null || after === null || isSnapshot(path)) return [];
  const old = testFacts(path, before).active;
  if (old.length === 0) return [];
  const now = testFacts(path, after).active;
  const standing = new Map(now.map((test) => [test.title, test]));
  const titles = new Set(old.map(({ title }) => title));
  const touched = old.flatMap((test) => {
    const found = standing.get(test.title);
    const what = found ? changeOf(test, found) : null;
    return what === null ? [] : [`${path}: "${test.title.slice(0, 80)}" ${what}`];
  });
  const ofNewTests = now.filter(({ title }) => !titles.has(title)).flatMap(({ steps }) => steps);
  const around = moreIn(moreIn(linesOf(after), linesOf(before)), ofNewTests);
  const doubles = [
    ...(around.some((line) => STANDS_IN.test(line)) ? [`${path} puts a double in`] : []),
    ...standIns(before, after).map((name) => `${path} tests a ${name} of its own`),
  ];
  return [...touched.slice(0, TOUCHED_MAX), ...doubles];
}

function changeOf(before: ActiveTest, after: ActiveTest): string | null {
  const plain = ({ steps }: ActiveTest) => steps.join("").replaceAll(/\s|,(?=[)\]}])/g, "");
  if (plain(before) === plain(after)) return null;
  if (moreIn(before.steps, after.steps).length > 0) return "does other steps than before";
  const added = moreIn(after.steps, before.steps);
  return added.some((step) => WAY_OUT.test(step)) ? "has a new way out" : null;
}

/** Names that were brought in before and are made in the file now. */
function standIns(before: string, after: string): string[] {
  const still = new Set(broughtIn(after));
  return [...new Set(broughtIn(before))].filter(
    (name) =>
      !still.has(name) &&
      new RegExp(
        String.raw`^\s*(?:export\s+)?(?:async\s+)?(?:const|let|var|function\*?|class|def|fn|func)\s+${name}\b|^${name}\s*:?=(?!=)`,
        "m",
      ).test(after),
  );
}

const BROUGHT =
  /^\s*(?:import\s+(?:type\s+)?([^"';]+?)\s+from\s*["']|(?:const|let|var)\s+([^=;]+?)\s*=\s*(?:await\s+import|require)\(|from\s+[\w.]+\s+import\s+\(?([\w\s,]+))/gm;

function broughtIn(text: string): string[] {
  return [...text.matchAll(BROUGHT)]
    .flatMap((match) => (match[1] ?? match[2] ?? match[3] ?? "").split(/[,{}]/))
    .map((part) => /(\w+)\s*$/.exec(part)?.[1] ?? "")
    .filter((name) => name !== "");
}
