import { expect, test } from "vitest";
import { wayOut } from "./way-out.ts";

test("proxies and certificates pass, in the letters they were written in", () => {
  const environment = {
    https_proxy: "http://proxy.company.test:8080",
    NO_PROXY: "localhost,.company.test",
    NODE_EXTRA_CA_CERTS: "/etc/company/root.pem",
    GOPROXY: "https://go.company.test,direct",
  };
  const { variables, proxies, files } = wayOut({ ...environment, HOME: "/home/director" });
  expect({ ...variables, ...proxies }).toEqual(environment);
  expect(Object.keys(proxies).sort()).toEqual(["NO_PROXY", "https_proxy"]);
  expect(files).toEqual(["/etc/company/root.pem"]);
});

test("an address with a name or password in it stays outside, and so does every key", () => {
  const environment = {
    HTTPS_PROXY: "http://director:secret@proxy.company.test:8080",
    NPM_CONFIG_REGISTRY: "https://token@npm.company.test/",
    GOPROXY: "https://go.company.test,https://u:p@other.company.test,direct",
    NPM_TOKEN: "npm_secret",
    OPENAI_API_KEY: "sk-secret",
  };
  expect(wayOut(environment)).toEqual({ variables: {}, proxies: {}, files: [] });
});

test("a certificate at a relative path would be another file in each folder, and is left out", () => {
  expect(wayOut({ SSL_CERT_FILE: "root.pem" })).toEqual({ variables: {}, proxies: {}, files: [] });
});
