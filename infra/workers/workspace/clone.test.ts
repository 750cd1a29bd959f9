import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Clone } from "@nightshift/agents/ports";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFixture } from "./fixture.ts";
import type { Fixture } from "./fixture.ts";
import { createWorkspace } from "./workspace.ts";
import type { HouseWorkspace } from "./workspace.ts";

let fixture: Fixture;
let workspace: HouseWorkspace;
let clone: Clone;
let base: string;

beforeEach(async () => {
  fixture = createFixture({
    "a.txt": "one\ntwo\nthree\n",
    "src/b.ts": "export const b = 1;\n",
    ".gitignore": "ignored/\n",
  });
  base = fixture.git("rev-parse", "HEAD");
  workspace = createWorkspace({ root: fixture.root, nowMs: () => 1_700_000_000_000 });
  clone = await workspace.open(fixture.repo, base, "t-g1");
});
afterEach(async () => {
  await clone.close();
  fixture.remove();
});

const tree = (commit: string) => fixture.git("ls-tree", "-r", "--name-only", commit).split("\n");
const refuses = (act: Promise<unknown>) =>
  expect(act).rejects.toMatchObject({ name: "WorkerFailure", kind: "unusable-answer" });
const put = (path: string, content: string | Buffer) => {
  mkdirSync(join(clone.path, path, ".."), { recursive: true });
  writeFileSync(join(clone.path, path), content);
};
const sealed = async (message = "work") => {
  const result = await clone.seal(message);
  if (result === null) throw new Error("nothing was sealed");
  return result;
};

test("what changed becomes one commit on the base, under the ref of the attempt", async () => {
  await clone.write("a.txt", "one\ntwo\n");
  await clone.write("new/deep/c.txt", "c\n");
  await clone.remove("src/b.ts");
  const { commit, files, diff } = await sealed("Fix it");
  expect(fixture.git("rev-parse", "refs/nightshift/attempts/t-g1")).toBe(commit);
  expect(fixture.git("rev-parse", `${commit}^`)).toBe(base);
  expect(fixture.git("log", "-1", "--format=%an <%ae> %ct %s", commit)).toBe(
    "Night Shift <nightshift@localhost> 1700000000 Fix it",
  );
  expect(files).toEqual([
    { path: "a.txt", status: "modified", addedLines: 0, removedLines: 1, baseLines: 3 },
    { path: "new/deep/c.txt", status: "added", addedLines: 1, removedLines: 0, baseLines: 0 },
    { path: "src/b.ts", status: "deleted", addedLines: 0, removedLines: 1, baseLines: 1 },
  ]);
  expect(diff).toContain("-three");
  expect(fixture.git("status", "--porcelain")).toBe("");
});

test("nothing changed is null, and so is a change that was taken back", async () => {
  expect(await clone.seal("nothing")).toBeNull();
  await clone.write("a.txt", "x\n");
  await clone.write("a.txt", "one\ntwo\nthree\n");
  expect(await clone.seal("nothing")).toBeNull();
});

test("a second seal holds all changes since the base, with the lines of the base", async () => {
  await clone.write("a.txt", "one\ntwo\n");
  await clone.write("c.txt", "c\n");
  await sealed();
  await clone.write("d.txt", "d\n");
  const second = await sealed();
  expect(second.files.map(({ path, baseLines }) => [path, baseLines])).toEqual([
    ["a.txt", 3],
    ["c.txt", 0],
    ["d.txt", 0],
  ]);
  expect(fixture.git("rev-parse", `${second.commit}^`)).toBe(base);
});

test("a renamed file is told as renamed, with the lines it had", async () => {
  const text = await clone.read("a.txt");
  await clone.remove("a.txt");
  await clone.write("z.txt", `${text}`);
  const { files } = await sealed();
  expect(files).toEqual([
    { path: "z.txt", status: "renamed", addedLines: 0, removedLines: 0, baseLines: 3 },
  ]);
});

test("weird names survive, and none forges a line of the diff", async () => {
  const names = ["-rf", "a b", "ü.txt", "tab\there", "line\n+++ b/evil", 'quo"te', "$(x)", "*"];
  for (const name of names) put(name, "x\n");
  const { commit, files, diff } = await sealed();
  expect(files.map(({ path }) => path).sort()).toEqual(names.sort());
  expect(await workspace.show(fixture.repo, commit, "line\n+++ b/evil")).toBe("x\n");
  expect(diff.split("\n")).not.toContain("+++ b/evil");
});

