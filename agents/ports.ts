import type { WindowSeen } from "@nightshift/protocol/account";
import type { AttemptCommand, CostKind, FileChange, Usage } from "@nightshift/protocol/attempt";
import type { Genes } from "@nightshift/protocol/genome";
import type { TokenScale } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";
import type { WebSource } from "./web.ts";

/** A model behind an API. */
export interface Model {
  /** As the config names it. */
  readonly name: string;
  /** The maker's line of models, e.g. `claude`, `gpt`, `qwen`: who may judge whom (I6, F25). */
  readonly family: string;
  /** The key or subscription it draws on; a limit holds all models of one account. */
  readonly account: string;
  readonly tier: "local" | "free" | "small" | "large";
  readonly contextTokensMax: number;
  readonly outputTokensMax: number;
  /** Micro-dollars for a million tokens in and out; 0 where it costs nothing. */
  readonly price: { inputMicroUsd: number; outputMicroUsd: number };
  /**
   * @throws LimitReached when the account's window is used up.
   * @throws WorkerFailure with a kind of the taxonomy otherwise.
   */
  complete(
    request: {
      system: string;
      prompt: string;
      outputTokensMax: number;
      /** Milliseconds without a byte after which it counts as hung. */
      silenceMs: number;
      wallMs: number;
    },
    options: { signal: AbortSignal },
  ): Promise<Completion>;
}

export type Completion = {
  text: string;
  stopReason: "finished" | "truncated";
  usage: Usage;
  costMicroUsd: number;
  costKind: CostKind;
  /** sha256 of the request and answer in the blob store, so that the call can be replayed. */
  transcript: string;
  /** What structured fields told of the account's windows; absent where nothing was told. */
  windows?: readonly WindowSeen[];
};

/** An agent CLI driven by us; it edits the clone it is started in. */
export interface CodingAgent {
  readonly name: string;
  readonly family: string;
  readonly account: string;
  readonly tier: "local" | "free" | "small" | "large";
  readonly contextTokensMax: number;
  readonly outputTokensMax: number;
  readonly price: { inputMicroUsd: number; outputMicroUsd: number };
  /** @throws LimitReached, WorkerFailure as a model does. */
  work(
    request: {
      prompt: string;
      clone: string;
      silenceMs: number;
      wallMs: number;
      /** Nothing but its own programs where absent. */
      surroundings?: Surroundings;
    },
    options: {
      signal: AbortSignal;
      onProgress: (note: string) => void;
      /** Told each thing that the CLI tells, in its own form, as it comes. */
      onEvent?: (event: object) => void;
      /** Given a way to read what is kept of the run so far: no secret is in it. */
      onRecord?: (transcript: () => string) => void;
      /** Asked when it was silent for its time: whether that is the quiet of a command at work. */
      mayBeQuiet?: () => boolean;
    },
  ): Promise<CodingResult>;
}

export type CodingResult = {
  /** What it said at the end: a claim, not evidence. */
  summary: string;
  stopReason: "finished" | "truncated" | "unknown";
  /** Null where the CLI does not tell. */
  usage: Usage | null;
  costMicroUsd: number;
  costKind: CostKind;
  transcript: string;
  /** Transcripts of runs that were ended before this one, in their order. */
  earlier?: readonly string[];
  /** What structured fields told of the account's windows; absent where nothing was told. */
  windows?: readonly WindowSeen[];
};

/** A usage limit, or a network that is gone: defers the work, is no failure (I7, E2). */
export class LimitReached extends Error {
  override readonly name = "LimitReached";
  readonly account: string;
  /** Milliseconds since 1970 from a structured field, or null where none was given. */
  readonly resetsAtMs: number | null;
  /** Undefined where it is a limit. */
  readonly why: "network" | undefined;
  /** Bodies of what the worker did until then, its commands among it (REQUIREMENTS E6). */
  transcripts: readonly string[] = [];

  constructor(account: string, resetsAtMs: number | null, why?: "network", options?: ErrorOptions) {
    const text = why ? `${account} is out of reach` : `the limit of ${account} is reached`;
    super(text, options);
    this.account = account;
    this.resetsAtMs = resetsAtMs;
    this.why = why;
  }
}

/** A worker ended without usable work; `kind` is its name in the taxonomy. */
export class WorkerFailure extends Error {
  override readonly name = "WorkerFailure";
  readonly kind:
    | "hang"
    | "timeout"
    | "crash"
    | "sign-in"
    | "unusable-answer"
    | "loop"
    | "sandbox"
    | "cancelled";
  /** Bodies of what the worker did until then, its commands among it (REQUIREMENTS E6). */
  transcripts: readonly string[] = [];

