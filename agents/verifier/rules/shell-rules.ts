import { anyOf, oneOf } from "../any-of.ts";
import type { TextRule } from "./text.ts";

const HOME = String.raw`(?:~|\$HOME|\$\{HOME\}|\/root|\/home\/\w+)`;
const READERS = String.raw`(?:\/\S*\/)?(?:(?:ba|z|da|k)?sh|python[\d.]*|node|perl|ruby)\b`;
const DECODERS = String.raw`\b(?:base64\s+(?:-\w*[dD]\w*|--decode)|xxd\s+-r|openssl\s+(?:enc|base64)[^\n|]{0,80}-d|rev\b|tr\s+["']?[A-Za-z]-)`;

/** Shell scripts, Dockerfiles and Makefiles: their strings run, so nothing of them is blanked. */
export const SHELL: readonly TextRule[] = [
  {
    rule: "remote-code",
    call: new RegExp(
      String.raw`\b(?:curl|wget|fetch)\b[^\n;]{0,1000}\|\s*(?:sudo\s+(?:-\w+\s+)*)?${READERS}`,
      "g",
    ),
    severe: true,
  },
  {
    rule: "eval",
    call: /\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:\/\S*\/)?(?:ba|z|da)?sh(?![\w./-])(?!\s+-n)/g,
  },
  {
    rule: "eval",
    call: /\b(?:ba|z|da)?sh\s*(?:-s\s*)?<<<|\bxargs\b[^\n]{0,200}\bsh\s+-c|\/dev\/stdin\s*<<</g,
  },
  {
    rule: "remote-code",
    call: /(?:sh|\beval|\bsource|(?<=\s)\.)\s+(?:-c\s+)?["']?(?:<\(|\$\(|`)\s*(?:curl|wget)\b/g,
    severe: true,
  },
  {
    rule: "hidden-code",
    call: new RegExp(String.raw`${DECODERS}[^\n]{0,1000}\|\s*(?:sudo\s+)?${READERS}`, "g"),
    severe: true,
  },
  {
    rule: "hidden-code",
    call: new RegExp(
      String.raw`(?:\b(?:ba|z|da)?sh\s+-c|\beval|\bsource|${READERS}\s*<{3}|<\()[^\n]{0,200}${DECODERS}`,
      "g",
    ),
    severe: true,
  },
  { rule: "eval", call: /(?<=^|[;&|(\t ])eval\s+["']?[^\n]{0,500}[$`]/gm },
  {
    rule: "eval",
    call: /\b(?:python[\d.]*|node|perl|ruby|php)\s+-(?:c|e|r)\s[^\n]{0,500}(?:\beval\b|\bexec\b|b64decode|\bpack\b|atob|system|urlopen|fetch)/g,
  },
  { rule: "eval", call: /(?<=^|[;&|(\t ])(?:ba|z|da)?sh\s+-c\s+["']?\$(?!\(pwd\))/gm },
  { rule: "unknown-host", call: /\b(?:curl|wget|nc|ncat|scp|rsync|ssh|ftp)\b/g, strings: "hosts" },
  {
    rule: "reverse-shell",
    call: /\bmkfifo\b[^\n]{0,300}\bnc\b|\bsocat\b[^\n]{0,300}\bexec:|\/dev\/(?:tcp|udp)\/|\bn(?:c|cat)\b[^\n]{0,500}\s-\w*[ec]\b/g,
    severe: true,
  },
  {
    rule: "credentials",
    call: new RegExp(
      `${HOME}/\\.${oneOf(`ssh/id_ ssh/authorized_keys aws/credentials aws/config npmrc pypirc bash_history gnupg netrc git-credentials
        kube/config docker/config`)}`,
      "g",
    ),
    severe: true,
  },
  {
    rule: "credentials",
    call: /\/etc\/(?:shadow|sudoers)\b|\/proc\/(?:self|\d+)\/environ/g,
    severe: true,
  },
  {
    rule: "credentials",
    call: /\b(?:printenv|env|export -p)\b\s*\|[^\n]{0,1000}\b(?:curl|wget|nc|ncat)\b/g,
    severe: true,
  },
  {
    rule: "path-escape",
    call: anyOf(
      [
        /\brm\s+-\w*[rf]\w*\s+(?:--\s+)?["']?\/(?!tmp\b|app\b|var\/lib\/apt|var\/cache)/,
        new RegExp(String.raw`\brm\s+-\w*[rf]\w*\s+(?:--\s+)?["']?${HOME}`),
      ],
      "g",
    ),
    severe: true,
  },
  {
    rule: "path-escape",
    call: anyOf(
      [
        />>?\s*["']?\/(?:etc|usr|bin|root|home)\//,
        new RegExp(String.raw`>>?\s*["']?${HOME}/\.(?:bashrc|zshrc|profile|gitconfig|ssh)`),
      ],
      "g",
    ),
  },
  { rule: "start-up", call: /\bcrontab\s+(?!-l)|\bsystemctl\s+(?:--user\s+)?enable\b/g },
  { rule: "git-hook", call: /\bcore\.hooksPath\b|\.git\/hooks\//g },
  {
    rule: "registry",
    call: /\b(?:npm|pnpm|yarn|pip3?)\s+config\s+set\b[^\n]{0,100}(?:registry|index-url)/g,
  },
  { rule: "path-escape", call: /\bchmod\s+(?:[ugoa]*\+s|[42]\d{3})\b|\btee\s+(?:-a\s+)?\/etc\//g },
];
