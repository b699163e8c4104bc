// Runs the whole shop on workerd for the tests, and opens a second door for what no shopper can do: forget an object's memory, put a
// message on a queue, look into a database, let a schedule fire, read the logs.
//
//   node tests/edge/harness.mjs CONFIG...          the wrangler.toml files, the router's first
//
// Prints one line when ready: {"url": where the shop answers, "control": where this door is}. Both listen on this machine only, and
// all state is in the directory for temporary files and gone at the end.

import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createTestHarness } from "wrangler";

const ours = ["probe.toml", "strict.toml"].map((file) => fileURLToPath(new URL(file, import.meta.url)));
const configs = [...process.argv.slice(2), ...ours];
const harness = createTestHarness({ workers: configs.map((configPath) => ({ configPath })) });
const { url } = await harness.listen();

// A Worker is named as its crate is: `catalog`, `cart-object`.
const worker = (name) => harness.getWorker(`meridian-${name}`);
const binding = async (name, key) => (await worker(name).getEnv())[key];

/** Asks the Worker that is bound to every database and queue (`probe.mjs`). */
async function probe(path, wanted) {
	const answer = await worker("probe").fetch(path, { method: "POST", body: JSON.stringify(wanted) });
	const told = await answer.json();
	if (!answer.ok) throw new Error(told.error);
	return told;
}

const actions = {
	/** The object's memory is gone, its storage stays. */
	"/evict": async ({ worker: name, class: className, name: object }) => {
		await worker(name).evictDurableObject(className, { name: object });
	},
	"/queue": (wanted) => probe("/queue", wanted),
	"/d1": (wanted) => probe("/d1", wanted),
	"/scheduled": async ({ worker: name, cron }) => {
		await worker(name).scheduled({ cron });
	},
	/** A setting or a secret: what only the provider knows, such as how it signs. */
	"/setting": async ({ worker: name, setting: key }) => ({ value: await binding(name, key) }),
	/** A call that has not passed the router: what a service answers to somebody it should not trust. */
	"/fetch": async ({ worker: name, method = "GET", path, headers = {}, body }) => {
		const answer = await worker(name).fetch(path, { method, headers, body });
		return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
	},
	"/logs": async () => ({ logs: harness.getLogs().map(({ level, message }) => ({ level, message })) }),
};

async function readJson(request) {
	const chunks = [];
	for await (const chunk of request) chunks.push(chunk);
	return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString("utf8"));
}

const control = createServer(async (request, response) => {
	const answer = (status, value) => {
		response.writeHead(status, { "content-type": "application/json" });
		response.end(JSON.stringify(value));
	};
	const action = actions[request.url];
	if (request.method !== "POST" || action === undefined) {
		return answer(404, { error: `POST one of ${Object.keys(actions).join(", ")}` });
	}
	try {
		answer(200, (await action(await readJson(request))) ?? {});
	} catch (error) {
		answer(500, { error: String(error?.stack ?? error) });
	}
});

async function migrate() {
	const databases = ["catalog", "inventory", "orders", "payments", "notifications", "telemetry", "users", "auth"];
	await Promise.all(databases.map((name) => worker(name).applyD1Migrations("DB")));
}

async function close() {
	control.close();
	await harness.close();
	process.exit(0);
}

process.on("SIGTERM", close);
process.on("SIGINT", close);
await migrate();
control.listen(0, "127.0.0.1", () => {
	console.log(JSON.stringify({ url: url.origin, control: `http://127.0.0.1:${control.address().port}` }));
});
