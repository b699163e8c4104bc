// Looks into every database of a shop that is not running for what somebody still waits for, and prints how much there is, as JSON.
//
//   node left.mjs STATE
//
// An object keeps an effect until it is done, and what it published (`awaited`) until its consumer has confirmed it. A service keeps a
// message that it has to send (`outbox`) until then. At rest there is nothing of all this.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const TABLES = ["effects", "awaited", "outbox"];
const state = join(process.argv[2], "v3");

function* files(folder) {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) yield* files(path);
		else if (entry.name.endsWith(".sqlite")) yield path;
	}
}

const left = { files: 0, effects: 0, awaited: 0, outbox: 0, examples: [] };
for (const part of ["d1", "do"]) {
	for (const path of files(join(state, part))) {
		const database = new DatabaseSync(path);
		left.files += 1;
		const known = new Set(database.prepare("select name from sqlite_master where type = 'table'").all().map(({ name }) => name));
		for (const table of TABLES.filter((table) => known.has(table))) {
			const rows = database.prepare(`select * from ${table} limit 3`).all();
			left[table] += database.prepare(`select count(*) as rows from ${table}`).get().rows;
			if (left.examples.length < 5) left.examples.push(...rows.map((row) => `${path.slice(state.length + 1)}: ${table} ${JSON.stringify(row)}`));
		}
		database.close();
	}
}
console.log(JSON.stringify(left));
