import { Unavailable } from "@nightshift/protocol/errors";

/** A forge does not answer at all: whatever else it is asked now would wait as long for nothing. */
export class Unreachable extends Unavailable {}

/** Where branches are reviewed: GitHub, GitLab, Gitea, Forgejo. What it says is others' word. */
export interface Forge {
  /** `github`, `gitlab`, `gitea`, … as log and digest tell it. */
  readonly kind: string;
  /** The branch that requests are to be merged into. */
  readonly base: string;
  /**
   * Puts a commit on a branch there; a repeat changes nothing.
   * @param mine Commits that Night Shift put there before: anything else there is somebody's work.
   *   Null for a branch that is nobody else's.
   * @throws Refusal "not-allowed" where somebody else moved the branch.
   */
  push(branch: string, commit: string, mine: readonly string[] | null): Promise<void>;
  /** The latest request for a branch: the open one, where there is one. */
  find(branch: string): Promise<ForgeRequest | null>;
  open(request: { branch: string; title: string; body: string }): Promise<ForgeRequest>;
  look(number: number): Promise<ForgeNews>;
  checks(commit: string): Promise<ForgeChecks>;
  say(number: number, text: string): Promise<void>;
  close(number: number): Promise<void>;
  /** @throws Refusal "not-accepted" where the forge's own rules, or a newer commit, forbid it. */
  merge(number: number, commit: string): Promise<void>;
  /** Brings a commit of the forge here. @returns false where the forge does not have it. */
  bring(commit: string): Promise<boolean>;
}

/** A request for review at a forge, as it stands there. */
export type ForgeRequest = {
  number: number;
  url: string;
  /** What its branch stands at. */
  commit: string;
  state: "open" | "merged" | "closed";
};

/** What a forge has to tell of a request. */
export type ForgeNews = ForgeRequest & {
  /** The commit that the merge made of it, and who did it; null where nobody did. */
  mergedAs: string | null;
  by: string | null;
  /** Comments of people, the oldest first. */
  comments: { ref: string; by: string; text: string; on: string | null }[];
  /** The latest word of each who may say whether it is merged. */
  verdicts: ForgeVerdict[];
};

/** What somebody made of a request: it stays there when another commit is pushed. */
export type ForgeVerdict = {
  ref: string;
  by: string;
  is: "approved" | "changes-requested";
  text: string;
  /** What was looked at; null where the forge does not say. */
  commit: string | null;
};

/** What the checks of a forge made of a commit; `none` where it has none. */
export type ForgeChecks = { outcome: "none" | "pending" | "passed" | "failed"; failures: string[] };
