import { anyOf } from "../any-of.ts";
import { matchesAny } from "../glob.ts";

/** How names of hosts end that a file may name without an address. */
export const HOST_ENDINGS =
  "com|net|org|io|dev|co|sh|xyz|app|cloud|info|biz|me|ru|cn|tk|top|ai|to|cc|site|online|live|pw|example";

/** Hosts that need no permission: this machine, and names that can belong to nobody (RFC 2606). */
const HARMLESS_HOST = anyOf([
  // A name of one label is a neighbour's, as containers have them; a number is not.
  /^[a-z_][\w-]*$/,
  /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[?::1\]?)$/,
  /^(?:.*\.)?(?:example\.(?:com|org|net)|test|invalid|localhost)$/,
]);

/** Hosts of all addresses in a text, in lower case, without port. */
export function hostsIn(text: string): string[] {
  const found = text
    .matchAll(HOST_BEHIND)
    .map((match) => match[1]?.toLowerCase() ?? "")
    .filter((host) => host !== "");
  return [...found];
}

/** Begins with what stands before every host, as few places of a text are worth a look. */
const HOST_BEHIND =
  /(?<=\b(?:https?|wss?|s?ftp|tcp|udp|tls|ssh|smtps?|rediss?|amqps?|mqtts?|ldaps?|stuns?|turns?|mongodb(?:\+srv)?|socks5?h?)):\/\/(?:[^\s/@"'`]*@)?([^\s/:"'`?#\\)$<>]+)/gi;

export function isHarmless(host: string, allowed: ReadonlySet<string>): boolean {
  const plain = host.toLowerCase();
  return HARMLESS_HOST.test(plain) || allowed.has(plain);
}

/** Files that hold keys; nothing but a thief names them as a path. */
const KEY_FILE = anyOf([
  /(?:^|[/\\])\.ssh(?:[/\\][\w.*-]*)?$/,
  /(?:^|[/\\])id_(?:rsa|ed25519|ecdsa)$/,
  /(?:^|[/\\])\.aws[/\\]credentials$/,
  /(?:^|[/\\])\.git-credentials$/,
  /(?:^|[/\\])\.config[/\\]gh[/\\]hosts\.yml$/,
  /(?:^|[/\\])\.(?:docker[/\\]config\.json|kube[/\\]config|gnupg(?:[/\\][\w.-]*)*)$/,
  /(?:^|[/\\])\.(?:codex[/\\]auth|claude[/\\]\.credentials)\.json$/,
  /^\/etc\/(?:shadow|passwd|sudoers)$/,
  /^\/proc\/[^/]+\/environ$/,
  /(?:^|\/)Library\/Keychains(?:\/.*)?$/,
  /(?:^|[/\\])\.(?:password-store|azure|config[/\\]gcloud)(?:[/\\]|$)/,
  /(?:^|[/\\])\.(?:cargo[/\\]credentials(?:\.toml)?|terraform\.d[/\\]credentials\.tfrc\.json)$/,
  /(?:^|[/\\])\.(?:bash|zsh|python|node_repl|psql|mysql)_history$|(?:^|[/\\])Login Data$/,
  /(?:^|[/\\])\.aws[/\\](?:config|sso(?:[/\\].*)?|cli[/\\]cache(?:[/\\].*)?)$|application_default_credentials\.json$/,
  /(?:^|[/\\])\.(?:vault-token|boto|s3cfg|my\.cnf|netrc|pgpass|pypirc|htpasswd)$|(?:^|[/\\])rclone\.conf$/,
  /^\/(?:var\/)?run\/secrets\/|(?:^|[/\\])\.(?:ethereum[/\\]keystore|config[/\\]solana)(?:[/\\]|$)|(?:^|[/\\])wallet\.dat$/,
  /(?:^|[/\\])\.ssh[/\\]/,
  /(?:^|[/\\])\.(?:aws|kube|docker|gnupg|azure)[/\\]\*/,
]);
/** Files that may hold keys: reading them is a matter of where they are. */
const KEY_FILE_READ =
  /(?:^|[/\\])\.(?:netrc|npmrc|pypirc|pgpass)$|^(?:~|\/|\.\.\/).*\.env(?:\.\w+)?$/;
/** Places outside any project. */
const SYSTEM_PATH = anyOf([
  /^\/(?:etc|usr|bin|sbin|lib|boot|root|home|var|opt|sys|proc|Users|Library)(?:\/|$)/,
  /^~[/\\]|^[A-Za-z]:[/\\]/,
]);
const ABOVE = /^(?:\.\.[/\\]){3,}|^\0(?:\/\.\.){4,}/;
const START_FILE =
  /(?:^|[/\\])\.(?:bashrc|bash_login|bash_aliases|zshrc|zshenv|profile|bash_profile|zprofile|xprofile|inputrc|vimrc|gitconfig|ssh|gnupg|config[/\\](?:autostart|systemd|fish)|local[/\\]bin)(?:[/\\]|$)|(?:^|[/\\])Library[/\\]LaunchAgents(?:[/\\]|$)/;
const HOOK =
  /(?:^|[/\\"'\s])\.git[/\\]+(?:hooks|config|info[/\\]attributes)\b|(?:^|[/\\])\.(?:husky|githooks)(?:[/\\]|$)|\bcore\.(?:hooks[pP]ath|fsmonitor|ssh[cC]ommand|pager|editor)\b|\binit\.template[dD]ir\b|\bGIT_(?:SSH_COMMAND|CONFIG_KEY_\d)\b/;

export function isKeyFile(path: string): boolean {
  // A bare name may stand in a list of what to leave alone; a path is what one opens.
  return /^[^\s]*[/\\][^\s]*$/.test(path) && KEY_FILE.test(path);
}

export function isKeyFileRead(path: string): boolean {
  return !/\s/.test(path) && (KEY_FILE.test(path) || KEY_FILE_READ.test(path));
}

/** Files of keys as a shell would name them. */
const KEYS_AT_HOME = `.ssh/id_rsa .ssh/id_ed25519 .aws/credentials .netrc .git-credentials .pypirc
  .npmrc .kube/config .docker/config.json .config/gh/hosts.yml`.split(/\s+/);

/** The file of keys that a shell's pattern of files below the user's own folder is answered by. */
export function keyFileMeant(pattern: string): string | null {
  const [, home = "", rest] = /^([^/]*)\/(\S+)$/.exec(pattern) ?? [];
  // A pattern that says nothing is no pattern for keys.
  if (rest === undefined || !/\w/.test(rest)) return null;
  const file = KEYS_AT_HOME.find((path) => matchesAny(path, [rest]));
  return file === undefined ? null : `${home}/${file}`;
}

/** What git runs by itself, or what tells it to. */
export function isHook(text: string): boolean {
  return HOOK.test(text);
}

export function isOutside(path: string): boolean {
  return SYSTEM_PATH.test(path) || ABOVE.test(path) || START_FILE.test(path);
}

/** Base64 that is long enough to hide code; pictures, fonts and documents begin as they begin. */
export function hidesCode(literal: string): boolean {
  const media = /^(?:iVBOR|R0lGOD|\/9j\/|UklGR|AAEAAA|d09G|T1RUTw|JVBERi|PHN2Zy|SUkq|UEsDB|AAAA)/;
  return /^[A-Za-z0-9+/_=-]{100,}$/.test(literal) && !media.test(literal);
}
