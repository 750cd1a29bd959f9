import { clientSuite } from "./client-suite.ts";
import { kurrentDb } from "./kurrentdb-client.ts";
import { readingSuite } from "./reading-suite.ts";

clientSuite(kurrentDb);
readingSuite(kurrentDb);
