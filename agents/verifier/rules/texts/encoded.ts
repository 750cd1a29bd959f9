import { secretsIn } from "../../secrets.ts";
import { fromBase64, fromHex, rotated } from "../reading/literal.ts";
import { HOST_ENDINGS } from "../places.ts";

/** Words that open a place or a power: nobody who has nothing to hide writes them in disguise. */
const TELLING = `.aws .ssh .gnupg .kube .netrc .npmrc .pypirc .docker .git-credentials credentials
  id_rsa id_ed25519 id_ecdsa authorized_keys .aws/credentials .ssh/id_rsa .ssh/id_ed25519 .git
  .git/hooks hooks pre-commit pre-push post-checkout post-merge post-commit hooksPath
  core.hooksPath .bashrc .zshrc .zshenv .profile .bash_profile bashrc zshrc bash_profile .config
  .config/autostart autostart .kube/config .docker/config.json eval exec execSync system popen
  spawn spawnSync child_process node:child_process subprocess dlopen dlsym LoadLibrary Function
  constructor __import__ __builtins__ builtins marshal Marshal pickle os.system /bin/sh /bin/bash
  /etc/passwd /etc/shadow passwd shadow crontab cron.d /etc/cron.d /etc/profile.d environ
  ENV instance_eval class_eval powershell curl wget https:// http:// /etc/ /root/ /home/`
  .split(/\s+/)
  .filter((word) => word.length > 2);

const base64Of = (text: string): string => btoa(text).replace(/=+$/, "");
const hexOf = (text: string): string =>
  Array.from(text, (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0")).join("");

const DISGUISED: ReadonlySet<string> = new Set(
  TELLING.flatMap((word) =>
    [backwards(word), rotated(word), base64Of(word), base64Of(backwards(word)), hexOf(word)].filter(
      (other) => other !== word && !TELLING.includes(other),
    ),
  ),
);

const BACKWARD_HOST = new RegExp(
  `^(?:[a-z]{2,5}:)?(?:${["com", "net", "org", "io", "dev", "xyz", "app", "info", "cloud"]
    .map(backwards)
    .join("|")})\\.(?:[\\w-]+\\.?)+$`,
);
const HOST = new RegExp(String.raw`^(?:[\w-]+\.)+(?:${HOST_ENDINGS})$`);

/** Whether a literal is such a word, or a host, turned round or encoded. */
export function isWordInDisguise(written: string): boolean {
  if (DISGUISED.has(written.replace(/=+$/, ""))) return true;
  return BACKWARD_HOST.test(written) && !HOST.test(written);
}

export function backwards(text: string): string {
  return Array.from(text).toReversed().join("");
}

const RANDOM_CHARS_MIN = 12;
const DIGITS_MIN = 2;
const TURNS_SHARE_MIN = 0.3;

/** Letters and digits that change about as no word and no number does. */
export function isRandom(text: string, least = RANDOM_CHARS_MIN): boolean {
  if (text.length < least || !/\d.*\d/.test(text) || !/^[\w+/=!@#$%^&*.~-]+$/.test(text))
    return false;
  const kinds = Array.from(text, (letter) =>
    /\d/.test(letter) ? "0" : /[a-z]/.test(letter) ? "a" : /[A-Z]/.test(letter) ? "A" : "-",
  );
  const digits = kinds.filter((kind) => kind === "0").length;
  const letters = kinds.filter((kind) => kind === "a" || kind === "A").length;
  if (digits < DIGITS_MIN || letters < DIGITS_MIN + 1 || /[-_.]{2}|\w[-_.]\w+[-_.]/.test(text)) {
    return false;
  }
  const turns = kinds.filter((kind, at) => at > 0 && kind !== kinds[at - 1]).length;
  return turns / text.length >= TURNS_SHARE_MIN;
}

const ENCODED_CHARS_MIN = 16;

/** What a literal could stand for by the usual encodings, as far as that can be read. */
export function decodings(written: string): string[] {
  if (written.length < 4) return [];
  return [written, backwards(written)]
    .flatMap((text) => [fromHex(text), fromBase64(text)])
    .filter((text): text is string => text !== null && /^[\x20-\x7E]{3,}$/.test(text));
}

/** Whether an encoded literal is a key: nothing that is random by itself is encoded once more. */
export function encodesKey(written: string): boolean {
  if (written.length < ENCODED_CHARS_MIN || !/\d/.test(written)) return false;
  if (!/^[\da-fA-F]+$/.test(written) && !(/[a-z]/.test(written) && /[A-Z]/.test(written))) {
    return false;
  }
  return decodings(written).some(
    (text) => isRandom(text, RANDOM_CHARS_MIN) || secretsIn(text).length > 0,
  );
}