  constructor(kind: WorkerFailure["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** A working copy that belongs to one attempt alone. */
export interface Clone {
  /** Absolute path of its root. */
  readonly path: string;
  readonly base: string;
  /** Tracked paths, relative, sorted. */
  list(): Promise<string[]>;
  /** Text of a file; null where there is none. @throws WorkerFailure for a path outside the clone. */
  read(path: string): Promise<string | null>;
  /** @throws WorkerFailure for a path outside the clone, through a link, or into `.git`. */
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /**
   * Commits all that differs from the base as one commit by the host's git, never by the worker's
   * configuration, and fetches it into the repository by its id under `refs/nightshift/attempts/`.
   * Null where nothing changed.
   */
  seal(message: string): Promise<Sealed | null>;
  close(): Promise<void>;
}

export type Sealed = { commit: string; files: FileChange[]; diff: string };

export type Merge =
  | { status: "merged"; commit: string; alreadyThere: boolean }
  | { status: "conflict"; paths: string[] };

/** Git, as far as agents need it. Every path is absolute, every commit a full id. */
export interface Workspace {
  /** The commit a ref stands at, or null. */
  resolve(repo: string, ref: string): Promise<string | null>;
  /** A clone of its own at a commit: objects shared read-only; hooks, filters, config off. */
  open(repo: string, commit: string, attempt: string): Promise<Clone>;
  /** Tracked paths of a commit. */
  list(repo: string, commit: string): Promise<string[]>;
  /** Text of a file at a commit; null where there is none or it is binary. */
  show(repo: string, commit: string, path: string): Promise<string | null>;
  diff(repo: string, from: string, to: string): Promise<{ text: string; files: FileChange[] }>;
  /** Merges a commit onto another without touching any branch. */
  merge(repo: string, onto: string, commit: string, message: string): Promise<Merge>;
  /** A commit that takes `commit` back on top of `onto`. */
  revert(repo: string, onto: string, commit: string, message: string): Promise<Merge>;
  /**
   * Moves a ref from one commit to another if it still stands there (`old` null: if it is absent).
   * @returns false when it stood elsewhere. @throws Refusal when a working copy has it checked out.
   */
  moveRef(repo: string, ref: string, old: string | null, next: string): Promise<boolean>;
  /** Whether `ancestor` is contained in `commit`. */
  contains(repo: string, commit: string, ancestor: string): Promise<boolean>;
}

export type TestRun = {
  exitCode: number | null;
  timedOut: boolean;
  /** Counts and names where the runner's output tells them, else null. */
  passed: number | null;
  failed: number | null;
  failures: string[];
  /** Names of tests that passed, where told. */
  successes: string[];
  /** The end of what it printed, at most 4,000 characters. */
  tail: string;
  durationMs: number;
  /** Why the command was not run at all; absent where it was. */
  notRun?: string;
  /** The report that a measured run left; absent where none was asked for or none is there. */
  report?: string;
};

export type CheckOptions = {
  wallMs: number;
  signal: AbortSignal;
  /** The command as it is run in fact, so that it leaves a report in a file of the checkout. */
  measured?: { command: string; report: string };
  /** Files that differ from the commit, in this one checkout. */
  edits?: readonly { path: string; text: string }[];
};

/** Runs commands of a repository at a commit, in the sandbox. */
export interface Checks {
  /** Whether what runs is contained. */
  readonly sandboxed: boolean;
  /** Runs a command in a fresh checkout of the commit, with the environment prepared. */
  run(
    repo: { path: string; prepareCommand: string | null },
    commit: string,
    command: string,
    options: CheckOptions,
  ): Promise<TestRun>;
}

/** What work in a clone finds beside the repository's own files. */
export type Surroundings = {
  /** Absolute folders of programs that come before all others. */
  programs: readonly string[];
  env: Readonly<Record<string, string>>;
};

/** Large or private bodies, by their sha256. */
export interface Blobs {
  /** Scans for secrets, which are masked, then keeps it. @returns the sha256 of what was kept. */
  put(text: string): Promise<string>;
  /** @throws Unavailable when it is not there or was erased. */
  get(sha256: string): Promise<string>;
}

/** Writes the house agent's own events; a guest's are written by the house that called it. */
export interface Recorder {
  attempt(attempt: string, command: AttemptCommand): Promise<void>;
}

/** Numbers in [0, 1), seeded in a simulation. */
export interface Random {
  next(): number;
}

/** All that a prompt is made of, besides the repository itself. */
export type ContextAsk = {
  /** Absolute path of the repository, and the commit that is worked on. */
  repo: string;
  base: string;
  spec: TaskSpec;
  critique: string | null;
  genes: Pick<Genes, "contextDepth" | "scope">;
  reflections: readonly string[];
  guidance: readonly string[];
  /** Whether targets are shown in full; a coding agent reads them itself. */
  whole: boolean;
  /** How to work or answer, right after the task; empty where the system prompt says it. */
  instructions: string;
  /** Goes beside the prompt, and counts towards the cap. */
  system: string;
  /** What was found on the web for a research task; shown before the files. */
  sources: readonly WebSource[];
  capTokens: number;
  /** How the model's own count follows from ours; ours where nothing is known yet. */
  scale: TokenScale | null;
};

/** A prompt under its cap. */
export type Composed = {
  text: string;
  /** With the system prompt, as the model is expected to count them. */
  tokens: number;
  /** As the tokenizer counts them; null where they were told from the bytes alone. */
  rawTokens: number | null;
};

/** Makes prompts of repositories, where the memory that it takes is nobody else's. */
export interface ContextEngine {
  /** @throws WorkerFailure where not even the title fits. @throws Unavailable where it broke. */
  compose(ask: ContextAsk, options: { signal: AbortSignal }): Promise<Composed>;
  /** Tokens of texts together, by the tokenizer. */
  count(texts: readonly string[]): Promise<number>;
}
