import type { Surroundings } from "./finding.ts";
import type { Given } from "./given.ts";
import { HOLE } from "./reading/literal.ts";
import { usesTricks } from "./texts/tricks.ts";
import { hidesCode, hostsIn, isHarmless, isHook, isKeyFileRead, isOutside } from "./places.ts";

/** What the texts that a call is given are held against. */
export type Against = "hosts" | "keys" | "outside" | "hidden" | "hooks" | "known";

const BARE_HOST = /^(?:[\w-]+\.)+[a-z]{2,}$|^\d{1,3}(?:\.\d{1,3}){3}$/i;

/** Whether a text that a call is given is of that kind. */
export function breaks(
  against: Against,
  { said, texts, on }: Omit<Given, "isOpen">,
  { hosts }: Surroundings,
): boolean {
  switch (against) {
    case "hosts": {
      const bare = texts.map((text) =>
        text.replaceAll(HOLE, "").replace(/^\./, "").replace(/:\d+$/, ""),
      );
      const reached = [
        ...texts.flatMap(hostsIn),
        ...hostsIn(said),
        ...bare.filter(isBareHost),
        ...hostsInNumbers(said, on),
      ];
      return reached.some((host) => !isHarmless(host, hosts));
    }
    case "keys":
      return texts.some(isKeyFileRead) || isKeyFileRead(texts.join("/"));
    case "hidden":
      return texts.some(hidesCode);
    case "hooks":
      return [...texts, texts.join("/")].some(isHook);
    case "known":
      return texts.some((text) => text.replaceAll(HOLE, "").length >= KNOWN_CHARS_MIN);
    case "outside":
      return [...texts, texts.join("/")].some(
        (text) => isOutside(text) && !text.startsWith("/var/tmp/"),
      );
  }
}

/** Less than this is no program that somebody packed. */
const KNOWN_CHARS_MIN = 16;
const FILE_ENDING =
  /\.(?:js|ts|json|py|txt|html?|md|sh|rb|go|rs|java|xml|css|ya?ml|log|local|env|sock)$/i;

function isBareHost(text: string): boolean {
  return BARE_HOST.test(text) && !FILE_ENDING.test(text);
}

const FOUR =
  /(?<![\w.,-]\s*)(?:0x[\da-f]{1,2}|\d{1,3})(?:u8)?(?:\s*,\s*(?:\(byte\)\s*)?(?:0x[\da-f]{1,2}|\d{1,3})(?:u8)?){3}(?!\s*,?\s*[\w-])/gi;
export const OWN =
  /^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|2(?:2[4-9]|[345]\d))\./;
const LARGE = /\b(?:0x[\da-f]{8}|\d{9,10})(?=u32\b|\b)/gi;

/** Addresses that are given as four numbers, or as one. */
function hostsInNumbers(written: string, on: string): string[] {
  const said = written.replaceAll(/(?<=[\da-fA-F])_(?=[\da-fA-F])/g, "");
  const four = [...said.matchAll(FOUR)].map(([all]) => {
    const parts = all.match(/0x[\da-f]+|\d+(?!8?\b.*u8)/gi) ?? [];
    return parts
      .slice(0, 4)
      .map((part) => Number(part))
      .join(".");
  });
  const one = /addr|inet|ip|host/i.test(`${on} ${said}`)
    ? [...said.matchAll(LARGE)].map(([all]) =>
        [24, 16, 8, 0].map((shift) => Math.floor(Number(all) / 2 ** shift) % 256).join("."),
      )
    : [];
  return [...four, ...one].filter(
    (host) => host.split(".").every((part) => Number(part) < 256) && !OWN.test(host),
  );
}

const SAYS: Partial<Record<Against, RegExp>> = {
  keys: /["'`](?:ssh|aws|kube|rsa|ed25519)["'`]|\.ssh|\bid_|\bHOME\b|home_?dir|\.home\b|UserHome|expanduser|["'`]~|\.aws|credential|gnupg|\.kube|\.docker|netrc|npmrc|pypirc|pgpass|\.env|shadow|passwd|sudoers|\/proc|environ|Keychains|password-store|azure|gcloud|cargo|terraform|_history|Login Data|vault|boto|s3cfg|my\.cnf|htpasswd|rclone|secrets|wallet|keystore|solana|codex|claude|hosts\.yml/i,
  outside:
    /(?:(?<![A-Za-z])|2[fF])etc(?=[/:|#"'\\_&%\d])|cron(?:\.d|tab)\b|[|:#~](?:usr|home|root|opt)\b|["'`]\/?(?:etc|usr|s?bin|lib|boot|root|home|var|opt|sys|proc|Users|Library)\b|["'`](?:~|[A-Za-z]:[/\\]|\.\.|\/["'`])|\.(?:bash|zsh|profile|zprofile|xprofile|inputrc|vimrc|gitconfig|ssh|gnupg|config|local)|LaunchAgents|Separator|\bsep\b/,
  hooks: /\.git\b|hooks|husky|core\.|template|GIT_/i,
};

/** Whether a file says anything of a kind, or hides what it says; asked once a kind. */
export function saysOf(text: string): (kind: Against) => boolean {
  const known = new Map<Against, boolean>();
  return (kind) => {
    const words = SAYS[kind];
    if (!words) return true;
    const found = known.get(kind) ?? (words.test(text) || usesTricks(text));
    known.set(kind, found);
    return found;
  };
}
