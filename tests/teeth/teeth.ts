import { accountTeeth } from "./teeth/accounts.ts";
import { afterDeathTeeth } from "./teeth/after-death.ts";
import { analystTeeth } from "./teeth/analyst.ts";
import { attemptTeeth } from "./teeth/attempt.ts";
import { blobTeeth } from "./teeth/blobs.ts";
import { budgetTeeth } from "./teeth/budget.ts";
import { busHttpTeeth } from "./teeth/bus-http.ts";
import { busLimitTeeth } from "./teeth/bus-limits.ts";
import { busTeeth } from "./teeth/bus.ts";
import { callTeeth } from "./teeth/calls.ts";
import { cliTeeth } from "./teeth/clis.ts";
import { constitutionKeyTeeth } from "./teeth/constitution-keys.ts";
import { constitutionTeeth } from "./teeth/constitution.ts";
import { asBytesTeeth } from "./teeth/as-bytes.ts";
import { putTogetherTeeth } from "./teeth/put-together.ts";
import { hostileValuesTeeth } from "./teeth/hostile-values.ts";
import { languagesReadTeeth } from "./teeth/languages-read.ts";
import { contextTeeth } from "./teeth/context.ts";
import { edgeTeeth } from "./teeth/edges.ts";
import { evolutionTeeth } from "./teeth/evolution.ts";
import { gateTeeth } from "./teeth/gate.ts";
import { gatewayTeeth } from "./teeth/gateway.ts";
import { keptViewTeeth } from "./teeth/kept-views.ts";
import { leadTeeth } from "./teeth/lead.ts";
import { lodgerTeeth } from "./teeth/lodgers.ts";
import { logEngineTeeth } from "./teeth/log-engine.ts";
import { logTeeth } from "./teeth/log.ts";
import { mergingTeeth } from "./teeth/merging.ts";
import { modelTeeth } from "./teeth/models.ts";
import { natsTeeth } from "./teeth/nats.ts";
import { nightTeeth } from "./teeth/night.ts";
import { paddedTeeth } from "./teeth/padded.ts";
import { plannerTeeth } from "./teeth/planner.ts";
import { reachTeeth } from "./teeth/reach.ts";
import { repoTeeth } from "./teeth/repo.ts";
import { sandboxTeeth } from "./teeth/sandbox.ts";
import { taskTeeth } from "./teeth/task.ts";
import type { Tooth } from "./tooth.ts";
import { reviewTeeth } from "./teeth/review.ts";
import { unreadableTeeth } from "./teeth/unreadable.ts";
import { verdictTeeth } from "./teeth/verdicts.ts";
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
  ...mergingTeeth,
  ...budgetTeeth,
  ...accountTeeth,
  ...leadTeeth,
  ...cliTeeth,
  ...constitutionKeyTeeth,
  ...contextTeeth,
  ...evolutionTeeth,
  ...logTeeth,
  ...gatewayTeeth,
  ...lodgerTeeth,
  ...logEngineTeeth,
  ...blobTeeth,
  ...viewTeeth,
  ...analystTeeth,
  ...keptViewTeeth,
  ...busTeeth,
  ...busLimitTeeth,
  ...busHttpTeeth,
  ...callTeeth,
  ...natsTeeth,
  ...constitutionTeeth,
  ...asBytesTeeth,
  ...unreadableTeeth,
  ...putTogetherTeeth,
  ...hostileValuesTeeth,
  ...paddedTeeth,
  ...languagesReadTeeth,
  ...reviewTeeth,
  ...verdictTeeth,
  ...verifierTeeth,
  ...reachTeeth,
  ...workTeeth,
  ...plannerTeeth,
  ...nightTeeth,
  ...afterDeathTeeth,
  ...sandboxTeeth,
  ...workspaceTeeth,
  ...modelTeeth,
  ...edgeTeeth,
];
