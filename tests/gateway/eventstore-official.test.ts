import { eventStore } from "./eventstore-client.ts";
import { foreignEventStore } from "./eventstore-foreign.ts";
import { officialSuite } from "./official-suite.ts";

officialSuite(eventStore, foreignEventStore);
