// What axe finds on a page: WCAG 2.2 up to AA, and what is good practice.

import axe from "axe-core";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The violations on a page as it stands, one line each. */
export async function violations(page) {
	// Evaluated by the debugger: the pages' own policy lets no script in that is not theirs.
	if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
	const found = await page.evaluate(
		(values) => window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }),
		tags,
	);
	return found.violations.flatMap(({ id, help, nodes }) =>
		nodes.map((node) => `axe ${id}: ${help}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? ""}`),
	);
}
