import { nightViews } from "@nightshift/agents/dispatcher/views";
import { conversations } from "@nightshift/projections/conversations";
import { digest } from "@nightshift/projections/digest/digest";
import type { HistoryView } from "@nightshift/projections/history";
import { knowledge } from "@nightshift/projections/knowledge";
import { ledger } from "@nightshift/projections/ledger";
import type { Projection } from "@nightshift/projections/projection";
import { projects } from "@nightshift/projections/projects";
import { scores } from "@nightshift/projections/scores";
import { spend } from "@nightshift/projections/spend";

/** Every view that is a fold in memory. */
export const workingViews: readonly Projection<unknown>[] = [...nightViews, projects, digest];

/** Every view that is kept as tables. */
export const historyViews: readonly HistoryView[] = [
  conversations,
  knowledge,
  ledger,
  scores,
  spend,
];
