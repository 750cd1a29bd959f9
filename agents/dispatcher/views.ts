import { accounts } from "@nightshift/projections/accounts";
import { allocation } from "@nightshift/projections/allocation";
import { attempts } from "@nightshift/projections/attempts";
import { backlog } from "@nightshift/projections/backlog";
import { brakes } from "@nightshift/projections/brakes";
import { budgets } from "@nightshift/projections/budgets";
import { genomes } from "@nightshift/projections/genomes";
import { landings } from "@nightshift/projections/landings";
import { growth } from "@nightshift/projections/growth";
import { judging } from "@nightshift/projections/judging";
import { learning } from "@nightshift/projections/learning";
import { lessons } from "@nightshift/projections/lessons";
import { lore } from "@nightshift/projections/lore";
import { openCalls } from "@nightshift/projections/open-calls";
import { outcomes } from "@nightshift/projections/outcomes";
import { repos } from "@nightshift/projections/repos";
import { reviews } from "@nightshift/projections/reviews";
import { roster } from "@nightshift/projections/roster";
import { routes } from "@nightshift/projections/routes";
import type { Runner } from "@nightshift/projections/runner";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import { shifts } from "@nightshift/projections/shifts";
import { tokenScales } from "@nightshift/projections/token-scales";

/** The working views that a night decides by. */
export const nightViews = [
  accounts,
  allocation,
  attempts,
  backlog,
  brakes,
  budgets,
  genomes,
  landings,
  growth,
  judging,
  learning,
  lessons,
  lore,
  openCalls,
  outcomes,
  repos,
  reviews,
  roster,
  routes,
  settingsInForce,
  shifts,
  tokenScales,
] as const;

export type Views = Runner;
