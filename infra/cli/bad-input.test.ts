import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import { openDirector, type Director } from "./fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

async function director(files?: Readonly<Record<string, string | null>>): Promise<Director> {
  const made = await openDirector(files);
  open.push(made);
  return made;
}

/** One clear line that names the place, one command that mends it, a failed exit, and no event. */
async function refuses(
  who: Director,
  args: readonly string[],
  expected: { names: string; mend: string; cwd?: string },
): Promise<void> {
  const { code, stdout, stderr } = await who.nightshift(
    args,
    expected.cwd ? { cwd: expected.cwd } : {},
  );
  expect(stderr.trimEnd().split("\n")).toHaveLength(2);
  expect(stderr).toContain(expected.names);
  expect(stderr).toContain(`mend it: ${expected.mend}`);
  expect(stdout).toBe("");
  expect(code).toBe(1);
  expect(await who.head()).toBe(0n);
}

test("a folder that is no git repository is named, with the command that makes it one", async () => {
  const who = await director();
  const folder = join(who.root, "plain");
  mkdirSync(folder);
  const expected = {
    names: `${folder}: not a git repository`,
    mend: `git -C ${folder} init`,
    cwd: folder,
  };
  await refuses(who, ["run"], expected);
  await refuses(who, ["add", "Fix it"], expected);
  await refuses(who, ["init"], expected);
});

test("a folder that is not there is named", async () => {
  const who = await director();
  await refuses(who, ["run", "--repo", "nowhere"], {
    names: "nowhere: there is no such folder",
    mend: "give",
  });
});

test("uncommitted changes stop a night and are named; the director's own notes do not", async () => {
  const who = await director();
  who.write("TASKS.md", "# Nothing\n");
  who.write("index.js", "export const one = 2;\n");
  await refuses(who, ["run"], {
    names: "uncommitted changes in index.js",
    mend: `git -C ${who.repo} stash`,
  });
  await who.git("checkout", "--quiet", "index.js");
  expect((await who.nightshift(["run", "--dry-run"])).code).toBe(0);
});

test("a detached head is named", async () => {
  const who = await director();
  await who.git("checkout", "--quiet", "--detach");
  await refuses(who, ["run"], {
    names: `${who.repo}: detached head`,
    mend: `git -C ${who.repo} switch`,
  });
});

test("a repository that is not set up is named, also from a folder inside it", async () => {
  const who = await director({ "nightshift.config.yaml": null, "src/a.js": "" });
  const expected = { names: `${who.repo}: not set up`, mend: `nightshift init --repo ${who.repo}` };
  await refuses(who, ["add", "Fix it"], expected);
  await refuses(who, ["run"], { ...expected, cwd: join(who.repo, "src") });
});

test("a repository without tests is not set up, and no file is written", async () => {
  const who = await director({
    "nightshift.config.yaml": null,
    "package.json": '{ "name": "small" }',
  });
  await refuses(who, ["init"], {
    names: "no test command found",
    mend: `nightshift init --repo ${who.repo} --test`,
  });
  expect(readdirSync(who.repo).toSorted()).toEqual([".git", "index.js", "package.json"]);
});

test("settings that are wrong are named by line and field", async () => {
  const who = await director({ "nightshift.config.yaml": "test: npm test\nparallel: many\n" });
  const file = join(who.repo, "nightshift.config.yaml");
  await refuses(who, ["run"], { names: `${file}:2: parallel:`, mend: `edit ${file}` });
});

test("settings that are no YAML are named by line", async () => {
  const who = await director();
  mkdirSync(dirname(who.paths.config), { recursive: true });
  writeFileSync(who.paths.config, "timeZone: UTC\nbudget: [1\n");
  const { code, stderr } = await who.nightshift(["status"]);
  expect(stderr).toContain(`${who.paths.config}:`);
  expect(stderr).toContain("not YAML");
  expect(stderr).toContain(`mend it: edit ${who.paths.config}`);
  expect(code).toBe(1);
});

