import type { Clock } from "@nightshift/protocol/clock";
import { defaultSettings } from "@nightshift/protocol/settings";
import { hostOf, modelHosts } from "../sandbox/egress/allow-list.ts";
import type { PrivateHome } from "./home.ts";
import type { Cli } from "./opened.ts";
import type { SignIn } from "./options.ts";
import { openTap } from "./tap/tap.ts";
import type { Tapped, TapSettings } from "./tap/tap.ts";

/** Where a CLI finds its model for one run, and what it signs in with there. */
export type Place = {
  /** What it is told of an API; null with a login. */
  api: { url: string; key: string } | null;
  /** What the run has to know of it: with `end` nobody is answered any more, on either side. */
  run: {
    hosts: readonly string[];
    secrets: readonly string[];
    ended: AbortSignal;
    end: () => void;
  };
  /** What the judge of the run has to know of it. */
  told: { tapped: Tapped | null; keyed: boolean };
  close(): Promise<void>;
};

/** Whoever needs no key is given one that says so: a CLI without any asks for a login. */
const NO_KEY = "none";

/**
 * With a key or an address, a tap stands between the CLI and its model; with a login, the CLI's own
 * is copied in and nobody listens, for its tokens are made for the maker's address alone.
 * @throws BadInput where there is no login.
 */
export async function openPlace(
  cli: Pick<Cli, "upstream" | "hosts" | "login" | "signInCommand" | "tellsCuts">,
  setup: {
    env: SignIn;
    home: PrivateHome;
    clock?: Pick<Clock, "now"> | undefined;
    settings?: TapSettings | undefined;
    /** The director's word that the run is over. */
    signal: AbortSignal;
    /** False believes the CLI's own word alone. */
    tapped?: boolean | undefined;
  },
): Promise<Place> {
  const { env, home, clock = { now: Date.now }, tapped = true } = setup;
  const { settings = defaultSettings } = setup;
  const { apiKey: key = null, baseUrl, oauthToken = null, loginHome } = env;
  const hasLogin = oauthToken !== null || loginHome !== undefined;
  const keyed = key !== null || (baseUrl !== undefined && !hasLogin);
  const address = baseUrl ?? cli.upstream;
  if (loginHome !== undefined && !keyed)
    await home.copyLogin(loginHome, [cli.login], cli.signInCommand);
  const controller = new AbortController();
  const ended = AbortSignal.any([controller.signal, setup.signal]);
  const end = () => controller.abort();
  const told = { upstream: address, key, clock, settings, endsAtCut: cli.tellsCuts !== true };
  const tap = keyed && tapped ? await openTap({ ...told, onEnd: end, signal: ended }) : null;
  const own = keyed ? { url: address, key: key ?? NO_KEY } : null;
  const secrets = [key, oauthToken, tap?.pass ?? null].filter((secret) => secret !== null);
  const hosts = tap ? [hostOf(tap.url)] : modelHosts(cli.hosts, baseUrl);
  return {
    api: tap ? { url: tap.url, key: tap.pass } : own,
    run: { hosts, secrets, ended, end },
    told: { tapped: tap?.tapped ?? null, keyed },
    close: async () => tap?.close(),
  };
}