test("ignored files and linked environments stay out, executable bits and binaries go in", async () => {
  put("ignored/x", "x");
  symlinkSync("/usr", join(clone.path, "node_modules"));
  put("blob.bin", Buffer.from([0, 1, 2]));
  writeFileSync(join(clone.path, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  const { commit } = await sealed();
  expect(tree(commit)).toEqual([".gitignore", "a.txt", "blob.bin", "run.sh", "src/b.ts"]);
  expect(fixture.git("ls-tree", commit, "run.sh")).toMatch(/^100755/);
  expect(await workspace.show(fixture.repo, commit, "blob.bin")).toBeNull();
});

test("a file may become a folder and a folder a file", async () => {
  await clone.remove("a.txt");
  await clone.write("a.txt/inner", "x\n");
  await clone.remove("src");
  await clone.write("src", "now a file\n");
  const { commit } = await sealed();
  expect(tree(commit)).toEqual([".gitignore", "a.txt/inner", "src"]);
});

test.each([
  ["/etc/passwd"],
  ["../x"],
  ["src/../../x"],
  [".git/config"],
  [".GIT/hooks/post-commit"],
  ["src/.git/x"],
  ["git~1/config"],
  [".git /config"],
  [".g\u200cit/config"],
  ["a\0b"],
  ["src//x"],
  ["./x"],
  [""],
  ["x".repeat(300)],
  ["a.txt/x"],
])("the path %j is neither written nor made", async (path) => {
  await refuses(clone.write(path, "x"));
  expect(await clone.seal("x")).toBeNull();
});

test("names that only look like a way out are written", async () => {
  for (const path of ["..x", "a..b", ".gitignore", ".github/x.yml", "src/...", "git~x"]) {
    await clone.write(path, "x\n");
    expect(await clone.read(path)).toBe("x\n");
  }
});

test("nothing is read, written or removed through a link that leaves the clone", async () => {
  writeFileSync(join(fixture.folder, "secret"), "secret");
  symlinkSync(fixture.folder, join(clone.path, "out"));
  symlinkSync(join(fixture.folder, "secret"), join(clone.path, "link"));
  symlinkSync(join(clone.path, ".git"), join(clone.path, "inner"));
  await refuses(clone.read("out/secret"));
  await refuses(clone.read("link"));
  await refuses(clone.read("inner/config"));
  await refuses(clone.write("out/made", "x"));
  await refuses(clone.write("link", "x"));
  await refuses(clone.remove("out/secret"));
  await clone.remove("link");
  expect(readFileSync(join(fixture.folder, "secret"), "utf8")).toBe("secret");
});

test("a folder beside the clone is not inside it, though its name begins alike", async () => {
  mkdirSync(`${clone.path}-beside`);
  writeFileSync(join(`${clone.path}-beside`, "secret"), "secret");
  symlinkSync(join(`${clone.path}-beside`, "secret"), join(clone.path, "link"));
  await refuses(clone.read("link"));
});

test("a link that stays inside is read and sealed", async () => {
  symlinkSync("../a.txt", join(clone.path, "src", "a-link"));
  expect(await clone.read("src/a-link")).toBe("one\ntwo\nthree\n");
  const { commit } = await sealed();
  expect(fixture.git("ls-tree", commit, "src/a-link")).toMatch(/^120000/);
});

test.each([["/etc/passwd"], ["../../../etc/passwd"], ["src/../../x"], [".git/config"]])(
  "a link to %s is not sealed",
  async (target) => {
    symlinkSync(target, join(clone.path, "link"));
    await refuses(clone.seal("x"));
  },
);

test("a link that leaves through another link is not sealed", async () => {
  symlinkSync(".", join(clone.path, "here"));
  symlinkSync("here/../up", join(clone.path, "link"));
  await refuses(clone.seal("x"));
});

test("what the worker configured, staged or committed has no say", async () => {
  const owned = join(fixture.folder, "owned");
  const worker = (...args: string[]) => execFileSync("git", args, { cwd: clone.path });
  const evil = `touch ${owned}`;
  worker("update-index", "--assume-unchanged", "a.txt");
  for (const key of ["core.fsmonitor", "filter.x.clean", "diff.external", "core.pager"])
    worker("config", key, evil);
  worker("config", "filter.x.required", "true");
  fixture.git("config", "filter.x.clean", evil);
  mkdirSync(join(clone.path, ".git", "hooks"), { recursive: true });
  for (const hook of ["pre-commit", "post-commit", "reference-transaction", "post-index-change"])
    writeFileSync(join(clone.path, ".git", "hooks", hook), `#!/bin/sh\n${evil}\n`, { mode: 0o755 });
  put(".gitattributes", "* filter=x diff=x merge=union\n*.ts binary\n");
  put("src/b.ts", "eval(1)\n");
  put("a.txt", "changed\n");
  const { diff, commit } = await sealed();
  expect(diff).toContain("+eval(1)");
  expect(diff).toContain("+changed");
  expect(tree(commit)).toContain(".gitattributes");
  expect(() => readFileSync(owned)).toThrow("ENOENT");
});

test("a commit of the worker's own is passed over; its tree counts", async () => {
  const env = { ...process.env, GIT_AUTHOR_NAME: "W", GIT_AUTHOR_EMAIL: "w@w" };
  const all = { ...env, GIT_COMMITTER_NAME: "W", GIT_COMMITTER_EMAIL: "w@w" };
  put("c.txt", "c\n");
  execFileSync("git", ["add", "-A"], { cwd: clone.path, env: all });
  execFileSync("git", ["commit", "-qm", "mine"], { cwd: clone.path, env: all });
  const { commit } = await sealed();
  expect(fixture.git("log", "-1", "--format=%an %P", commit)).toBe(`Night Shift ${base}`);
  expect(tree(commit)).toContain("c.txt");
});

test("git of the worker sees its own changes in the clone", () => {
  put("a.txt", "changed\n");
  const told = execFileSync("git", ["diff", "--stat"], { cwd: clone.path, encoding: "utf8" });
  expect(told).toContain("a.txt");
});

test("a repository made inside gives its files, not its folder of git", async () => {
  const inner = join(clone.path, "inner");
  mkdirSync(inner);
  execFileSync("git", ["init", "-q"], { cwd: inner });
  put("inner/deep/x.ts", "x\n");
  put("inner/.gitignore", "build/\n");
  put("inner/build/y", "y\n");
  put("fake/.git/HEAD", "ref: refs/heads/main\n");
  put("fake/z", "z\n");
  const { commit } = await sealed();
  const added = tree(commit).filter((path) => !["a.txt", "src/b.ts", ".gitignore"].includes(path));
  expect(added).toEqual(["fake/z", "inner/.gitignore", "inner/deep/x.ts"]);
  expect(fixture.git("ls-tree", "-r", commit)).not.toContain("160000");
});

test("more than fifty megabytes or five thousand files are not taken", async () => {
  put("big", "");
  truncateSync(join(clone.path, "big"), 51 * 1024 ** 2);
  await refuses(clone.seal("x"));
  await clone.remove("big");
  for (let n = 0; n <= 5_000; n++) put(`many/${n}`, "");
  await refuses(clone.seal("x"));
  await clone.remove("many/0");
  expect((await sealed()).files).toHaveLength(5_000);
});

test("neither a pipe nor a socket is committed in place of a file", async () => {
  await clone.remove("a.txt");
  execFileSync("mkfifo", [join(clone.path, "a.txt")]);
  await refuses(clone.seal("x"));
  await refuses(clone.write("a.txt", "x"));
  expect(await clone.read("a.txt")).toBeNull();
});

test("a folder without permissions does not outlive its clone", async () => {
  put("locked/x", "x");
  execFileSync("chmod", ["000", join(clone.path, "locked")]);
  await clone.close();
  await workspace.close();
  expect(() => readFileSync(join(clone.path, "a.txt"))).toThrow("ENOENT");
});

test("an attempt that is no id opens nothing", async () => {
  await expect(workspace.open(fixture.repo, base, "../x")).rejects.toThrow("not an id");
});

test("tracked paths of a clone are those of its base, sorted", async () => {
  expect(await clone.list()).toEqual([".gitignore", "a.txt", "src/b.ts"]);
  expect(await workspace.list(fixture.repo, base)).toEqual(await clone.list());
});
