import { clientSuite } from "./client-suite.ts";
import { eventStore } from "./eventstore-client.ts";
import { readingSuite } from "./reading-suite.ts";

clientSuite(eventStore);
readingSuite(eventStore);
