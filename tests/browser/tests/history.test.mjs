// Whoever goes back, or presses twice, buys once.

import assert from "node:assert/strict";

import { signUp } from "../support/people.mjs";
import { ADDRESS, button, goToReview, order, press, putInCart } from "../support/purchase.mjs";
import { url } from "../support/shop.mjs";
import { journey } from "../support/visitor.mjs";

/** How many orders an account has. */
async function orders(visitor) {
	await visitor.open("/account/orders");
	return visitor.page.locator("tbody tr").count();
}

for (const scripts of [true, false]) {
	const how = scripts ? "with scripts" : "without scripts";

	journey(`going back in the checkout keeps what was typed, ${how}`, { scripts }, async (visitor) => {
		const { page } = visitor;
		await putInCart(visitor);
		await goToReview(visitor);
		for (const path of ["payment", "shipping"]) {
			await page.goBack();
			await page.waitForURL(`**/checkout/${path}`);
		}
		assert.ok(await page.locator("[value=express]").isChecked());
		await page.goBack();
		await page.waitForURL("**/checkout");
		assert.equal(await page.locator("#line1").inputValue(), ADDRESS.line1);
		await press(visitor, "checkout-to-shipping", "**/checkout/shipping");
		await press(visitor, "checkout-to-payment", "**/checkout/payment");
		await press(visitor, "checkout-to-review", "**/checkout/review");
		await order(visitor);
	});

	journey(`going back after the order finds nothing left to order, ${how}`, { scripts }, async (visitor) => {
		const { page, say } = visitor;
		await signUp(visitor);
		await putInCart(visitor);
		await goToReview(visitor);
		await order(visitor);
		await page.goBack();
		await page.getByRole("heading", { name: say("cart-empty") }).waitFor();
		await page.goForward();
		await page.getByRole("heading", { name: say("order-thanks") }).waitFor();
		assert.equal(await orders(visitor), 1);
	});
}

journey("a hand that presses twice sends once", {}, async (visitor) => {
	const { page } = visitor;
	await putInCart(visitor);
	await goToReview(visitor);
	const sent = [];
	page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
	await button(visitor, "checkout-order").dblclick();
	await page.waitForURL(/\/orders\/[^/]+\?placed=1$/);
	assert.equal(sent.length, 1);
});

journey("an order that is sent twice at once is one order", {}, async (visitor) => {
	const { page, context } = visitor;
	await signUp(visitor);
	await putInCart(visitor);
	await goToReview(visitor);
	const inputs = page.locator("form[action='/checkout/review'] input");
	const form = Object.fromEntries(await inputs.evaluateAll((all) => all.map(({ name, value }) => [name, value])));
	// Beside the browser, which does not let itself be hurried: the same form, with the same cookies.
	const beside = context.request.post("/checkout/review", { form, headers: { origin: url }, maxRedirects: 0 });
	const [answer] = await Promise.all([beside, order(visitor)]);
	assert.equal(answer.status(), 303);
	assert.equal(new URL(answer.headers().location, url).pathname, new URL(page.url()).pathname);
	assert.equal(await orders(visitor), 1);
});

journey("a form may be sent again by whoever comes back to it", {}, async (visitor) => {
	const { page } = visitor;
	await putInCart(visitor);
	await page.goBack();
	await page.waitForURL("**/products/*");
	await press(visitor, "add-to-cart", /\/cart\?added=1$/);
	assert.equal(await page.locator("input[type=number]").inputValue(), "2");
});
