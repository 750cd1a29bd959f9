import { kurrentDb } from "./kurrentdb-client.ts";
import { foreignKurrentDb } from "./kurrentdb-foreign.ts";
import { foreignSuite } from "./foreign-suite.ts";

foreignSuite(kurrentDb, foreignKurrentDb);
