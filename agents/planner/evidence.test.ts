import { expect, test } from "vitest";
import { claimOf } from "./claims.ts";
import { evidenceOf } from "./evidence.ts";

const sources = [
  { path: "lib/parse.js", text: "module.exports = function parse(s, opts) {\n  opts.depth;\n};\n" },
  { path: "lib/stringify.js", text: "// depth comes later\nmodule.exports = (o) => o;\n" },
  { path: "test/parse.js", text: "parse('a', { depth: 1 });\n" },
  { path: "README.md", text: "`limit: 5` is planned.\n" },
];

test.for([
  ["[New] `parse`: add `strictDepth` option", ["strictDepth"], ["parse"]],
  ["[`order`]: Add `distinctGroup` option", ["distinctGroup"], ["order"]],
  ["feat(parse): add `a`/`b` options", ["a", "b"], []],
  [
    "**smtp:** add closeTimeout ([#7](https://example.org/7)) ([0a1b2c3](https://example.org))",
    ["closeTimeout"],
    [],
  ],
  ["Add `pool.compile` to make `trust` faster", ["compile"], []],
  ["Add `limit` option for MailComposer", ["limit"], ["MailComposer"]],
  ["add basicAuth support for `AuthToken`", ["AuthToken"], ["basicAuth"]],
  ["add support for `bodyParser` to ignore a type", [], []],
  ["Support `property(object, name)`", [], []],
  ["Accept `X-Token` request headers", ["X-Token"], []],
  ["Accept `RegExp` object for `hostname`", [], ["hostname"]],
  ["Add `421 Misdirected Request`", ["421 Misdirected Request"], []],
  ["add `error.status = 400` to `parse()`", [], []],
  ["add appending `Vary` to a response", [], []],
  ["Support alternative `@import` syntax", [], []],
  ["Added `queue.remove()`, for removing items in a `queue`", ["remove"], ["queue"]],
  ["add support for `WeakMap` and `WeakSet`", ["WeakMap", "WeakSet"], []],
  ["`bin/tape`: add `--strict`", ["--strict"], ["bin/tape"]],
  ["Add tests for `clamp`", [], []],
  ["Fix `clamp`", [], []],
  ["[`no-cycle`]: add fixer", [], ["no-cycle"]],
  ["Add `response.append(field, value)` to append headers", ["append"], []],
  ["Add `options` argument to `download`", [], []],
  ['Add `next("router")` to exit from a router', [], []],
] as const)("what %s creates is told from what it is about", ([line, created, context]) => {
  const claim = claimOf(line);
  const long = (names: readonly string[]) => names.filter((name) => name.length > 1);
  expect(claim.created).toEqual(long(created));
  expect(claim.context).toEqual(context);
});

test("a name stands where the task is about, in code, or shows nothing", () => {
  expect(evidenceOf([claimOf("`parse`: add a `depth` option")], sources)).toEqual([
    "lib/parse.js:2 has depth",
    "test/parse.js tests it",
  ]);
  expect(evidenceOf([claimOf("`stringify`: add a `depth` option")], sources)).toBeNull();
  expect(evidenceOf([claimOf("add a `limit` option")], sources)).toBeNull();
});

test("one name that is missing, or that no test speaks of, and there is work", () => {
  expect(evidenceOf([claimOf("`parse`: add `depth` and `breadth` options")], sources)).toBeNull();
  const untested = sources.filter(({ path }) => !path.startsWith("test/"));
  const empty = [...untested, { path: "test/other.js", text: "" }];
  expect(evidenceOf([claimOf("`parse`: add a `depth` option")], empty)).toBeNull();
  expect(evidenceOf([claimOf("`parse`: add a `depth` option")], untested)).not.toBeNull();
});

const server = {
  path: "lib/server.js",
  text: `res.send = function send(body) {
  var chunk = body.etag;
};

res.download = function download(path, options) {
  var root = options.root;
  res.send(path);
};
`,
};

test("an option of a function stands in that function, or it is another one's", () => {
  const found = ["lib/server.js:6 has root"];
  expect(evidenceOf([claimOf("Add `root` option to `res.download`")], [server])).toEqual(found);
  expect(evidenceOf([claimOf("Add `root` option to `res.send`")], [server])).toBeNull();
});

test("a part of something is there once it is put there, not once it is used", () => {
  const found = ["lib/server.js:5 has download"];
  expect(evidenceOf([claimOf("Add `res.download`")], [server])).toEqual(found);
  expect(evidenceOf([claimOf("Add `res.etag`")], [server])).toBeNull();
  expect(evidenceOf([claimOf("Add `etag` to a response")], [server])).not.toBeNull();
});

