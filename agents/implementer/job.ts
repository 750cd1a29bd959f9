import type { CallContext } from "@nightshift/protocol/bus";
import type { Clock } from "@nightshift/protocol/clock";
import type { SkillInput } from "@nightshift/protocol/skills";
import type { Environments } from "../environments.ts";
import type { Blobs, ContextEngine, Recorder, Surroundings, Workspace } from "../ports.ts";
import type { Web } from "../web.ts";
import type { TokenCounter } from "./tokens.ts";
import type { Bill } from "./work.ts";
import type { Room, Worker } from "./worker.ts";

/** The world as an implementer needs it. */
export type ImplementerPorts = {
  /** Each by its own name; a bid names one of them, and an award comes back with it. */
  workers: readonly Worker[];
  workspace: Workspace;
  /** Absent where nothing is installed for anybody. */
  environments?: Environments;
  /** Makes the prompts; absent where each is made here, from the clone alone. */
  contexts?: ContextEngine;
  /** Where research looks things up; absent where nobody may. */
  web?: Web;
  blobs: Blobs;
  /** Whether what runs is contained; told in the log, so that the gate can ask. */
  sandboxed: boolean;
  /** Null for a guest: then the house that called records for it. */
  recorder: Recorder | null;
  clock: Clock;
  /** Asked only where an exact count can matter; the o200k tokenizer unless told. */
  loadCounter?: () => Promise<TokenCounter>;
};

/** The ports and the name it has on the bus: who did the work is part of what is told. */
export type Named = ImplementerPorts & { name: string };

/** All that one call of `implement` is about. */
export type Job = {
  input: SkillInput<"implement">;
  worker: Worker;
  room: Room;
  ports: Named;
  call: CallContext;
  /** What is installed in the clone. */
  surroundings: Surroundings;
  /** What has been spent so far; kept so that a failure later still tells it. */
  bill: Bill;
  loadCounter: () => Promise<TokenCounter>;
};
