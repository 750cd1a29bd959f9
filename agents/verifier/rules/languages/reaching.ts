import { oneOf } from "../../any-of.ts";
import type { CallRule } from "../calls.ts";

/** Words by which functions of any library change what is on a disk. */
const CHANGES =
  oneOf(`write\\w+ append\\w+ remove\\w* rm rm_\\w+ rmdir rmtree rmSync unlink\\w* delete\\w*
  rename\\w* move\\w* copy\\w+ cp cp_\\w+ symlink\\w* link hard_link hardlink\\w* chmod\\w* chown\\w* lchown
  mkdir\\w* mkpath makedirs create\\w+ truncate\\w* touch utime\\w* mkfifo mknod install ln ln_\\w+ mv
  extract\\w* unpack_archive urlretrieve transferTo newOutputStream newBufferedWriter newByteChannel
  FileWriter FileOutputStream RandomAccessFile FileHandler RotatingFileHandler FileIO binwrite
  set_permissions setExecutable renameTo setWritable rimraf outputFile\\w* ensure\\w+ emptyDir\\w*
  WriteFile Create OpenFile Remove RemoveAll Mkdir MkdirAll Rename Symlink Link Chmod Chown
  Truncate Chtimes`);
/** Functions that start programs, in any language. */
const STARTS = oneOf(`spawn spawnSync exec execSync execFile execFileSync execa run call check_call
  check_output Popen system popen Command CommandContext ProcessBuilder capture2e? capture3 popen3
  create_subprocess_exec args? command exec\\w? StartProcess`);
const CHANGING_PROGRAMS =
  /"(?:[^"\s]*\/)?(?:rm|mv|cp|tee|dd|chmod|chown|ln|install|mkdir|touch|truncate|shred|crontab|sed|unlink|rsync)"/;
const TALKING_PROGRAMS =
  /"(?:[^"\s]*\/)?(?:curl|wget|nc|ncat|netcat|socat|telnet|ssh|scp|sftp|rsync|ftp|ping|dig|nslookup|host|openssl|http|aria2c|npm|npx|pnpm|yarn|bunx?|pip3?|uvx?|gem|easy_install)"/;

const SETS_GIT =
  /(?:"(?:[^"\s]*\/)?git"|^git\b)[^]*\bconfig\b(?![^]*(?:--get|--list|"-l"|\b(?:user|advice|color|commit|pull|push|fetch|gc|remote|branch)\.|init\.default|core\.(?:auto|bare|file|quote|ignore|sym|long|eol))[^]*)/;

/** A file that says none of this reaches nothing by these rules: most are not looked at for them. */
export const COULD_REACH =
  /\bnet\.IP\b|\bIPv4\b|Ipv4Addr|InetAddress|\binet_|ip_address|IPAddr\b|\bipaddress\b|["'`](?:\/(?:etc|usr|s?bin|lib|boot|root|home|var|opt|sys|proc|Users|Library)\b|(?:etc|usr|home|root|cron\.d|profile\.d)["'`/]|~\/)|(?:\.\.[/"'`, ]+){3}|["'`/]\.git["'`/]|\.(?:bashrc|bash_|zsh|ssh\b|githooks|husky|profile|aws|kube|docker|gnupg|npmrc|netrc|config\/)|core\.(?:hooks|fsm|ssh|pager|editor)|["'`](?:\/[\w/]+\/)?(?:curl|wget|nc|ncat|netcat|socat|telnet|scp|sftp|ftp|ping|dig|nslookup|aria2c|npm|npx|pnpm|yarn|bunx?|pip3?|uvx?|gem|easy_install)["'`]|["'`]git["'`][^]{0,2000}["'`]config["'`]|["'`](?:-\w{0,3}c|\/c|-Command|-EncodedCommand|--eval)["'`]/;

/** What calls of any language may not reach, by whatever function. */
export const REACHING: readonly CallRule[] = [
  {
    // An address as a number, wherever numbers become bytes.
    rule: "unknown-host",
    call: /(?:^|\.)(?:PutUint32|AppendUint32|to_be_bytes|from_be_bytes|putInt|to_bytes|writeUInt32BE|setUint32|IPv4|Ipv4Addr\.\w+|inet_n\w+|getByAddress|ip_address|IPv4Address|IPAddr\.new\w*|long2ip)$/,
    texts: "hosts",
    wide: true,
  },
  { rule: "path-escape", call: new RegExp(`(?:^|\\.)${CHANGES}!?$`), texts: "outside", wide: true },
  { rule: "git-hook", call: new RegExp(`(?:^|\\.)${CHANGES}!?$`), texts: "hooks", wide: true },
  {
    rule: "path-escape",
    call: new RegExp(`(?:^|\\.)${STARTS}$`),
    given: CHANGING_PROGRAMS,
    texts: "outside",
    wide: true,
  },
  {
    rule: "unknown-host",
    call: new RegExp(`(?:^|\\.)${STARTS}$`),
    given: TALKING_PROGRAMS,
    texts: "hosts",
    wide: true,
  },
  {
    rule: "git-hook",
    call: new RegExp(`(?:^|\\.)${STARTS}$`),
    given: /git/,
    texts: "hooks",
    wide: true,
  },
  {
    rule: "credentials",
    call: new RegExp(`(?:^|\\.)${STARTS}$`),
    texts: "keys",
    severe: true,
    wide: true,
  },
  {
    // A setting of git that is not written out: it may be one that runs something.
    rule: "git-hook",
    call: new RegExp(`(?:^|\\.)${STARTS}$`),
    given: SETS_GIT,
    wide: true,
  },
  {
    rule: "shell",
    call: new RegExp(`(?:^|\\.)${STARTS}$`),
    // A program that is not known, and is told to run a text.
    given: /^(?!")[^,]{1,200},\s*\[?\s*"(?:-[a-z]{0,3}c|\/c|-Command|-EncodedCommand|-e|--eval)"/,
    wide: true,
  },
];
