import { anyOf, oneOf } from "../../any-of.ts";
import { HOST_ENDINGS } from "../places.ts";
import type { TextRule } from "../texts/text.ts";

const HOME = String.raw`(?:~\w*|\$HOME|\$\{HOME[^}\n]{0,20}\}|\/root|\/home\/[\w$\{\}]+|\/Users\/[\w$\{\}]+|\$\((?:getent|eval\s+echo|echo\s+~|cd\s+~|cd\s*&&)[^)\n]{0,80}\))["']?`;
const START_FILE = String.raw`\.(?:bashrc|bash_login|bash_profile|bash_aliases|bash_logout|zshrc|zshenv|zprofile|profile|xprofile|xinitrc|inputrc|vimrc|gitconfig|ssh\/|config\/(?:autostart|systemd|fish|git)|local\/bin)`;
const WRITERS = String.raw`\b(?:tee|cp|mv|ln|install|dd|rsync|sed\s+-\w*i\w*|touch|truncate|chmod|chown|rm|ed|ex|patch|curl|wget|unzip|tar)\b`;
const READERS = String.raw`(?:\/\S{0,200}\/)?(?:(?:ba|z|da|k)?sh|python[\d.]*|node|perl|ruby)\b`;
const DECODERS = String.raw`\b(?:base64\s+(?:-\w*[dD]\w*|--decode)|xxd\s+-r|openssl\s+(?:enc|base64)[^\n|]{0,80}-d|rev\b|tr\s+["']?[A-Za-z]-)`;

const CONSTANT = String.raw`(?:["'][^"'$\n]{4,}["']|[\w+/=.:~%@-]{4,})`;
/** Letters written as numbers: colours and ends of lines are none. */
const SPELLED = String.raw`\\+(?:x(?:2[ef]|[46][1-9a-f]|[57][\da])|u00(?:2[ef]|[46][1-9a-f]|[57][\da])|0?(?:05[67]|1[0-7][0-7]))`;
const TURNERS = String.raw`(?:rev\b|tac\b|base(?:64|32)\s+(?:-\w*[dD]\w*|--decode)|xxd\s+-\w*r|openssl\s+(?:enc|base64)|uudecode|tr\s+["']?[^\s"']+["']?\s+["']?[A-Za-z]|gunzip|zcat|gzip\s+-\w*d|bunzip2|xz\s+-\w*d|cut\s+-c|awk\b[^|\n]{0,200}%c|sed\s+["']?(?:s|y)(.)|perl\s+-\w*[pne])`;
const HOSTED = String.raw`(?:[a-z+]+:\/\/)?(?:\w+@)?(?:[\w-]+\.)+(?:${HOST_ENDINGS})\b`;
/** Interpreters that are handed a program as a text. */
const TELLS = String.raw`\b(?:python[\d.]*|node|deno\s+eval|bun|perl|ruby|php)\s+(?:-\w+\s+)*(?:-\w{0,2}[cer]|--eval|--print|-p)[ =]`;
/** Programs that run a text beside what they are for. */
const RUNS_BESIDE = String.raw`\b(?:script|su|runuser|flock|watch|setsid|xterm)\b[^\n;|&]{0,100}\s(?:-\w*c|--command)[ =]`;

