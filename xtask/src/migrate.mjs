// Brings local databases to the newest schema, all in one runtime; `wrangler d1 migrations apply` starts one for each question about each
// database, which takes longer than everything else at a start. What it writes is what wrangler writes, so either can go on
// where the other stopped.
//
//   node migrate.mjs CONFIG STATE [BINDING=FILE]
//
// CONFIG is a wrangler file with all the databases, each with an absolute `migrations_dir`; FILE has statements for one of them.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { getPlatformProxy, unstable_splitSqlQuery as statements } from "wrangler";

const [config, state, more] = process.argv.slice(2);
const databases = JSON.parse(readFileSync(config, "utf8")).d1_databases;
const { env, dispose } = await getPlatformProxy({ configPath: config, persist: { path: join(state, "v3") } });

const LEDGER = `CREATE TABLE IF NOT EXISTS d1_migrations(
		id         INTEGER PRIMARY KEY AUTOINCREMENT,
		name       TEXT UNIQUE,
		applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);`;

async function migrate(database, folder) {
	await database.prepare(LEDGER).run();
	const { results } = await database.prepare("SELECT name FROM d1_migrations").all();
	const applied = new Set(results.map(({ name }) => name));
	const files = readdirSync(folder).filter((name) => name.endsWith(".sql")).sort();
	for (const name of files.filter((name) => !applied.has(name))) {
		const parts = statements(readFileSync(join(folder, name), "utf8")).map((part) => database.prepare(part));
		// One batch is one transaction: a migration is applied and noted, or neither.
		await database.batch([...parts, database.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name)]);
		console.log(`applied ${folder}/${name}`);
	}
}

let failed = false;
for (const { binding, migrations_dir: folder } of databases) {
	await migrate(env[binding], folder).catch((error) => {
		console.error(`${folder}: ${error.message}`);
		failed = true;
	});
}
if (!failed && more !== undefined) {
	const [binding, file] = more.split("=");
	const database = env[binding];
	await database.batch(statements(readFileSync(file, "utf8")).map((statement) => database.prepare(statement)));
}
await dispose();
process.exit(failed ? 1 : 0);