test("a backlog in Markdown that is wrong is named by line, and none of its tasks is taken", async () => {
  const who = await director();
  const tasks = "# Tasks\n- [ ] FIX-1 Good one\n- [ ] FIX-2 P9 Bad one\n";
  who.write("TASKS.md", tasks);
  await refuses(who, ["add", "--from", "TASKS.md"], {
    names: "TASKS.md:3: priority",
    mend: "edit line 3",
  });
  await refuses(who, ["run"], { names: "TASKS.md:3: priority", mend: "edit line 3" });
});

test("a backlog in YAML that is wrong is named by line and field", async () => {
  const who = await director();
  const of = (yaml: string) => who.write("tasks.yaml", yaml);
  of("- title: Good\n- title: Bad\n  priority: 7\n");
  await refuses(who, ["add", "--from", "tasks.yaml"], {
    names: "tasks.yaml:3: 1.priority",
    mend: "edit",
  });
  of("tasks:\n  - title: Good\n  - titel: Bad\n");
  await refuses(who, ["add", "--from", "tasks.yaml"], {
    names: "tasks.yaml:3: tasks.1",
    mend: "edit",
  });
});

test("an unknown worker is named, with those there are, and the line that asks for it", async () => {
  const who = await director();
  const mend = `add it under workers in ${who.paths.config}`;
  await refuses(who, ["add", "Fix it", "--model", "gtp"], {
    names: "unknown worker gtp (known: none",
    mend,
  });
  who.write("TASKS.md", "- [ ] FIX-1 One\n\n- [ ] FIX-2 Two\n      model: gtp\n");
  await refuses(who, ["add", "--from", "TASKS.md"], {
    names: "TASKS.md:4: unknown worker gtp",
    mend,
  });
});

test("what a task cannot be is named by its option", async () => {
  const who = await director();
  const help = "nightshift add --help";
  await refuses(who, ["add", "Fix it", "--priority", "9"], { names: "--priority:", mend: help });
  await refuses(who, ["add", "Fix it", "--output", "poem"], { names: "--output:", mend: help });
  await refuses(who, ["add", "x".repeat(201)], { names: "the title:", mend: help });
  await refuses(who, ["add", "Fix it", "--depends", "GONE-1"], {
    names: "no task is called GONE-1",
    mend: "nightshift backlog",
  });
  await refuses(who, ["add"], { names: "say what to do", mend: "nightshift add" });
});

test("a log of a newer version is left alone", async () => {
  const who = await director();
  await who.head();
  const db = new DatabaseSync(who.paths.log);
  db.exec("PRAGMA user_version = 99");
  db.close();
  const { code, stderr } = await who.nightshift(["add", "Fix it"]);
  expect(stderr).toContain(who.paths.log);
  expect(stderr).toContain("newer");
  expect(stderr).toContain("mend it:");
  expect(code).toBe(1);
});

test("hours and cadences that cannot be read are named by their option", async () => {
  const who = await director();
  await refuses(who, ["run", "--until", "25:00"], {
    names: "--until: 25:00",
    mend: "nightshift run --until 06:00",
  });
  await refuses(who, ["run", "--every", "soon"], {
    names: "--every: soon",
    mend: "nightshift run --every",
  });
  await refuses(who, ["run", "--schedule", "never"], {
    names: "known: nine-slots",
    mend: "nightshift run --help",
  });
});

test("a night without a worker that can work asks for the sign-in and begins nothing", async () => {
  const who = await director();
  const none = await who.nightshift(["run"]);
  expect(none.stderr).toContain("no worker is set up");
  expect(none.code).toBe(4);
  mkdirSync(dirname(who.paths.config), { recursive: true });
  writeFileSync(
    who.paths.config,
    "workers:\n  - { name: sonnet, kind: anthropic, model: claude-sonnet-4-5 }\n",
  );
  const keyless = await who.nightshift(["run"]);
  expect(keyless.stderr).toContain("worker sonnet: $ANTHROPIC_API_KEY is not set");
  expect(keyless.stderr).toContain("mend it: export ANTHROPIC_API_KEY=");
  expect(keyless.code).toBe(4);
  expect(await who.head()).toBe(0n);
});

test("a verb or a number that is none is a usage error", async () => {
  const who = await director();
  expect((await who.nightshift(["frobnicate"])).code).toBe(64);
  expect((await who.nightshift(["rehearse", "--seed", "none"])).code).toBe(64);
  expect((await who.nightshift(["reject", "x"])).code).toBe(64);
});
