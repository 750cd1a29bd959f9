import { afterDeathTeeth } from "./teeth/after-death.ts";
import { attemptTeeth } from "./teeth/attempt.ts";
import { blobTeeth } from "./teeth/blobs.ts";
import { budgetTeeth } from "./teeth/budget.ts";
import { busLimitTeeth } from "./teeth/bus-limits.ts";
import { busTeeth } from "./teeth/bus.ts";
import { constitutionKeyTeeth } from "./teeth/constitution-keys.ts";
import { constitutionTeeth } from "./teeth/constitution.ts";
import { edgeTeeth } from "./teeth/edges.ts";
import { gateTeeth } from "./teeth/gate.ts";
import { leadTeeth } from "./teeth/lead.ts";
import { logTeeth } from "./teeth/log.ts";
import { modelTeeth } from "./teeth/models.ts";
import { nightTeeth } from "./teeth/night.ts";
import { plannerTeeth } from "./teeth/planner.ts";
import { repoTeeth } from "./teeth/repo.ts";
import { sandboxTeeth } from "./teeth/sandbox.ts";
import { taskTeeth } from "./teeth/task.ts";
import type { Tooth } from "./tooth.ts";
import { verifierTeeth } from "./teeth/verifier.ts";
import { viewTeeth } from "./teeth/views.ts";
import { workTeeth } from "./teeth/implementer.ts";
import { workspaceTeeth } from "./teeth/workspace.ts";

/** Every rule that can be taken away, and the tests that notice. */
export const teeth: readonly Tooth[] = [
  ...gateTeeth,
  ...attemptTeeth,
  ...taskTeeth,
  ...repoTeeth,
  ...budgetTeeth,
  ...leadTeeth,
  ...constitutionKeyTeeth,
  ...logTeeth,
  ...blobTeeth,
  ...viewTeeth,
  ...busTeeth,
  ...busLimitTeeth,
  ...constitutionTeeth,
  ...verifierTeeth,
  ...workTeeth,
  ...plannerTeeth,
  ...nightTeeth,
  ...afterDeathTeeth,
  ...sandboxTeeth,
  ...workspaceTeeth,
  ...modelTeeth,
  ...edgeTeeth,
];
