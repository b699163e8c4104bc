// Every page, in both languages, light and dark, on a small and a large screen.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { FILES, LEAD_ON, PAGES } from "../pages.mjs";
import { person } from "../support/people.mjs";
import { root } from "../support/shop.mjs";
import { journey } from "../support/visitor.mjs";

/** One load shows a page in both themes: English on a large screen, German on a small one, where its long words are tightest. */
const WAYS = [
	{ language: "en", width: 1280, edge: 2560 },
	{ language: "de", width: 360, edge: 320 },
];

for (const { name, route, path, as = "guest", status = 200 } of PAGES) {
	for (const way of WAYS) {
		journey(`the page ${name} in ${way.language}`, { ...way, person: () => person(as), folder: "pages" }, async (visitor) => {
			const { found } = await person(as);
			if (status !== 200) visitor.allow(status);
			const answer = await visitor.open((await path?.(found)) ?? route);
			assert.equal(answer.status(), status);
			if (route !== undefined) {
				const shape = new RegExp(`^${route.replaceAll(/\{\w+\}/g, "[^/]+")}$`);
				assert.match(new URL(visitor.page.url()).pathname, shape, "it led elsewhere");
			}
			assert.equal(await visitor.page.locator("html").getAttribute("lang"), way.language);
			await visitor.fitsAt(way.edge);
			for (const scheme of ["light", "dark"]) {
				await visitor.page.emulateMedia({ colorScheme: scheme });
				await visitor.look(`${name}-${way.width}-${way.language}-${scheme}`);
			}
		});
	}
}

test("every page of the table is looked at", () => {
	const table = readFileSync(join(root, "shared/api/src/pages.rs"), "utf8");
	const routes = [...table.matchAll(/\(Get, "(\/[^"]*)"/g)].map(([, route]) => route);
	assert.ok(routes.length > 15, "the table of pages is read no more");
	const known = [...PAGES.map(({ route }) => route), ...LEAD_ON, ...FILES];
	assert.deepEqual(routes.filter((route) => !known.includes(route)), [], "they need a line in tests/browser/pages.mjs");
});
