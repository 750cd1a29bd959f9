import type { Answer, ScriptRequest } from "@nightshift/infra/sim/wire/script";

/** A task on the published package, as its owner would type it. */
export const task = {
  name: "FILL-1",
  title: "Add defaults.js, which fills in only what is missing",
  text: "Beside `mutable.js`: `defaults(target, ...sources)` sets each own key of the sources that the target does not have, earlier sources first, and returns the target. A source may be null. With tests in test.js and a line in the README.",
  success: `node -e 'require("assert").deepEqual(require("./defaults")({ a: 1 }, null, { a: 2, b: 3 }, { b: 4 }), { a: 1, b: 3 })'`,
  /** What no other file of the package says, to find it again. */
  mark: "fills in what is missing",
} as const;

/** The package's files that the work builds on, as they were published. */
export type Published = { test: string; readme: string };

/** What a model would answer: to an agent CLI the edits by its own tools, to a judge a judgement. */
export function scriptOf(published: Published): (request: ScriptRequest) => Answer {
  return ({ prompt, tools }) => {
    if (prompt.includes('"criteria"')) return { kind: "text", text: judgement };
    if (tools.length > 0 && prompt.includes(task.title)) return edits(published);
    return { kind: "error", status: 400 };
  };
}

function edits({ test, readme }: Published): Answer {
  const files = [
    { path: "defaults.js", content: source },
    { path: "test.js", content: test.trimEnd() + tests },
    { path: "README.md", content: readme.replace("## Stability status", `${line}$&`) },
  ];
  return { kind: "edits", files, summary: "Added defaults.js with its tests." };
}

const source = `module.exports = defaults

var hasOwnProperty = Object.prototype.hasOwnProperty;

function defaults(target) {
    for (var i = 1; i < arguments.length; i++) {
        var source = arguments[i]

        for (var key in source) {
            if (hasOwnProperty.call(source, key) && !hasOwnProperty.call(target, key)) {
                target[key] = source[key]
            }
        }
    }

    return target
}
`;

const tests = `

test("defaults ${task.mark}", function (assert) {
    var a = { foo: "bar" }

    assert.equal(defaults(a, { foo: "baz", one: 1 }, { one: 2 }), a)
    assert.deepEqual(a, { foo: "bar", one: 1 })
    assert.end()
})

test("defaults takes null as a source", function (assert) {
    assert.deepEqual(defaults({ a: undefined }, null, { a: 1 }), { a: undefined })
    assert.end()
})

var defaults = require("./defaults")
`;

const line = `\`require("xtend/defaults")\` ${task.mark} in its first argument.

`;

const criteria = ["does what the task asks", "correct and complete", "tested", "readable"];
const judgement = JSON.stringify({
  criteria: criteria.map((name) => ({ name, score: 8.5, quote: "!hasOwnProperty.call(target" })),
  score: 8.5,
  critique: "Require the new file at the top of test.js, where the others are.",
});
