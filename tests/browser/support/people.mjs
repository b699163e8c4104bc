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

/** Puts an address into the book, and says where it is. */
async function keepAddress(visitor) {
	const { page } = visitor;
	await visitor.open("/account/addresses/new");
	for (const [field, text] of Object.entries({ name: "Ada Lovelace", line1: "12 St James's Square", city: "London" })) {
		await page.locator(`#${field}`).fill(text);
	}
	await page.locator("#country").selectOption("GB");
	await press(visitor, "save", "**/account/addresses?*");
	return page.locator("main .box a").first().getAttribute("href");
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
		visitor.found.address = await keepAddress(visitor);
		await putInCart(visitor);
	},
	other: (visitor) => all.member(visitor),
	/** Has an order that was sent, arrived and was paid back in part. */
	async receiver(visitor) {
		await all.member(visitor);
		await sendAndRefund(visitor.found.order.split("/").at(-1));
	},
	staff: (visitor) => visitLocal(visitor, "staff@meridian.example"),
	async admin(visitor) {
		await visitLocal(visitor, "admin@meridian.example");
		await visitor.open("/admin/customers");
		visitor.found.customer = await visitor.page.locator("tbody a").first().getAttribute("href");
	},
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
