import { edit, file, report, tests } from "./answers.ts";
import { pick } from "./random.ts";
import type { Reply, RowMaker } from "./row.ts";

const text = (...blocks: string[]): Reply => ({ kind: "text", text: blocks.join("\n") });

/** 1: a bug with a test that shows it; the fix is good. */
export const goodFix: RowMaker = (random) => ({
  tasks: [
    {
      row: 1,
      name: `FIX-${100 + Math.floor(random.next() * 90)}`,
      title: "Write negative amounts of money with the sign first",
      text: '`formatMoney(-1230, "EUR")` should give `-€12.30`; it rounds the wrong way today.',
      category: "capability",
      priority: 2,
      output: "code",
      success: ["node --test pending/money-negative.test.ts"],
      scope: ["src/money.ts"],
    },
  ],
  reply: () =>
    text(
      edit(
        "src/money.ts",
        '  const whole = Math.floor(cents / 100);\n  const rest = Math.abs(cents % 100);\n  return `${symbol}${whole}.${String(rest).padStart(2, "0")}`;',
        '  const sign = cents < 0 ? "-" : "";\n  const size = Math.abs(cents);\n  const whole = Math.floor(size / 100);\n  const rest = size % 100;\n  return `${sign}${symbol}${whole}.${String(rest).padStart(2, "0")}`;',
      ),
    ),
});

const features = [
  {
    name: "slugify",
    does: "turns a title into lower-case words joined by hyphens",
    code: `/** Lower-case words of a title, joined by hyphens: \`A B!\` becomes \`a-b\`. */
export function slugify(title: string): string {
  const plain = title.normalize("NFKD").replaceAll(/\\p{M}+/gu, "").toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
}
`,
    cases: {
      "words are joined by hyphens": 'assert.equal(slugify("Hello, World!"), "hello-world");',
      "accents are dropped": 'assert.equal(slugify("Crème brûlée"), "creme-brulee");',
    },
    edges: {
      "nothing stays nothing": 'assert.equal(slugify(""), "");',
      "only punctuation gives nothing": 'assert.equal(slugify("?!"), "");',
      "digits stay": 'assert.equal(slugify("Top 10"), "top-10");',
    },
  },
  {
    name: "initials",
    does: "gives the first letters of the words of a name, in capitals",
    code: `/** First letters of the words of a name, in capitals: \`Ada King\` becomes \`AK\`. */
export function initials(name: string): string {
  const parts = name.split(/[\\s-]+/).filter((part) => part !== "");
  return parts.map((part) => part.slice(0, 1).toUpperCase()).join("");
}
`,
    cases: {
      "each word gives its first letter": 'assert.equal(initials("ada king"), "AK");',
      "a double name counts twice": 'assert.equal(initials("Jean-Luc Picard"), "JLP");',
    },
    edges: {
      "nothing gives nothing": 'assert.equal(initials(""), "");',
      "spaces around are ignored": 'assert.equal(initials("  grace   hopper "), "GH");',
      "one word is enough": 'assert.equal(initials("Cher"), "C");',
    },
  },
  {
    name: "ordinal",
    does: "writes a whole number with its English ending",
    code: `/** A whole number with its English ending: \`1st\`, \`22nd\`, \`113th\`. */
export function ordinal(value: number): string {
  const tens = Math.abs(value) % 100;
  if (tens >= 11 && tens <= 13) return \`\${value}th\`;
  return \`\${value}\${["th", "st", "nd", "rd"][tens % 10] ?? "th"}\`;
}
`,
    cases: {
      "the first three have their own endings":
        'assert.deepEqual([1, 2, 3, 4].map(ordinal), ["1st", "2nd", "3rd", "4th"]);',
      "eleven is no first": 'assert.equal(ordinal(11), "11th");',
    },
    edges: {
      "zero has an ending": 'assert.equal(ordinal(0), "0th");',
      "a hundred and twelve is no second": 'assert.equal(ordinal(112), "112th");',
      "a hundred and one is a first": 'assert.equal(ordinal(101), "101st");',
    },
  },
] as const;

