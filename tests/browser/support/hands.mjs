// How a visitor acts: with a mouse, or with the keyboard and nothing else.

import assert from "node:assert/strict";

export const mouse = {
	press: (target) => target.click(),
	write: (target, text) => target.fill(text),
	choose: (target, label) => target.selectOption({ label }),
	mark: (target) => target.check(),
};

/** No page has more stops than that. */
const STOPS_MAX = 300;

/** Goes on with Tab until the focus is there, where it has to be seen. */
async function reach(target) {
	const keyboard = target.page().keyboard;
	for (let stop = 0; stop < STOPS_MAX; stop += 1) {
		await keyboard.press("Tab");
		const isThere = await target.evaluate((element) => element === document.activeElement);
		if (!isThere) continue;
		const isSeen = await target.evaluate((element) => {
			// The ring may be around its label, or around all that it makes pressable.
			const rings = [[element], [element.closest("label") ?? element], [element, "::after"]];
			return rings.some(([part, pseudo]) => getComputedStyle(part, pseudo).outlineStyle !== "none");
		});
		assert.ok(isSeen, `nobody sees that the focus is on ${target}`);
		return keyboard;
	}
	throw new Error(`no Tab leads to ${target}`);
}

export const keyboard = {
	press: async (target) => (await reach(target)).press("Enter"),
	async write(target, text) {
		const keys = await reach(target);
		await keys.press("ControlOrMeta+a");
		await keys.type(text);
	},
	/** A list jumps to what is typed. */
	choose: async (target, label) => (await reach(target)).type(label),
	/** The focus is on the one of a group that is chosen: the arrows go to the others. */
	async mark(target) {
		const group = target.page().locator(`input[name="${await target.getAttribute("name")}"]`);
		const chosen = group.and(target.page().locator(":checked"));
		const keys = await reach((await chosen.count()) > 0 ? chosen : group.first());
		if (await target.isChecked()) return;
		for (let left = await group.count(); left > 0 && !(await target.isChecked()); left -= 1) await keys.press("ArrowDown");
		if (!(await target.isChecked())) await keys.press("Space");
		assert.ok(await target.isChecked(), `no arrow leads to ${target}`);
	},
};