test("where a file has the owner's name, a part of it stands there", () => {
  const owner = { path: "lib/res.js", text: "exports.json = 1;\n" };
  expect(evidenceOf([claimOf("Add `res.json`")], [server, owner])).not.toBeNull();
  expect(evidenceOf([claimOf("Add `res.download`")], [server, owner])).toBeNull();
});

test("a call that another package brings was not made here, a name that it brings was taken in", () => {
  const log = { path: "lib/log.js", text: 'var debug = require("debug")("x");\ndebug("on");\n' };
  expect(evidenceOf([claimOf("Add `debug()` for lost stores")], [log])).toBeNull();
  expect(evidenceOf([claimOf("Add `debug` messages")], [log])).not.toBeNull();
});

test("what is put into another thing is not a part of the one that is named", () => {
  const session = { path: "lib/session.js", text: "req.session.cookie = new Cookie();\n" };
  const response = { path: "lib/response.js", text: "res.cookie = function cookie() {};\n" };
  expect(evidenceOf([claimOf("Add `res.cookie`")], [session])).toBeNull();
  expect(evidenceOf([claimOf("Add `res.cookie`")], [session, response])).not.toBeNull();
});

test("what is exposed is looked for where things are exposed", () => {
  const own = { path: "lib/case.js", text: "function decamelize(text) {}\n" };
  const exposed = { path: "index.js", text: "module.exports.decamelize = decamelize;\n" };
  const claim = claimOf("expose `decamelize`");
  expect(evidenceOf([claim], [own])).toBeNull();
  expect(evidenceOf([claim], [own, exposed])).not.toBeNull();
});

test("a text is looked for in quotes and in data, in either case, and as a whole", () => {
  const headers = { path: "index.js", text: "return req.headers['x-csrf-token'];\n" };
  const codes = { path: "codes.json", text: '{ "421": "Misdirected Request" }\n' };
  const manifest = { path: "package.json", text: codes.text };
  expect(evidenceOf([claimOf("Accept `CSRF-Token` header")], [headers])).toBeNull();
  expect(evidenceOf([claimOf("Accept `X-CSRF-Token` header")], [headers])).not.toBeNull();
  const claim = claimOf("Add `421 Misdirected Request`");
  expect(evidenceOf([claim], [headers, codes])).toEqual([
    "codes.json:1 has 421 Misdirected Request",
  ]);
  expect(evidenceOf([claim], [headers, manifest])).toBeNull();
  expect(evidenceOf([claimOf("Add `codes.json`")], [codes])).toEqual([
    "codes.json:1 has codes.json",
  ]);
  expect(evidenceOf([claimOf("Add `more.json`")], [codes])).toBeNull();
});

test("a label says where a name that stands everywhere is looked for, no more", () => {
  const claim = (name: string) => claimOf(`feat(stringify): add \`${name}\` option`);
  const long = { path: "lib/other.js", text: "opts.strictDepth;\n" };
  expect(evidenceOf([claim("depth")], sources)).toBeNull();
  expect(evidenceOf([claim("strictDepth")], [...sources.slice(0, 2), long])).not.toBeNull();
});

test("what creates nothing has no evidence", () =>
  expect(evidenceOf([claimOf("Fix `parse`")], sources)).toBeNull());

/** A file that tells how often it was read. */
function counted(path: string, text: string) {
  const told = {
    path,
    reads: 0,
    get text() {
      told.reads += 1;
      return text;
    },
  };
  return told;
}

test("however many things are asked for, a file that is about none of them is read once", () => {
  const names = Array.from({ length: 20 }, (_, at) => `option${at}x`);
  const own = { path: "lib/parse.js", text: names.map((name) => `opts.${name};\n`).join("") };
  const other = counted("lib/other.js", "module.exports = 1;\n");
  const claims = names.map((name) => claimOf(`add a \`${name}\` option`));
  expect(evidenceOf(claims, [own, other])).toHaveLength(names.length);
  expect(other.reads).toBe(1);
});

test("after the first thing that is missing nothing more is looked for", () => {
  const claims = ["breadth", "depth", "depth"].map((name) => claimOf(`add a \`${name}\` option`));
  const readsOf = (some: typeof claims) => {
    const own = counted("lib/parse.js", "opts.depth;\n");
    const found = evidenceOf(some, [own]);
    return { reads: own.reads, isThere: found !== null };
  };
  const [missing, ...there] = claims;
  if (!missing) throw new Error("no claim");
  expect(readsOf(there)).toMatchObject({ isThere: true });
  expect(readsOf(claims)).toEqual(readsOf([missing]));
  expect(readsOf(there).reads).toBeGreaterThan(readsOf([missing]).reads);
});
