import { storeContract } from "@nightshift/blackboard/store-contract";
import { gatewayStore } from "./gateway-store.ts";
import { killSuite } from "./kill-suite.ts";
import { realServerContract } from "./real-server.ts";

storeContract("@kurrent/kurrentdb-client at the gateway", () => gatewayStore("kurrentdb"));
killSuite("kurrentdb");
realServerContract("kurrentdb");
