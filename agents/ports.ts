import type { AttemptCommand, CostKind, FileChange, Usage } from "@nightshift/protocol/attempt";

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
    options: { signal: AbortSignal; onProgress: (note: string) => void },
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
};

/** A usage limit: defers the work, is no failure (I7). */
export class LimitReached extends Error {
  override readonly name = "LimitReached";
  readonly account: string;
  /** Milliseconds since 1970 from a structured field, or null where none was given. */
  readonly resetsAtMs: number | null;

  constructor(account: string, resetsAtMs: number | null) {
    super(`the limit of ${account} is reached`);
    this.account = account;
    this.resetsAtMs = resetsAtMs;
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
    options: { wallMs: number; signal: AbortSignal },
  ): Promise<TestRun>;
}

/** What work in a clone finds beside the repository's own files. */
export type Surroundings = {
  /** Absolute folders of programs that come before all others. */
  programs: readonly string[];
  env: Readonly<Record<string, string>>;
};

/** Installed dependencies of a repository. */
export interface Environments {
  /**
   * Links them into a clone, where they can be used and not changed.
   * @throws WorkerFailure `sandbox` where they cannot be prepared, with the end of why.
   */
  prepare(
    clone: Clone,
    repo: { path: string; prepareCommand: string | null },
    options: { signal: AbortSignal },
  ): Promise<Surroundings>;
}

export type ProcessResult = {
  exitCode: number | null;
  signal: string | null;
  timedOut: boolean;
  silent: boolean;
  stdout: string;
  stderr: string;
  /** True when output went over its maximum and the rest was dropped. */
  cut: boolean;
  durationMs: number;
};

/** Runs a program that is not trusted. */
export interface Sandbox {
  /** `bubblewrap`, `off`, … as the log and the digest tell it. */
  readonly kind: string;
  run(
    command: readonly string[],
    options: {
      cwd: string;
      /** Folders it may write to; everything else is read-only or hidden. */
      writable: readonly string[];
      network: boolean;
      env: Readonly<Record<string, string>>;
      wallMs: number;
      silenceMs: number | null;
      outputBytesMax: number;
      signal: AbortSignal;
      onOutput?: (chunk: string) => void;
    },
  ): Promise<ProcessResult>;
}

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
