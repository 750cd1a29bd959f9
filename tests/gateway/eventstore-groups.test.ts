import { eventStore } from "./eventstore-client.ts";
import { foreignEventStore } from "./eventstore-foreign.ts";
import { groupsKillSuite } from "./groups-kill-suite.ts";
import { groupsSuite } from "./groups-suite.ts";

groupsSuite(eventStore, foreignEventStore);
groupsKillSuite("esdb", foreignEventStore);