/** Shell scripts, Dockerfiles and Makefiles: their strings run, so nothing of them is blanked. */
export const SHELL: readonly TextRule[] = [
  {
    // A text that is written down, and turned round where it stands, is hidden from its readers.
    rule: "hidden-code",
    call: new RegExp(
      String.raw`\b(?:echo|printf)\s+(?:-\w+\s+)*(?:["']?%s(?:\\n)?["']?\s+)?${CONSTANT}\s*\|\s*${TURNERS}|${TURNERS}[^|\n]{0,80}<<<?-?\s*["']?[^\s$]`,
      "g",
    ),
    severe: true,
  },
  { rule: "hidden-code", call: new RegExp(SPELLED, "g"), severe: true },
  {
    // What is fetched into a file, and then run.
    rule: "remote-code",
    call: /\b(?:curl|wget|fetch|aria2c|scp|nc|ncat|ftp|http)\b[^\n]{0,400}/g,
    fetched: /(?:\s-\w*[oO]\s*|--output(?:-document)?[ =]|>\s*)["']?(\$?\{?[\w./-]{1,200}\}?)/g,
    severe: true,
  },
  {
    rule: "unknown-host",
    call: new RegExp(
      String.raw`\b(?:curl|wget|nc|ncat|netcat|socat|telnet|ssh|scp|sftp|rsync|ftp|ping|dig|nslookup|host(?=\s)|drill|openssl\s+s_client|http(?=\s)|aria2c|whois|traceroute|mailx?\s+-\w|sendmail|mutt|swaks|git\s+(?:clone|push|fetch|pull|remote))\b[^\n|;]{0,300}`,
      "g",
    ),
    hosted: new RegExp(String.raw`(?:(?<![\w./-])|(?<=[)}\]"']\.|\$\w+\.))${HOSTED}`, "g"),
  },
  {
    // What is printed is a part of a name that is asked for.
    rule: "unknown-host",
    call: new RegExp(
      String.raw`\b(?:dig|nslookup|host|drill|ping|curl|wget|nc)\s[^\n;|]{0,100}["']?\$\([^\n]{0,200}?\)\.${HOSTED}`,
      "g",
    ),
    hosted: new RegExp(`${HOSTED}$`, "g"),
  },
  {
    rule: "unknown-host",
    call: /\b(?:curl|wget|nc|ncat|netcat|socat|telnet|ssh|scp|sftp|rsync|ftp|ping|dig|nslookup|openssl\s+s_client)\b[^\n|;]{0,300}?(?<![\d.])(?!127\.|0\.0\.0\.0)\d{1,3}(?:\.\d{1,3}){3}\b/g,
  },
  {
    rule: "eval",
    call: /(?<=^|[;&|(\t ]|\b(?:then|do|else)\s)(?:eval|(?:ba|z|da|k)?sh\s+-\w{0,3}c|source|command\s+eval|builtin\s+eval|trap)\s+["']?(?:\$\{?[@*\w!#]|\$\(|`)/gm,
  },
  { rule: "eval", call: /\$\{!\w+\}\s|^[^\S\n]*(?:declare|local|typeset)\s+-\w*n\w*\s/gm },
  {
    rule: "eval",
    call: /\b(?:awk|gawk|mawk)\b[^\n]{0,300}\bsystem\s*\(|\bfind\b[^\n]{0,300}-exec\s+(?:ba|z|da)?sh\s+-c/g,
  },
  {
    rule: "git-hook",
    call: /\bgit\b[^\n;|]{0,200}\bconfig\b[^\n;|]{0,100}(?:["']?\$|core\.(?:hooks|fsmonitor|ssh|pager|editor)|alias\.|filter\.|include\.path|init\.template|url\.|credential\.|diff\.|merge\.|protocol\.)|\bgit\s+(?:-\w+\s+\S+\s+){0,20}-c\s+["']?(?:core\.(?:hooks|fsm|ssh|pager|editor)|alias|\$)|\bGIT_(?:CONFIG_(?:KEY|COUNT|VALUE|GLOBAL|SYSTEM)\w*|SSH_COMMAND|SSH|EDITOR|PAGER|EXTERNAL_DIFF|PROXY_COMMAND|TEMPLATE_DIR|EXEC_PATH|ASKPASS)=|--git-(?:path|dir)\b[^\n]{0,60}hooks|\$\{?GIT_DIR\}?\/hooks|\bgit\s+init\b[^\n]{0,60}--template|\b(?:husky|lefthook|pre-commit|simple-git-hooks)\s+(?:install|init)\b/g,
  },
  {
    rule: "start-up",
    call: /\b(?:LD_PRELOAD|DYLD_INSERT_LIBRARIES|PYTHONSTARTUP|BASH_ENV|PROMPT_COMMAND|RUBYOPT|PERL5OPT|JAVA_TOOL_OPTIONS|RUSTC_WRAPPER)=(?!["']?--max)|\blaunchctl\s+(?:load|bootstrap)|\bat\s+now\b|\bupdate-rc\.d\b/g,
  },
  {
    rule: "registry",
    call: /\b(?:PIP_(?:EXTRA_)?INDEX_URL|PIP_FIND_LINKS|PIP_TRUSTED_HOST|UV_(?:EXTRA_|DEFAULT_)?INDEX(?:_URL)?|npm_config_registry|NPM_CONFIG_REGISTRY|YARN_NPM_REGISTRY_SERVER|YARN_REGISTRY|BUNDLE_MIRROR\w*|GONOSUMDB|GONOSUMCHECK|GOINSECURE|GOFLAGS|GOSUMDB|CARGO_REGISTRIES_\w+|CARGO_SOURCE_\w+|CARGO_REGISTRY_\w+)=(?!["']?https:\/\/(?:pypi\.org|registry\.npmjs\.org)\b)|\bGOPROXY=(?!["']?(?:https:\/\/proxy\.golang\.org|direct|off))/g,
  },
  {
    rule: "foreign-source",
    call: /\b(?:pip3?|uv|pipx|poetry|pdm|conda|mamba|npm|pnpm|yarn|bun|npx|gem|bundle|cargo|go|apt-get|apt|dotnet|composer|brew|helm)\b[^\n;|&]{0,200}(?:--(?:extra-)?index(?:-url)?[ =]|--find-links[ =]|--trusted-host|--registry[ =]|--source[ =]|--git[ =]|--clear-sources|\bgit\+|\bsources?\s+(?:add|-a)\b|\brepo\s+add\b|\btap\s)(?!["']?https:\/\/(?:pypi\.org|registry\.npmjs\.org|rubygems\.org)\b)|\b(?:add-apt-repository|apt-key\s+add|yum-config-manager)\b|\/etc\/apt\/sources|\b(?:npm|pnpm|yarn|bun)\s+(?:i|install|add)\s[^\n;|&]{0,200}(?:https?:|git@|github:|(?<=\s)[\w-]+\/[\w.-]+(?=\s|$))|\b(?:npx|bunx|uvx|pnpm\s+dlx|yarn\s+dlx|npm\s+exec|pipx\s+run)\s[^\n;|&]{0,200}(?:https?:|git@|github:|git\+)|\bpip3?\s+install\s[^\n;|&]{0,200}(?:https?:|git@|-i\s)|\bgem\s+(?:install|sources)\s[^\n;|&]{0,200}(?:-s\s|-a\s|https?:)/g,
  },
  {
    rule: "credentials",
    call: /\b(?:printenv|env|export\s+-p|declare\s+-[px]+|set|compgen\s+-e)\s*(?:\)\s*)?(?:\||>|<\()(?!\s*(?:\/dev\/null|(?:sort|grep|egrep|wc|head|less|cut)\b[^\n|]*$))|[$(`]\(?\s*(?:printenv|env|export\s+-p|compgen\s+-\w*e)\s*[)`]/gm,
    severe: true,
  },
  {
    rule: "credentials",
    call: /\b(?:gh\s+auth\s+token|aws\s+configure\s+(?:get|export)|git\s+credential\s+fill|security\s+find-\w+-password|secret-tool\s+lookup|ssh-add\s+-L|gpg\s+[^\n]{0,60}--export-secret|gcloud\s+auth\s+print|kubectl\s+get\s+secrets?|169\.254\.169\.254)\b/g,
    severe: true,
  },
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
    call: /\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:\/\S{0,200}\/)?(?:ba|z|da)?sh(?![\w./-])(?!\s+-n)/g,
  },
  {
    rule: "eval",
    call: /(?<=^|[;&|(\t ])(?:source|\.|eval)\s+(?:<\((?![^)\n]*\bcompletion)|["']?\/(?:dev\/(?:stdin|fd\/)|proc\/self\/fd))/gm,
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
  { rule: "eval", call: /(?<=^|[;&|(\t /])(?:ba|z|da)?sh\s+-c\s+["']?\$(?!\(pwd\))/gm },
  {
    // A text that is not known, told to whatever runs texts.
    rule: "eval",
    call: new RegExp(
      String.raw`(?:${TELLS}|${RUNS_BESIDE}|["']?\$\{?SHELL(?::?[-=][^}\s]*)?\}?["']?\s+-\w*c\s|\benv\s+(?:-\w*S|--split-string)[ =]?)\s*["']?\$[\w{@*!]|\b(?:vim?|nvim|ex|ed)\b[^\n]{0,100}["'+]\s*:?!\s*["']?\$`,
      "g",
    ),
  },
  {
    rule: "eval",
    call: /\$\{\w+@P\}|\bcoproc\b[^\n]{0,60}\b(?:ba|z|da|k)?sh\b(?![\w.-])|\bmake\s[^\n]{0,60}-f\s*(?:-(?=\s|$)|\/dev\/stdin)|\bsed\s+(?:-\w+\s+){0,20}["']?s([/|#,:@!])[^\n]{0,100}?\1[^\n]{0,100}?\1[gip\d]*e[gip\d]*(?=["'\s]|$)/gm,
  },
  {
    // A shell that reads what stands below, where what is not known stands as a line of its own.
    rule: "eval",
    call: /\b(?:ba|z|da|k)?sh(?:\s+-s)?\s*<<-?\s*(\w+)[^\S\n]*\n(?:(?!\1\b)[^\n]*\n){0,50}?[^\S\n]*["']?\$(?:[\d@*]|\{?[A-Z]\w*)\}?["']?[^\S\n]*\n/g,
  },
  {
    // What is turned round into a file, and then run.
    rule: "hidden-code",
    call: new RegExp(
      String.raw`\b(?:base(?:64|32)\s+(?:-\w*[dD]\w*|--decode)|xxd\s+-\w*r|openssl\s+(?:enc|base64)|uudecode)\b[^\n]{0,200}>\s*["']?([\w./$\{\}-]{2,80})["']?[^]{0,600}?(?:^|[;&|\n]|\b(?:then|do|sudo|exec|\.|source|(?:ba|z|da|k)?sh|python[\d.]*|node|perl|ruby))\s*["']?\1["']?(?=[\s;&|]|$)`,
      "g",
    ),
    severe: true,
  },
  {
    rule: "credentials",
    call: /\bfind\b[^\n|;]{0,200}-i?(?:name|path)\s+["']?[*/]?(?:id_(?:rsa|ed25519|ecdsa|\*)|\.netrc|\.git-credentials|\.pypirc|\.pgpass|\.ssh|\.aws|wallet\.dat)|\bgrep\s[^\n|;]{0,100}(?:PRIVATE KEY|aws_secret)[^\n|;]{0,100}\s["']?(?:\/(?:home|root|etc|Users)?|~|\$\{?HOME\}?)["']?(?=[\s/]|$)|\b(?:cd|pushd)\s+["']?(?:\S*\/)?\.(?:ssh|aws|gnupg|kube)\/?["']?(?=[\s;&]|$)/gm,
    severe: true,
  },
  { rule: "unknown-host", call: /\b(?:https?|all|ftp)_proxy=/gi, strings: "hosts" },
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
    // A folder of keys taken whole.
    rule: "credentials",
    call: new RegExp(
      String.raw`\b(?:tar|zip|cp|rsync|scp|cat|base64|gzip|find|for\s+\w+\s+in|curl|strings|xxd|od|cd|pushd)\b[^\n;|]{0,200}[\s"'=@]${HOME}\/\.(?:ssh|aws|gnupg|kube|docker|config\/gcloud|azure)(?:[\s"'\/;|)]|$)(?!(?:config|known_hosts))`,
      "gm",
    ),
    severe: true,
  },
  {
    rule: "credentials",
    call: /\/etc\/(?:shadow|sudoers)\b|\/proc\/[^\s/]{1,40}\/environ\b/g,
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
        /\brm\s+-\w*[rf]\w*\s+(?:--\s+)?["']?(?:\/(?!tmp\b|app\b|var\/lib\/apt|var\/cache)|(?:\.\.\/){2}\.\.)/,
        /\bfind\s+["']?(?:\/|\/(?:home|etc|usr|var|root|opt|Users)\b\S*)["']?\s[^\n]{0,200}(?:-delete\b|-exec\s+rm\b)/,
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
  {
    // Whatever writes it, and however the shell came to be where it is.
    rule: "path-escape",
    call: anyOf(
      [
        new RegExp(String.raw`${WRITERS}[^\n;|&]{0,200}[\s=]["']?${HOME}\/${START_FILE}`),
        new RegExp(
          String.raw`\b(?:cd|pushd)[^\S\n]*(?:--[^\S\n]*)?["']?(?:${HOME}\/?["']?[^\S\n]*)?(?:&&|;|\n)[^]{0,400}?(?:>>?\s*|${WRITERS}[^\n;|&]{0,100}\s)["']?(?:\.\/)?${START_FILE}`,
        ),
        new RegExp(
          String.raw`(?:^|[\n;&|]|\bthen|\bdo)[^\S\n]*(?:cd|pushd)[^\S\n]*(?:--[^\S\n]*)?["']?(?:(?:${HOME}|\/|\/(?:home|etc|usr|var|root|Users)\b)\/?["']?[^\S\n]*)?(?:&&|\|\||;|\n)[^]{0,300}?(?:\brm\s+-\w*[rf]|\bfind\s[^\n]{0,400}-(?:delete|exec)|\bgit\s+clean)`,
        ),
        new RegExp(
          String.raw`${WRITERS}[^\n;|&]{0,200}[\s=]["']?\/etc\/(?:cron|profile|passwd|shadow|sudoers|ld\.so|systemd|init|rc|hosts)`,
        ),
      ],
      "g",
    ),
  },
  { rule: "start-up", call: /\bcrontab\s+(?!-l)|\bsystemctl\s+(?:--user\s+)?enable\b/g },
  {
    rule: "git-hook",
    call: new RegExp(
      String.raw`\bcore\.hooksPath\b|\.git\/hooks\b|(?:>>?\s*|${WRITERS}[^\n;|&]{0,200}[\s=])["']?(?:\S{0,200}\/)?\.git\/(?:config|info\/attributes)\b`,
      "g",
    ),
  },
  {
    rule: "registry",
    call: /\b(?:npm|pnpm|yarn|pip3?)\s+config\s+set\b[^\n]{0,100}(?:registry|index-url)/g,
  },
  { rule: "path-escape", call: /\bchmod\s+(?:[ugoa]*\+s|[42]\d{3})\b|\btee\s+(?:-a\s+)?\/etc\//g },
];

/** What scripts may not do that builds of images, and installing what was made, are there for. */
export const SHELL_OF_SCRIPTS: readonly TextRule[] = [
  {
    rule: "path-escape",
    call: /\b(?:cp|mv|ln|install|rsync|tee)\s[^\n;|&]{0,200}\s["']?\/(?:usr\/(?:local\/)?)?(?:s?bin|lib|lib64|libexec)\/[\w.-]*["']?(?=\s*(?:$|[;&|\n]))/gm,
  },
];
