import { inFile, type Tooth } from "../tooth.ts";

const CLONE = "infra/workers/workspace/clone.test.ts";
const paths = inFile("infra/workers/workspace/paths.ts", CLONE);
const screen = inFile("infra/workers/workspace/screen.ts", CLONE);
const refs = inFile("infra/workers/workspace/refs.ts", "infra/workers/workspace/refs.test.ts");
const git = inFile("infra/workers/workspace/git.ts", "infra/workers/workspace/refs.test.ts", CLONE);

/** What a worker may write, what becomes a commit, and which branch moves (I10, I11, step 9). */
export const workspaceTeeth: readonly Tooth[] = [
  inFile("agents/dispatcher/branch.ts", "agents/dispatcher/branch.test.ts")(
    "what is cut off an end bares no other end that git refuses",
    "const PASSES_MAX = 20;",
    "const PASSES_MAX = 1;",
  ),
  paths("I11: no path leaves the clone", 'if (part === "..") refuse', "if (false) refuse"),
  paths(
    "I11: no path lies in the folder of git",
    "if (isGitFolder(part)) refuse",
    "if (false) refuse",
  ),
  paths("I11: nothing is written through a link", "if (stat.isSymbolicLink())", "if (false)"),
  paths(
    "I11: nothing is read through a link",
    "if (!target.startsWith(`${root}${sep}`))",
    "if (false)",
  ),
  screen(
    "I11: no link that leads out is committed",
    "if (stat.isSymbolicLink()) await",
    "if (false) await",
  ),
  screen("I8: an attempt changes 50 MB at most", "bytes > CHANGED_BYTES_MAX", "false"),
  screen(
    "I11: neither pipe nor socket is committed",
    "else if (!stat.isFile()) throw",
    "else if (false) throw",
  ),
  refs(
    "I10: a ref moves from where it was seen, or not at all",
    'await git(site.own, ["update-ref", "--no-deref", ref, next, expected]);',
    'await git(site.own, ["update-ref", "--no-deref", ref, next]);',
  ),
  refs("step 9: a branch that is checked out is never moved", "if (holder)", "if (false)"),
  refs(
    "I11: no ref but a branch of ours is moved",
    "if (!plain || code !== 0) throw",
    "if (false) throw",
  ),
  git("I11: hooks of the director's repository do not run", '  "core.hooksPath=/dev/null",\n', ""),
  inFile("infra/workers/workspace/clone.ts", CLONE)(
    "I11: an attempt is named by an id",
    "if (!/^[a-z0-9-]+$/.test(attempt)) throw",
    "if (false) throw",
  ),
  inFile("infra/workers/workspace/pool.ts", "infra/workers/workspace/pool.test.ts")(
    "I11: what a worker left in a tree is not in the tree of the next",
    "else if (!tracked.has(path) || !isPlain(join(root, path))) await",
    "else if (false) await",
  ),
  inFile("infra/workers/workspace/pool.ts", "infra/workers/workspace/pool.test.ts")(
    "I11: what a worker changed in a tree is written anew for the next",
    '["read-tree", "--reset", "-u", commit]',
    '["read-tree", "--reset", commit]',
  ),
];
