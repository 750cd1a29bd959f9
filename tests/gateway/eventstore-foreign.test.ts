import { eventStore } from "./eventstore-client.ts";
import { foreignEventStore } from "./eventstore-foreign.ts";
import { foreignSuite } from "./foreign-suite.ts";

foreignSuite(eventStore, foreignEventStore);
