// Who looks at pages, and what they bring along. Made by the pages themselves, once for all tests of a file.

import assert from "node:assert/strict";

import { goToReview, order, press, putInCart } from "./purchase.mjs";
import { accountPassword } from "./shop.mjs";
import { sendAndRefund } from "./staff.mjs";
import { Visitor } from "./visitor.mjs";

export const PASSWORD = "correct horse battery";

/** An address that no other test has. */
export const newEmail = () => `ada-${crypto.randomUUID()}@example.com`;

export async function signUp(visitor, email = newEmail()) {
	const { page } = visitor;
	await visitor.open("/sign-up");
	await page.locator("#name").fill("Ada Lovelace");
	await page.locator("#email").fill(email);
	await page.locator("#password").fill(PASSWORD);
	await press(visitor, "make-account", "**/account");
	return email;
}

export async function signIn(visitor, email, password = PASSWORD) {
	const { page } = visitor;
	await page.locator("#email").fill(email);
	await page.locator("#password").fill(password);
	await visitor.page.locator("main").getByRole("button", { name: visitor.say("sign-in") }).click();
	await page.waitForURL((url) => url.pathname !== "/sign-in");
}

const all = {
	/** Nobody that the shop knows. */
	guest: async () => {},
	/** Has something in the cart, and is about to order it. */
	async buyer(visitor) {
		await putInCart(visitor);
		await goToReview(visitor);
	},
	/** Has an account, an order and something in the cart. */
	async member(visitor) {
		await signUp(visitor);
		await putInCart(visitor);
		await goToReview(visitor);
		await order(visitor);
		visitor.found.order = new URL(visitor.page.url()).pathname;
		await putInCart(visitor);
	},
	/** Has an order that was sent, arrived and was paid back in part. */
	async receiver(visitor) {
		await all.member(visitor);
		await sendAndRefund(visitor.found.order.split("/").at(-1));
	},
	staff: (visitor) => visitLocal(visitor, "staff@meridian.example"),
	admin: (visitor) => visitLocal(visitor, "admin@meridian.example"),
};

/** With an account that a local shop begins with. */
async function visitLocal(visitor, email) {
	await visitor.open("/sign-in");
	await signIn(visitor, email, accountPassword);
}

const known = new Map();

/** What somebody brings along: `as` for `Visitor.arrive`, and what they have `found`, such as their order's path. */
export function person(name) {
	if (!known.has(name)) known.set(name, meet(all[name]));
	return known.get(name);
}

async function meet(prepare) {
	const visitor = await Visitor.arrive();
	visitor.found = {};
	await prepare(visitor);
	const as = await visitor.state();
	await visitor.leave();
	assert.deepEqual(visitor.problems, []);
	return { as, found: visitor.found };
}
