// Every link of the shop, followed: none is dead, and whatever is found is HTML by the standard.

import assert from "node:assert/strict";
import { test } from "node:test";

import { crawl } from "../support/crawl.mjs";
import { person } from "../support/people.mjs";

/** Fewer would mean that links are not found any more. */
const LEAST = { guest: 70, buyer: 70, member: 70, staff: 70 };

for (const [name, least] of Object.entries(LEAST)) {
	test(`no link is dead for ${name}`, async () => {
		const { as } = await person(name);
		const { pages, problems } = await crawl("/", as.cookies);
		assert.ok(pages.length >= least, `only ${pages.length} pages were found`);
		assert.ok(problems.length === 0, `\n  ${problems.join("\n  ")}`);
	});
}
