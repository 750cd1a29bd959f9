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
  /** The limit of the sandbox that ended it, where one did. */
  overLimit?: "memory" | "processes" | "disk" | "output";
  /** Hosts that it asked for and that are not for it, each once; absent where there are none. */
  refusedHosts?: readonly string[];
};

/**
 * What a program may reach beside its own loopback: nothing, or hosts as `api.example.com`,
 * `llm.lan:8080`, `*.example.com`. A host without a port is reached at 443 and 80.
 */
type Network = false | { hosts: readonly string[] };

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
      network: Network;
      /**
       * True where a `.git` in a writable folder is the worker's own: it may commit there, while
       * configuration, hooks and remotes stay as they are. Else all of it is read-only.
       */
      commits?: boolean;
      env: Readonly<Record<string, string>>;
      wallMs: number;
      silenceMs: number | null;
      outputBytesMax: number;
      signal: AbortSignal;
      onOutput?: (chunk: string) => void;
      /** Asked when it has been silent for its time: whether that is the quiet of work. */
      mayBeQuiet?: () => boolean;
    },
  ): Promise<ProcessResult>;
}
