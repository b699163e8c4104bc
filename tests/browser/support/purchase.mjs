// The way from a product to an order, page by page.

import { goods } from "./shop.mjs";
import { mouse } from "./hands.mjs";

export const ADDRESS = {
	email: "grace@example.com",
	name: "Grace Hopper",
	line1: "Invalidenstraße 44",
	postal_code: "10115",
	city: "Berlin",
};

const COUNTRY = "country--de";

/** What a message says, for a list that wants the exact words. */
const exact = (pattern) => pattern.source.replace("^\\s*", "");

/** Buttons and links of the middle of the page, by what they are called. */
export const button = (visitor, message) => visitor.page.locator("main").getByRole("button", { name: visitor.say(message) });
export const link = (visitor, message) => visitor.page.locator("main").getByRole("link", { name: visitor.say(message) });

/** Presses a button and waits for the page that it leads to. */
export async function press(visitor, message, path, hand = mouse) {
	await hand.press(button(visitor, message));
	await visitor.page.waitForURL(path);
}

/** Puts one piece of something into the cart. */
export async function putInCart(visitor, { hand = mouse, product } = {}) {
	const { slug } = product ?? (await goods());
	await visitor.open(`/products/${slug}`);
	await press(visitor, "add-to-cart", /\/cart\?added=1$/, hand);
}

export async function fillAddress(visitor, { hand = mouse, address = ADDRESS } = {}) {
	for (const [field, text] of Object.entries(address)) await hand.write(visitor.page.locator(`#${field}`), text);
	await hand.choose(visitor.page.locator("#country"), exact(visitor.say(COUNTRY)));
}

/** From a filled cart to the last page before the order; `look` is told of each page on the way. */
export async function goToReview(visitor, { hand = mouse, method = "pm_card_visa", look = async () => {}, ...rest } = {}) {
	await visitor.open("/cart");
	await look("cart");
	await hand.press(link(visitor, "cart-checkout"));
	await visitor.page.waitForURL("**/checkout");
	await look("checkout-address");
	await fillAddress(visitor, { hand, ...rest });
	await press(visitor, "checkout-to-shipping", "**/checkout/shipping", hand);
	await look("checkout-shipping");
	await hand.mark(visitor.page.locator("[value=express]"));
	await press(visitor, "checkout-to-payment", "**/checkout/payment", hand);
	await look("checkout-payment");
	await hand.mark(visitor.page.locator(`[value=${method}]`));
	await press(visitor, "checkout-to-review", "**/checkout/review", hand);
	await look("checkout-review");
}

/** Orders what is shown, and waits for the order's page. */
export async function order(visitor, hand = mouse) {
	await press(visitor, "checkout-order", /\/orders\/[^/]+\?placed=1$/, hand);
}
