import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import type { Forge, ForgeChecks, ForgeNews } from "../forge.ts";

type Kept = ForgeNews & { branch: string; title: string; body: string };

/** The twin of a forge: what a test says of a request is what it tells. */
export type MemoryForge = Forge & {
  readonly branches: Map<string, string>;
  readonly requests: Kept[];
  /** Every effect in the order it was done. */
  readonly effects: string[];
  /** What the checks make of a commit; `none` for one that nobody checked. */
  readonly checked: Map<string, ForgeChecks>;
  /** Effects that are done and then fail, as if the answer were lost; each once. */
  readonly lost: Set<string>;
};

export function memoryForge(): MemoryForge {
  const forge: MemoryForge = {
    kind: "forge",
    base: "main",
    branches: new Map(),
    requests: [],
    effects: [],
    checked: new Map(),
    lost: new Set(),
    async push(branch, commit, mine) {
      const there = forge.branches.get(branch);
      if (there === commit) return;
      if (there !== undefined && mine !== null && !mine.includes(there)) {
        throw new Refusal("not-allowed", `somebody else moved ${branch}`);
      }
      forge.branches.set(branch, commit);
      for (const one of forge.requests) {
        if (one.branch === branch && one.state === "open") one.commit = commit;
      }
      done("push", branch);
    },
    async find(branch) {
      const of = forge.requests.filter((one) => one.branch === branch);
      return of.findLast(({ state }) => state === "open") ?? of.at(-1) ?? null;
    },
    async open({ branch, title, body }) {
      const commit = forge.branches.get(branch);
      if (commit === undefined) throw new Unavailable(`no branch ${branch}`);
      const number = forge.requests.length + 1;
      const url = `https://forge.example/${number}`;
      const news = { mergedAs: null, by: null, comments: [], verdicts: [] };
      const one: Kept = { number, url, commit, state: "open", ...news, branch, title, body };
      forge.requests.push(one);
      done("open", branch);
      return one;
    },
    look: async (number) => kept(number),
    checks: async (commit) => forge.checked.get(commit) ?? { outcome: "none", failures: [] },
    async say(number) {
      done("say", String(number));
    },
    async close(number) {
      kept(number).state = "closed";
      done("close", String(number));
    },
    async merge(number, commit) {
      const one = kept(number);
      if (one.state === "merged") return;
      if (one.commit !== commit) throw new Refusal("not-accepted", "its head moved");
      Object.assign(one, { state: "merged", mergedAs: commit, by: "me" });
      done("merge", String(number));
    },
    bring: async () => true,
  };
  function kept(number: number): Kept {
    const found = forge.requests.find((one) => one.number === number);
    if (!found) throw new Unavailable(`no request ${number}`);
    return found;
  }
  function done(effect: string, about: string): void {
    forge.effects.push(`${effect} ${about}`);
    if (forge.lost.delete(effect)) throw new Unavailable(`no answer to ${effect}`);
  }
  return forge;
}
