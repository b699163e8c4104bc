#!/usr/bin/env node
// The bundler that worker-build calls: esbuild, after a change to how a Worker is entered.
//
// worker-build enters by a class behind proxies, which the runtime makes anew for each request and asks for each of the things that a
// handler may be able to do. Plain functions are asked once. What the proxies are there for stays: after a panic the module starts over.

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const CLASS = "export default new Proxy(Entrypoint, classProxyHooks);";
const FUNCTIONS = `
const handlers = {};
for (const name of ["fetch", "queue", "scheduled"]) {
  const handle = Entrypoint.prototype[name];
  if (handle === undefined) continue;
  handlers[name] = (event, env, ctx) => {
    checkReinitialize();
    try {
      return handle.call({ env, ctx }, event);
    } catch (e) {
      handleMaybeCritical(e);
      throw e;
    }
  };
}
export default handlers;`;

const shim = readFileSync("shim.js", "utf8");
if (!shim.includes(CLASS)) {
	console.error(`worker-build's shim.js has no \`${CLASS}\` any more: see how it enters a Worker now`);
	process.exit(1);
}
writeFileSync("shim.js", shim.replace(CLASS, FUNCTIONS));

const esbuild = createRequire(import.meta.url).resolve("esbuild/bin/esbuild");
process.exit(spawnSync(esbuild, process.argv.slice(2), { stdio: "inherit" }).status ?? 1);
