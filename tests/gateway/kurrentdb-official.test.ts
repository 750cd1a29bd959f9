import { foreignKurrentDb } from "./kurrentdb-foreign.ts";
import { kurrentDb } from "./kurrentdb-client.ts";
import { officialSuite } from "./official-suite.ts";

officialSuite(kurrentDb, foreignKurrentDb);