/** 2: a feature with tests; its follow-up tests the edges. */
export const goodFeature: RowMaker = (random) => {
  const feature = pick(random, features);
  const { name } = feature;
  return {
    tasks: [
      {
        row: 2,
        name: `FEAT-${200 + Math.floor(random.next() * 90)}`,
        title: `Add a function ${name}`,
        text: `\`${name}\` ${feature.does}. Put it into src/${name}.ts with tests of its own.`,
        category: "capability",
        priority: 2,
        output: "code",
        success: [`node --test test/${name}.test.ts`],
      },
    ],
    reply: ({ prompt }) =>
      prompt.includes(`Test the edge cases of src/${name}.ts`)
        ? text(file(`test/${name}-edges.test.ts`, tests(name, name, feature.edges)))
        : text(
            file(`src/${name}.ts`, feature.code),
            file(`test/${name}.test.ts`, tests(name, name, feature.cases)),
            edit(
              "src/index.ts",
              'export { clamp } from "./clamp.ts";',
              `export { clamp } from "./clamp.ts";\nexport { ${name} } from "./${name}.ts";`,
            ),
          ),
  };
};

/** 3: a report; the repository stays as it is. */
export const goodReport: RowMaker = () => ({
  tasks: [
    {
      row: 3,
      name: "DOC-301",
      title: "Report on how the library refuses bad arguments",
      text: "Which functions throw what, where they differ, and what to do about it.",
      category: "tech_research",
      priority: 3,
      output: "report",
      success: [],
    },
  ],
  reply: () =>
    text(
      report(`# How pocketful refuses bad arguments

## Method

Every module under \`src\` was read for \`throw\` statements, and each test for the refusals it asserts.

## What is there

- \`clamp\` throws a \`RangeError\` when its bounds are in the wrong order (src/clamp.ts).
- \`splitEvenly\` throws a \`RangeError\` for a number of parts that is no whole number above zero.
- \`parseDuration\` throws a \`SyntaxError\` when any part of its text is not a number with a unit.
- \`mean\`, \`variance\`, \`quantile\` and \`histogram\` throw a \`RangeError\` for missing samples or shares out of range.
- \`formatMoney\`, \`greeting\` and \`words\` refuse nothing.

## Where they differ

\`histogram\` accepts samples that are no numbers and counts them into an undefined bin, while \`quantile\`
answers \`NaN\`. \`greeting\` answers for hour 99. \`formatMoney\` writes fractions of a cent.

## Recommendations

1. Refuse samples that are not finite in \`histogram\` and \`quantile\` alike.
2. Refuse an hour outside 0 to 23 in \`greeting\`.
3. Test every refusal by name, as test/clamp.test.ts does.

## Conclusion

Refusals are consistent where they exist: wrong ranges are a \`RangeError\`, wrong text is a
\`SyntaxError\`. What is missing are three refusals, each a line of code and a test.
`),
    ),
});

/** 14: two tasks that change the same lines; one of them is redone on the new base. */
export const sameLines: RowMaker = () => ({
  tasks: [
    {
      row: 14,
      name: "EARLY-141",
      title: "Greet early risers",
      text: "Before six, `greeting` says `Up early`.",
      category: "content",
      priority: 1,
      output: "code",
      success: ["node --test test/greeting-early.test.ts"],
    },
    {
      row: 14,
      name: "LATE-142",
      title: "Wish a good night",
      text: "From ten in the evening on, `greeting` says `Good night`.",
      category: "content",
      priority: 1,
      output: "code",
      success: ["node --test test/greeting-late.test.ts"],
    },
  ],
  reply: (_question, { name }) => {
    const morning = '  if (hour < 12) return "Good morning";';
    return name === "EARLY-141"
      ? text(
          edit("src/words.ts", morning, `  if (hour < 6) return "Up early";\n${morning}`),
          file(
            "test/greeting-early.test.ts",
            tests("greeting", "words", {
              "five is early": 'assert.equal(greeting(5), "Up early");',
              "six is morning": 'assert.equal(greeting(6), "Good morning");',
            }),
          ),
        )
      : text(
          edit("src/words.ts", morning, `  if (hour >= 22) return "Good night";\n${morning}`),
          file(
            "test/greeting-late.test.ts",
            tests("greeting", "words", {
              "ten is night": 'assert.equal(greeting(22), "Good night");',
              "nine is evening": 'assert.equal(greeting(21), "Good evening");',
            }),
          ),
        );
  },
});
