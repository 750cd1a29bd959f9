import type { AccountCommand } from "@nightshift/protocol/account";
import type { AgentCommand } from "@nightshift/protocol/agent";
import type { AllocationCommand } from "@nightshift/protocol/allocation";
import type { AttemptCommand } from "@nightshift/protocol/attempt";
import type { BlobCommand } from "@nightshift/protocol/blob";
import type { BrakeCommand } from "@nightshift/protocol/brake";
import type { BudgetCommand } from "@nightshift/protocol/budget";
import type { CallCommand } from "@nightshift/protocol/call";
import type { EventOf } from "@nightshift/protocol/events";
import type { GenomeCommand } from "@nightshift/protocol/genome";
import type { GuidanceCommand } from "@nightshift/protocol/guidance";
import type { StreamKind } from "@nightshift/protocol/ids";
import type { PolicyCommand } from "@nightshift/protocol/policy";
import type { ProjectCommand } from "@nightshift/protocol/project";
import type { RepoCommand } from "@nightshift/protocol/repo";
import type { ReviewCommand } from "@nightshift/protocol/review";
import type { ShiftCommand } from "@nightshift/protocol/shift";
import type { TaskCommand } from "@nightshift/protocol/task";
import { account, type AccountState } from "./account.ts";
import { agent, type AgentState } from "./agent.ts";
import { allocation, type AllocationState } from "./allocation.ts";
import { attempt, type AttemptState } from "./attempt.ts";
import { blob, type BlobState } from "./blob.ts";
import { brake, type BrakeState } from "./brake.ts";
import { budget, type BudgetState } from "./budget.ts";
import { call, type CallState } from "./call.ts";
import type { Decider } from "./decider.ts";
import { genome, type GenomeState } from "./genome.ts";
import { guidance, type GuidanceState } from "./guidance.ts";
import { policy, type PolicyState } from "./policy.ts";
import { project, type ProjectState } from "./project.ts";
import { repo, type RepoState } from "./repo.ts";
import { review, type ReviewState } from "./review.ts";
import { shift, type ShiftState } from "./shift.ts";
import { task, type TaskState } from "./task.ts";

/** What can be asked of each kind of stream. */
type Commands = {
  shift: ShiftCommand;
  project: ProjectCommand;
  repo: RepoCommand;
  task: TaskCommand;
  attempt: AttemptCommand;
  budget: BudgetCommand;
  account: AccountCommand;
  brake: BrakeCommand;
  review: ReviewCommand;
  genome: GenomeCommand;
  policy: PolicyCommand;
  allocation: AllocationCommand;
  guidance: GuidanceCommand;
  agent: AgentCommand;
  call: CallCommand;
  blob: BlobCommand;
};
export type CommandOf<K extends StreamKind> = Commands[K];

/** What the rules of each kind of stream know. */
type States = {
  shift: ShiftState;
  project: ProjectState;
  repo: RepoState;
  task: TaskState;
  attempt: AttemptState;
  budget: BudgetState;
  account: AccountState;
  brake: BrakeState;
  review: ReviewState;
  genome: GenomeState;
  policy: PolicyState;
  allocation: AllocationState;
  guidance: GuidanceState;
  agent: AgentState;
  call: CallState;
  blob: BlobState;
};
export type StateOf<K extends StreamKind> = States[K];

/** The rules of every kind of stream. */
export const deciders: { [K in StreamKind]: Decider<States[K], Commands[K], EventOf[K]> } = {
  shift,
  project,
  repo,
  task,
  attempt,
  budget,
  account,
  brake,
  review,
  genome,
  policy,
  allocation,
  guidance,
  agent,
  call,
  blob,
};
