// Runs Workers in one workerd, each by its own `wrangler.toml`, and nothing besides: `wrangler dev` puts a proxy in front, which is a
// second workerd, and an inspector beside, which is handed every log line.
//
//   node shop.mjs PORT STATE CONFIG...     the first Worker answers at PORT; STATE is kept between runs
//
// A line on standard input is an order: `reload`, as something was built or set anew, or `evict WORKER CLASS NAME`, which ends an object's
// instance: its memory is gone, its storage stays. The end of the input means that nobody needs the shop any more. What the Workers log goes
// to standard output, what they call an error to standard error as well.
//
// MERIDIAN_VARS holds settings for this run alone, by Worker: {"meridian-payments": {"NAME": "value"}}.

import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Log, LogLevel, Miniflare, convertV4MiniflareOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions as readOptions, unstable_readConfig as readConfig } from "wrangler";

const [port, state, ...configs] = process.argv.slice(2);
const settings = JSON.parse(process.env.MERIDIAN_VARS ?? "{}");

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
	const { name } = readConfig({ config });
	return { ...options, bindings: { ...options.bindings, ...settings[name] }, name, ...source(main) };
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
		unsafeTriggerHandlers: true,
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

// Nothing fires schedules on a developer's machine, so this does, at the minutes that each Worker's file names. Only the field for minutes
// is read: `*`, every so many, or one of them.
const MINUTE_MS = 60_000;
const schedules = configs.flatMap((config) => {
	const { name, triggers } = readConfig({ config });
	return (triggers?.crons ?? []).map((cron) => ({ name, cron, isDue: dueAt(cron) }));
});

function dueAt(cron) {
	const [minutes, ...rest] = cron.split(" ");
	const every = /^\*(?:\/(\d+))?$/.exec(minutes);
	if (rest.join(" ") !== "* * * *" || (!every && !/^\d+$/.test(minutes))) {
		throw new Error(`\`${cron}\` is more than this reads: it fires only what a minute alone decides`);
	}
	return every ? (minute) => minute % Number(every[1] ?? 1) === 0 : (minute) => minute === Number(minutes);
}

// Asked for by HTTP: the Worker that `getWorker` gives is a proxy, which stops this process until workerd has told it what `scheduled` is.
// A busy workerd fills its pipe with log lines meanwhile, waits until they are read, and so both wait for each other, for ever.
async function fire({ name, cron }, scheduledTime) {
	try {
		const asked = new URLSearchParams({ cron, time: String(scheduledTime.getTime()) });
		const headers = { "MF-Route-Override": name };
		const answer = await shop.dispatchFetch(`http://localhost/cdn-cgi/local/scheduled?${asked}`, { headers });
		const outcome = await answer.text();
		if (!answer.ok) throw new Error(outcome);
	} catch (error) {
		log(`the schedule of ${name} failed: ${error.message}`);
	}
}

function awaitMinute() {
	setTimeout(() => {
		const now = new Date();
		for (const schedule of schedules) if (schedule.isDue(now.getMinutes())) fire(schedule, now);
		awaitMinute();
	}, MINUTE_MS - (Date.now() % MINUTE_MS));
}
if (schedules.length > 0) awaitMinute();

async function evict(worker, className, name) {
	try {
		await shop.unsafeEvictDurableObject(worker, className, { name });
	} catch (error) {
		// Mostly it has no instance just now, so there is nothing to forget.
		log(`${className} ${name} was not evicted: ${error.message}`);
	}
}

// One after another: a second change waits for the first.
let settled = Promise.resolve();
createInterface({ input: process.stdin })
	.on("line", (line) => {
		const [order, ...rest] = line.split(" ");
		if (order === "evict") return evict(...rest);
		settled = settled
			.then(() => shop.setOptions(options()))
			.catch((error) => process.stderr.write(`${error.message}\nThe shop goes on as it was.\n`));
	})
	.on("close", stop);
