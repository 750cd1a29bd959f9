import { edit, file, tests } from "./answers.ts";
import type { Reply, RowMaker } from "./row.ts";

const text = (...blocks: string[]): Reply => ({ kind: "text", text: blocks.join("\n") });

/** 4: it is there already. */
export const alreadyDone: RowMaker = () => ({
  tasks: [
    {
      row: 4,
      name: "CLAMP-401",
      title: "Add a function clamp that keeps a number inside bounds",
      text: "`clamp(value, low, high)` gives the nearest number inside the bounds; src/clamp.ts.",
      category: "capability",
      priority: 3,
      output: "code",
      success: ["node --test test/clamp.test.ts"],
    },
  ],
  reply: () => text(""),
});

/** 5: nobody could tell when it is done. */
export const noCondition: RowMaker = () => ({
  tasks: [
    {
      row: 5,
      name: "BETTER-501",
      title: "Make the words module better",
      text: "It should be nicer to use.",
      category: "capability",
      priority: 3,
      output: "code",
      success: [],
    },
  ],
  reply: () => text(""),
});

/** 21 lines instead of 54: descriptions, refusals and two functions are gone; every test passes. */
const brokenStats = `export const sum = (samples: readonly number[]): number => {
  let [total, lost] = [0, 0];
  for (const sample of samples) {
    const next = total + sample;
    lost += Math.abs(total) >= Math.abs(sample) ? total - next + sample : sample - next + total;
    total = next;
  }
  return total + lost;
};
export const mean = (samples: readonly number[]): number => {
  if (samples.length === 0) throw new RangeError("no samples");
  return sum(samples) / samples.length;
};
export const variance = (samples: readonly number[]): number =>
  sum(samples.map((sample) => (sample - mean(samples)) ** 2)) / (samples.length - 1);
export const quantile = (samples: readonly number[], share: number): number => {
  const sorted = samples.toSorted((a, b) => a - b);
  const [below = 0, above = 0] = [Math.floor, Math.ceil].map((f) => sorted[f(share * (sorted.length - 1))]);
  return below + (above - below) * ((share * (sorted.length - 1)) % 1);
};
export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
`;

const medianTests = file(
  "test/median.test.ts",
  tests("median", "stats", {
    "the median of an odd number of samples is the middle one":
      "assert.equal(median([3, 1, 2]), 2);",
    "the median of an even number lies between": "assert.equal(median([4, 1, 3, 2]), 2.5);",
  }),
);

/** 7: a rewrite that loses most of a file; with the critique, an addition. */
export const losesLines: RowMaker = () => ({
  tasks: [
    {
      row: 7,
      name: "MEDIAN-701",
      title: "Add a median to the statistics",
      text: "`median(samples)` in src/stats.ts, by way of `quantile`, with tests.",
      category: "capability",
      priority: 2,
      output: "code",
      success: ["node --test test/median.test.ts"],
    },
  ],
  reply: ({ again }) =>
    again
      ? text(
          edit(
            "src/stats.ts",
            "/** Numbers of samples in bins of equal width between the smallest and the largest sample. */",
            `/** The middle of the samples. @throws RangeError without samples. */
export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

/** Numbers of samples in bins of equal width between the smallest and the largest sample. */`,
          ),
          medianTests,
        )
      : text(file("src/stats.ts", brokenStats), medianTests),
  judge: ({ prompt }) => (prompt.includes("-export function histogram") ? 3 : 8.5),
});

const fraction = edit(
  "src/money.ts",
  "  if (!Number.isInteger(parts) || parts < 1)",
  "  if (!Number.isInteger(cents)) throw new RangeError(`not whole cents: ${cents}`);\n  if (!Number.isInteger(parts) || parts < 1)",
);

/** 10: the answer is cut off in the middle of its second file. */
export const cutOff: RowMaker = () => ({
  tasks: [
    {
      row: 10,
      name: "CENT-1001",
      title: "Refuse fractions of a cent when splitting",
      text: "`splitEvenly(10.5, 2)` should throw a RangeError. Tell so in docs/refusals.md.",
      category: "revenue",
      priority: 3,
      output: "code",
      success: ["node --test pending/money-fraction.test.ts"],
    },
  ],
  reply: ({ again }) =>
    again
      ? text(fraction)
      : {
          kind: "text",
          cut: true,
          text: `${fraction}\n<file path="docs/refusals.md">\n# What is refused\n\n- \`splitEvenly\` refuses fractions of a cent, and also every number of parts that`,
        },
  judge: ({ prompt }) => (prompt.includes("cut off") ? CUT_OFF_JUDGE : 8.5),
});

