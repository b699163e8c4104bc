// Whoever goes back, or presses twice, buys once.

import assert from "node:assert/strict";

import { person, signUp } from "../support/people.mjs";
import { ADDRESS, button, goToReview, order, press, putInCart } from "../support/purchase.mjs";
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

	journey(`going back after the order and sending it again is the same order, ${how}`, { scripts }, async (visitor) => {
		const { page } = visitor;
		await signUp(visitor);
		await putInCart(visitor);
		await goToReview(visitor);
		await order(visitor);
		const first = new URL(page.url()).pathname;
		await page.goBack();
		await page.waitForURL((url) => url.pathname !== first);
		if (await button(visitor, "checkout-order").isVisible()) {
			// The browser shows the page as it was.
			await order(visitor);
			assert.equal(new URL(page.url()).pathname, first);
		} else {
			// It asked for the page anew, and there is nothing left to order.
			await page.getByRole("heading", { name: visitor.say("cart-empty") }).waitFor();
		}
		assert.equal(await orders(visitor), 1);
	});

	journey(`an order that is sent twice at once is one order, ${how}`, { scripts }, async (visitor) => {
		const { page } = visitor;
		await signUp(visitor);
		await putInCart(visitor);
		await goToReview(visitor);
		// Without scripts the browser drops the first request for the second.
		if (!scripts) visitor.allow("net::ERR_ABORTED");
		await button(visitor, "checkout-order").dblclick();
		await page.waitForURL(/\/orders\/[^/]+\?placed=1$/);
		assert.equal(await orders(visitor), 1);
	});
}

journey("a form may be sent again by whoever comes back to it", { person: () => person("guest") }, async (visitor) => {
	const { page } = visitor;
	await putInCart(visitor);
	await page.goBack();
	await page.waitForURL("**/products/*");
	await press(visitor, "add-to-cart", /\/cart\?added=1$/);
	assert.equal(await page.locator("input[type=number]").inputValue(), "2");
});
