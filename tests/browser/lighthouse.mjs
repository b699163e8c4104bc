// `cargo xtask lighthouse`: prints a table of what Lighthouse says of the pages.
//
// Of up to three runs the one that was fastest counts: what else runs on this host can only ever slow a page down.

import { MEASURED, look, score, shortcomings } from "./support/lighthouse.mjs";
import { closeBrowser } from "./support/visitor.mjs";

const RUNS_MAX = 3;
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const FIGURES = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift"];

const row = (cells) => console.log(cells.map((cell, at) => (at === 0 ? cell.padEnd(10) : cell.padStart(16))).join(""));

row(["", ...CATEGORIES, "FCP", "LCP", "TBT", "CLS"]);
let isGood = true;
for (const page of MEASURED) {
	let best;
	for (let run = 0; run < RUNS_MAX && (best === undefined || score(best, "performance") < 100); run += 1) {
		const lhr = await look(page, CATEGORIES);
		if (best === undefined || lhr.categories.performance.score > best.categories.performance.score) best = lhr;
	}
	row([page.name, ...CATEGORIES.map((category) => `${score(best, category)}`), ...FIGURES.map((id) => best.audits[id].displayValue)]);
	for (const category of CATEGORIES.filter((one) => score(best, one) < 100)) {
		isGood = false;
		for (const line of shortcomings(best, category)) console.log(`    ${line}`);
	}
}
await closeBrowser();
process.exitCode = isGood ? 0 : 1;
