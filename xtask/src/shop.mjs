// Runs Workers in one workerd, each by its own `wrangler.toml`, and nothing besides: `wrangler dev` puts a proxy in front, which is a
// second workerd, and an inspector beside, which is handed every log line.
//
//   node shop.mjs PORT STATE CONFIG...     the first Worker answers at PORT; STATE is kept between runs
//
// Every line on standard input means that something was built or set anew, its end that nobody needs the shop any more. What the Workers
// log goes to standard output, what they call an error to standard error as well.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions as readOptions, unstable_readConfig as readConfig } from "wrangler";

const [port, state, ...configs] = process.argv.slice(2);

/** A Worker as it was built: its script and the wasm beside it. One of assets alone has neither, and answers what it does not find. */
function source(main) {
	if (main === undefined) return { modules: true, script: "export default { fetch: () => new Response(null, { status: 404 }) }" };
	const folder = dirname(main);
	const wasm = readdirSync(folder).filter((name) => name.endsWith(".wasm"));
	return {
		modulesRoot: folder,
		modules: [
			{ type: "ESModule", path: main },
			...wasm.map((name) => ({ type: "CompiledWasm", path: join(folder, name) })),
		],
	};
}

function worker(config) {
	const { workerOptions, main } = readOptions(config);
	const { modulesRules: _, ...options } = workerOptions;
	return { ...options, name: readConfig({ config }).name, ...source(main) };
}

// Woken for each line, this process costs the Workers a sixth of their speed; asleep for a moment, it finds many at once.
const MOMENT_MS = 10;
const sleep = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MOMENT_MS);
let lines = [];
function log(line) {
	if (lines.push(line) === 1) {
		setImmediate(() => {
			process.stdout.write(`${lines.join("\n")}\n`);
			lines = [];
			sleep();
		});
	}
}

function isError(level, message) {
	return message.startsWith("{") ? message.includes('"level":"error"') : level === "error";
}

const options = () =>
	convertV4MiniflareOptions({
		host: "127.0.0.1",
		port: Number(port),
		resourcePersistencePath: join(state, "v3"),
		cf: false,
		log: new Log(LogLevel.WARN),
		logRequests: false,
		handleStructuredLogs: ({ level, message }) => {
			log(message);
			if (isError(level, message)) process.stderr.write(`${message}\n`);
		},
		workers: configs.map(worker),
	});

const shop = new Miniflare(options());
async function stop() {
	await shop.dispose();
	process.exit(0);
}
process.on("SIGTERM", stop);
await shop.ready;

// One after another: a second change waits for the first.
let settled = Promise.resolve();
createInterface({ input: process.stdin })
	.on("line", () => {
		settled = settled
			.then(() => shop.setOptions(options()))
			.catch((error) => process.stderr.write(`${error.message}\nThe shop goes on as it was.\n`));
	})
	.on("close", stop);
