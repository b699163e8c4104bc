// What Lighthouse finds on the pages, except how fast they are: that depends on the host (`cargo xtask lighthouse`).

import assert from "node:assert/strict";
import { test } from "node:test";

import { MEASURED, look, score, shortcomings } from "../support/lighthouse.mjs";

const CATEGORIES = ["accessibility", "best-practices", "seo"];

for (const page of MEASURED) {
	test(`Lighthouse finds nothing on the page ${page.name}`, async () => {
		const lhr = await look(page, CATEGORIES);
		for (const category of CATEGORIES) {
			assert.equal(score(lhr, category), 100, `\n  ${shortcomings(lhr, category).join("\n  ")}`);
		}
	});
}
