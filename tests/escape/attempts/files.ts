import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { printed, prints, succeeds } from "../escape.ts";
import type { Escape } from "../escape.ts";
import { SECRET } from "../world.ts";

/** Writing where it has no business, and reading what is not for it. */
export const fileEscapes: readonly Escape[] = [
  {
    name: "write outside its clone",
    attempt: ({ home, other, clone }) =>
      `for f in ${home} ${other} ${join(clone.path, "..")} /etc /usr/bin /var/lib /opt; do
        echo x > $f/escaped; done`,
    escaped: ({ world }) =>
      [
        world.home,
        world.other,
        join(world.clone.path, ".."),
        "/etc",
        "/usr/bin",
        "/var/lib",
        "/opt",
      ]
        .map((folder) => join(folder, "escaped"))
        .some(existsSync),
    honest: {
      name: "a build",
      line: () => "mkdir -p build && cp src/*.js build/",
      works: succeeds,
    },
  },
  {
    name: "write through a link that leaves its clone",
    attempt: ({ home }) => `ln -s ${home}/.ssh out; echo x > out/id; echo x >> out/authorized_keys`,
    escaped: ({ world: { home } }) =>
      existsSync(join(home, ".ssh", "authorized_keys")) ||
      readFileSync(join(home, ".ssh", "id"), "utf8") !== SECRET,
    honest: {
      name: "a link inside the clone",
      line: () => "ln -sfn src code && echo // >> code/more.js && cat src/more.js && rm code",
      works: prints("//"),
    },
  },
  {
    name: "remove what lies outside",
    attempt: ({ home, other, repo }) => `rm -rf ${home} ${other} ${repo} /usr/share/doc /etc/hosts`,
    escaped: ({ world: { home, other, repo } }) =>
      ![join(home, ".ssh/id"), join(other, "code.ts"), join(repo, ".git/HEAD"), "/etc/hosts"].every(
        existsSync,
      ),
    honest: {
      name: "removing what it made",
      line: () => "mkdir -p build/a && rm -rf build && ! test -e build",
      works: succeeds,
    },
  },
  {
    name: "read the director's keys",
    attempt: ({ home }) => `cat ${home}/.ssh/id ${home}/.aws/credentials ~/.ssh/id; ls -Ra ${home}`,
    escaped: ({ stdout }) => stdout.includes(SECRET) || stdout.includes("credentials"),
    honest: {
      name: "its own login, that one alone",
      line: () => 'cat "$HOME/.claude/.credentials.json"; ls -A "$HOME/.claude"',
      works: prints("of the CLI"),
    },
  },
  {
    name: "read another repository",
    attempt: ({ other, repo }) => `cat ${other}/code.ts; git -C ${repo} log; ls ${repo}/src`,
    escaped: ({ stdout }) => stdout.includes(SECRET) || stdout.includes("add.js"),
    honest: {
      name: "the history of its own",
      line: () => "git log --oneline",
      works: prints("Begin"),
    },
  },
  {
    name: "read or change the log of the house",
    attempt: ({ log }) => `cat ${log}/log.sqlite; echo x > ${log}/log.sqlite`,
    escaped: ({ stdout, world: { log } }) =>
      stdout.includes(SECRET) || readFileSync(join(log, "log.sqlite"), "utf8") !== SECRET,
    honest: {
      name: "a database of its own",
      line: () => `node -e 'new (require("node:sqlite").DatabaseSync)("build.db")' && rm build.db`,
      works: succeeds,
    },
  },
  {
    name: "read the files of root",
    attempt: () => "cat /etc/shadow /etc/sudoers /root/.bashrc /var/log/* /proc/kcore | head -c 99",
    escaped: ({ stdout }) => stdout !== "",
    honest: { name: "the files of everyone", line: () => "cat /etc/passwd", works: prints("root") },
  },
  {
    name: "find a secret in its environment",
    attempt: () => "env; tr '\\0' '\\n' < /proc/1/environ; tr '\\0' '\\n' < /proc/$PPID/environ",
    escaped: printed(SECRET),
    honest: {
      name: "the variables that it is given",
      line: () => 'echo "$GIVEN"',
      works: prints("a variable of its own"),
    },
  },
  {
    name: "change its login for the next run",
    attempt: ({ home }) =>
      `echo stolen > "$HOME/.claude/.credentials.json"; echo stolen > ${home}/.claude/.credentials.json`,
    escaped: async ({ world }) => {
      const text = readFileSync(join(world.home, ".claude", ".credentials.json"), "utf8");
      const next = await world.worker('cat "$HOME/.claude/.credentials.json"');
      return text.includes("stolen") || next.stdout.includes("stolen");
    },
    honest: {
      name: "a home that can be written to",
      line: () => 'echo kept > "$HOME/.setting" && cat "$HOME/.setting"',
      works: prints("kept"),
    },
  },
  {
    name: "poison the dependencies of other clones",
    attempt: ({ cache }) =>
      `echo evil > ${cache}/dependency/index.js; rm -rf ${cache}/dependency; mv ${cache} gone`,
    escaped: ({ world: { cache } }) =>
      !readFileSync(join(cache, "dependency", "index.js"), "utf8").includes("as installed"),
    honest: {
      name: "npm install from the cache",
      line: ({ cache }) =>
        `npm install --offline --ignore-scripts --no-save --no-audit --no-fund ${cache}/dependency >&2 &&
         node -p 'require("dependency")' && rm -rf node_modules`,
      works: prints("as installed"),
    },
  },
  {
    name: "leave a program that runs with the director's rights",
    attempt: () =>
      `cp /bin/sh build.sh; chmod 4755 build.sh; chmod u+s,g+s build.sh; install -m 4755 /bin/sh i;
       perl -e 'sysopen(F,q(o),0101,04755)'; find . -perm /6000 | grep . && echo found`,
    escaped: printed("found"),
    honest: {
      name: "a program that runs with its own",
      line: () => "printf '#!/bin/sh\\necho runs\\n' > tool && chmod 755 tool && ./tool && rm tool",
      works: prints("runs"),
    },
  },
];