/** With the heuristics' part of 40 % this blends to 5.2, as the documents have it. */
const CUT_OFF_JUDGE = 5.5;

const RESET_MS = 4_000;

/** 11: the account's limit is reached, and resets a little later. */
export const limitHit: RowMaker = () => ({
  tasks: [
    {
      row: 11,
      name: "HYPHEN-1101",
      title: "Keep hyphenated words together",
      text: '`words("a well-known fact")` gives three words.',
      category: "content",
      priority: 1,
      output: "code",
      success: ["node --test pending/words-hyphen.test.ts"],
      model: "spare",
    },
  ],
  reply: ({ firstAskedMs, nowMs }) =>
    nowMs < firstAskedMs + RESET_MS
      ? { kind: "limit", resetsAtMs: firstAskedMs + RESET_MS }
      : text(
          edit(
            "src/words.ts",
            "/[\\p{L}\\p{N}]+(?:'[\\p{L}]+)?/gu",
            "/[\\p{L}\\p{N}]+(?:['-][\\p{L}\\p{N}]+)*/gu",
          ),
        ),
});

/** 12: one model never answers; another one does it. */
export const silentWorker: RowMaker = () => ({
  tasks: [
    {
      row: 12,
      name: "SIGN-1201",
      title: "Write negative durations with a sign",
      text: "`formatDuration(-90_000)` gives `-1m30s`.",
      category: "content",
      priority: 1,
      output: "code",
      success: ["node --test test/duration-sign.test.ts"],
      model: "quiet",
    },
  ],
  reply: ({ model }) =>
    model === "gpt-quiet"
      ? { kind: "silence" }
      : text(
          edit(
            "src/duration.ts",
            '  if (ms === 0) return "0ms";',
            '  if (ms === 0) return "0ms";\n  if (ms < 0) return `-${formatDuration(-ms)}`;',
          ),
          file(
            "test/duration-sign.test.ts",
            tests("formatDuration", "duration", {
              "a negative duration begins with a minus sign":
                'assert.equal(formatDuration(-90_000), "-1m30s");',
              "nothing has no sign": 'assert.equal(formatDuration(0), "0ms");',
            }),
          ),
        ),
});

const pages = ["money", "durations", "statistics", "words"] as const;

/** 13: too much for one answer; each half is small enough. */
export const tooLarge: RowMaker = () => ({
  tasks: [
    {
      row: 13,
      name: "GUIDE-1301",
      title: "Write a guide to the library",
      text: [
        "A guide of about 12,000 tokens in four pages:",
        ...pages.map((page) => `- docs/${page}.md with examples for every function`),
      ].join("\n"),
      category: "content",
      priority: 3,
      output: "code",
      success: [],
      files: pages.map((page) => `docs/${page}.md`),
    },
  ],
  reply({ role, prompt }) {
    if (role === "planner") return text(JSON.stringify({ parts: [part(0, 2), part(2, 4)] }));
    const asked = pages.slice(...(prompt.includes(partTitle(0, 2)) ? [0, 2] : [2, 4]));
    return text(...asked.map((page) => file(`docs/${page}.md`, guide(page))));
  },
});

function partTitle(from: number, to: number): string {
  return `Write the guide's pages on ${pages.slice(from, to).join(" and ")}`;
}

function part(from: number, to: number) {
  return {
    title: partTitle(from, to),
    text: pages
      .slice(from, to)
      .map((page) => `docs/${page}.md, about 1,500 tokens`)
      .join("\n"),
    success: pages.slice(from, to).map((page) => ({ kind: "file", path: `docs/${page}.md` })),
    scope: ["docs/**"],
  };
}

function guide(page: string): string {
  return `# A guide to ${page}

## What it is for

The ${page} part of pocketful is a handful of pure functions. They take plain values, give plain
values back, and throw a \`RangeError\` or a \`SyntaxError\` when an argument makes no sense.

## An example

\`\`\`ts
import * as pocketful from "pocketful";

console.log(Object.keys(pocketful));
\`\`\`

## What to keep in mind

- Nothing is rounded unless its description says so.
- Nothing is read from the clock or the locale of the machine.

## Where to go on

The source of each function carries its description, its units and what it throws.
`;
}
