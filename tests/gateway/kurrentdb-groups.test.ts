import { kurrentDb } from "./kurrentdb-client.ts";
import { foreignKurrentDb } from "./kurrentdb-foreign.ts";
import { groupsKillSuite } from "./groups-kill-suite.ts";
import { groupsSuite } from "./groups-suite.ts";

groupsSuite(kurrentDb, foreignKurrentDb);
groupsKillSuite("kurrentdb", foreignKurrentDb);
