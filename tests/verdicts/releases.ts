/** Two releases of one published package: what changed between them is an innocent diff. */
export type ReleasePair = {
  registry: "npm" | "pypi" | "go";
  name: string;
  from: string;
  to: string;
  licence: string;
};

const pair = (
  registry: ReleasePair["registry"],
  name: string,
  from: string,
  to: string,
  licence = "MIT",
): ReleasePair => ({ registry, name, from, to, licence });

/**
 * Packages that publish readable sources, tools and servers among them: some start processes, speak
 * HTTP, load plug-ins and template code. They are downloaded into a cache, never kept here.
 */
export const releases: readonly ReleasePair[] = [
  pair("npm", "hono", "4.12.0", "4.13.19"),
  pair("npm", "zod", "4.5.0", "4.6.7"),
  pair("npm", "commander", "14.0.0", "15.1.0"),
  pair("npm", "execa", "9.6.0", "10.2.1"),
  pair("npm", "fastify", "5.11.0", "5.12.8"),
  pair("npm", "express", "5.1.0", "5.3.0"),
  pair("npm", "eslint-plugin-n", "17.0.0", "18.5.0"),
  pair("npm", "undici", "8.11.0", "8.12.4"),
  pair("npm", "got", "15.0.0", "16.1.0"),
  pair("npm", "chokidar", "4.0.3", "6.0.0"),
  pair("npm", "yargs", "17.7.2", "18.2.0"),
  pair("pypi", "requests", "2.32.5", "2.34.2", "Apache-2.0"),
  pair("pypi", "flask", "3.0.3", "3.1.3", "BSD-3-Clause"),
  pair("pypi", "click", "8.3.3", "8.5.1", "BSD-3-Clause"),
  pair("pypi", "rich", "14.1.0", "15.0.0"),
  pair("pypi", "httpx", "0.26.0", "0.28.1", "BSD-3-Clause"),
  pair("pypi", "poetry-core", "2.1.3", "2.5.0"),
  pair("pypi", "werkzeug", "3.0.0", "3.1.3", "BSD-3-Clause"),
  pair("pypi", "pytest", "8.3.0", "8.4.2"),
  pair("go", "github.com/spf13/cobra", "v1.8.1", "v1.9.1", "Apache-2.0"),
  pair("go", "github.com/gin-gonic/gin", "v1.9.1", "v1.10.0"),
];
