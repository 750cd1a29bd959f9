import { accounts } from "@nightshift/projections/accounts";
import { allocation } from "@nightshift/projections/allocation";
import { attempts } from "@nightshift/projections/attempts";
import { backlog } from "@nightshift/projections/backlog";
import { brakes } from "@nightshift/projections/brakes";
import { budgets } from "@nightshift/projections/budgets";
import { genomes } from "@nightshift/projections/genomes";
import { learning } from "@nightshift/projections/learning";
import { openCalls } from "@nightshift/projections/open-calls";
import { outcomes } from "@nightshift/projections/outcomes";
import { repos } from "@nightshift/projections/repos";
import { reviews } from "@nightshift/projections/reviews";
import { roster } from "@nightshift/projections/roster";
import { routes } from "@nightshift/projections/routes";
import type { Runner } from "@nightshift/projections/runner";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import { shifts } from "@nightshift/projections/shifts";

/** The working views that a night decides by. */
export const nightViews = [
  accounts,
  allocation,
  attempts,
  backlog,
  brakes,
  budgets,
  genomes,
  learning,
  openCalls,
  outcomes,
  repos,
  reviews,
  roster,
  routes,
  settingsInForce,
  shifts,
] as const;

export type Views = Runner;
