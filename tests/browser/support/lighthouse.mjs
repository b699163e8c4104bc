// What Lighthouse says of a page, as a phone sees it: its own emulation, on a slow network that is worked out and not waited for.

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";

import { person } from "./people.mjs";
import { goods, url } from "./shop.mjs";
import { CHROMIUM_ARGS, executablePath } from "./visitor.mjs";

/** The pages that are measured: `as` is one of `people.mjs`. */
export const MEASURED = [
	{ name: "home", path: async () => "/" },
	{ name: "listing", path: async () => "/products" },
	{ name: "product", path: async () => `/products/${(await goods()).slug}` },
	{ name: "cart", as: "buyer", path: async () => "/cart" },
];

/** Looks at a page with a browser that has never seen it, and brings along only the cookies of `as`. */
export async function look({ as = "guest", path }, categories) {
	const { as: state } = await person(as);
	const profile = mkdtempSync(join(tmpdir(), "meridian-lighthouse-"));
	const args = [...CHROMIUM_ARGS, "--remote-debugging-port=0"];
	const context = await chromium.launchPersistentContext(profile, { executablePath, args });
	try {
		await context.addCookies(state.cookies);
		const [port] = readFileSync(join(profile, "DevToolsActivePort"), "utf8").split("\n");
		const { lhr } = await lighthouse(new URL(await path(), url).href, {
			port: Number(port),
			onlyCategories: categories,
			// What a buyer has in the cart hangs on a cookie.
			disableStorageReset: true,
			logLevel: "error",
		});
		if (lhr.runtimeError !== undefined) throw new Error(lhr.runtimeError.message);
		return lhr;
	} finally {
		await context.close();
		rmSync(profile, { recursive: true, force: true });
	}
}

/** The score of a category, of 100. */
export const score = (lhr, category) => Math.round(lhr.categories[category].score * 100);

/** What keeps a category from 100, one line each. */
export function shortcomings(lhr, category) {
	const refs = lhr.categories[category].auditRefs.filter(({ weight }) => weight > 0);
	const audits = refs.map(({ id }) => lhr.audits[id]).filter((audit) => audit.score !== null && audit.score < 1);
	return audits.map(({ id, title, displayValue = "" }) => `${category}: ${id}: ${title} ${displayValue}`.trimEnd());
}
