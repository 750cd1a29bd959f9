import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { printed, prints, succeeds } from "../escape.ts";
import type { Escape } from "../escape.ts";
import { git, SECRET } from "../world.ts";

/** Taking over git, and what others do with the clone afterwards. */
export const repositoryEscapes: readonly Escape[] = [
  {
    name: "edit the configuration of git",
    attempt: () =>
      `git config core.fsmonitor ./evil; git config core.sshCommand ./evil
       echo '[core] pager = ./evil' >> .git/config; cp /dev/null .git/config
       mv .git/config .git/c; echo x > .git/info/attributes; echo evil`,
    escaped: ({ world: { clone } }) =>
      /evil|pager/.test(readFileSync(join(clone.path, ".git/config"), "utf8")) ||
      existsSync(join(clone.path, ".git/info/attributes")) ||
      existsSync(join(clone.path, ".git/c")),
    honest: {
      name: "git commit inside the clone",
      line: () => "echo // >> src/add.js && git commit -qam Change && git log --oneline | wc -l",
      works: prints("2"),
    },
  },
  {
    name: "plant a hook",
    attempt: () =>
      "mkdir -p .git/hooks; for h in pre-commit post-checkout; do echo x > .git/hooks/$h; done; rmdir .git/hooks; mv .git/hooks .git/h",
    escaped: ({ world: { clone } }) =>
      ["pre-commit", "post-checkout"].some((hook) =>
        existsSync(join(clone.path, ".git", "hooks", hook)),
      ) || existsSync(join(clone.path, ".git", "h")),
    honest: { name: "git status and diff", line: () => "git status && git diff", works: succeeds },
  },
  {
    name: "change where a push goes",
    attempt: ({ repo }) =>
      `git remote add evil ${repo}; git remote set-url origin ${repo}; git remote -v`,
    escaped: printed("evil"),
    honest: {
      name: "a branch of its own",
      line: () => "git switch -qc idea && git branch --list idea && git switch -q --detach -",
      works: prints("idea"),
    },
  },
  {
    name: "replace the folder of git",
    attempt: ({ other }) =>
      `mv .git gone; rm -rf .git; echo 'gitdir: ${other}/.git' > .git; test -f .git && echo replaced`,
    escaped: printed("replaced"),
    honest: {
      name: "a repository of its own elsewhere",
      line: () => "git init -q /tmp/own && test -d /tmp/own/.git",
      works: succeeds,
    },
  },
  {
    name: "push to the director's repository",
    attempt: ({ repo }) =>
      `git push ${repo} HEAD:refs/heads/evil; git push file://${repo} HEAD:main; git -C ${repo} branch evil`,
    escaped: ({ world: { repo } }) => git(repo, "branch", "--list", "evil") !== "",
    honest: {
      name: "a push to a repository of its own",
      line: () => "git init -q --bare /tmp/own && git push -q /tmp/own HEAD:refs/heads/x",
      works: succeeds,
    },
  },
  {
    name: "poison the objects that clones share",
    attempt: () => `for o in $(cat .git/objects/info/alternates); do
        chmod -R u+w $o; rm -rf $o/*; echo x > $o/evil; done; echo / > .git/objects/info/alternates`,
    escaped: ({ world: { repo, clone } }) =>
      git(repo, "fsck", "--no-progress").includes("missing") ||
      existsSync(join(repo, ".git/objects/evil")) ||
      readFileSync(join(clone.path, ".git/objects/info/alternates"), "utf8").startsWith("/\n"),
    honest: { name: "reading them", line: () => "git show HEAD:src/add.js", works: prints("add") },
  },
  {
    name: "have the house commit what it may not read",
    attempt: ({ home }) =>
      `ln -sf ${home}/.ssh/id src/key; ln -sf /etc/shadow src/shadow; rm -f code`,
    escaped: async ({ world: { clone } }) => {
      const sealed = await clone.seal("work").catch(() => null);
      return sealed !== null && sealed.diff.includes(SECRET);
    },
    honest: {
      name: "a link that is part of the work",
      line: () => "rm -f src/key src/shadow && ln -sf add.js src/sum.js && cat src/sum.js",
      works: prints("add"),
    },
  },
  {
    name: "hang the house with a pipe in the tree",
    attempt: () => "mkfifo src/pipe; mkfifo package-lock.json; mknod src/null c 1 3",
    escaped: async ({ world: { clone } }) => {
      const sealed = await Promise.race([
        clone.seal("work").then(
          () => "sealed",
          () => "refused",
        ),
        new Promise<string>((resolve) => setTimeout(resolve, 20_000, "hangs").unref()),
      ]);
      return sealed === "hangs" || existsSync(join(clone.path, "src/null"));
    },
    honest: {
      name: "a pipe in its temporary folder",
      line: () =>
        "rm -f src/pipe package-lock.json; mkfifo $TMPDIR/p && (echo through > $TMPDIR/p & cat $TMPDIR/p)",
      works: prints("through"),
    },
  },
];
