// Two tabs have one cart.

import assert from "node:assert/strict";

import { signUp } from "../support/people.mjs";
import { goToReview, order, putInCart } from "../support/purchase.mjs";
import { goods } from "../support/shop.mjs";
import { journey } from "../support/visitor.mjs";

for (const scripts of [true, false]) {
	const how = scripts ? "with scripts" : "without scripts";

	journey(`what is put into the cart in one tab is in it in the other, ${how}`, { scripts }, async (visitor) => {
		const { page } = visitor;
		const other = await visitor.tab();
		await putInCart(visitor);
		await putInCart({ ...visitor, page: other, open: (path) => other.goto(path) });
		assert.equal(await other.locator(".lines > li").count(), 2);
		await page.reload();
		assert.equal(await page.locator(".lines > li").count(), 2);
		assert.match(await page.locator(".count").innerText(), /^2/);
	});

	journey(`an order of a cart that changed in another tab is shown once more, ${how}`, { scripts }, async (visitor) => {
		const { page, say } = visitor;
		await putInCart(visitor, { product: await goods() });
		await goToReview(visitor);
		const seen = await page.locator(".totals__sum dd").innerText();
		const other = await visitor.tab();
		await putInCart({ ...visitor, page: other, open: (path) => other.goto(path) });
		// That is what it is told.
		visitor.allow(409);
		await page.locator("form[action='/checkout/review'] button").click();
		const notice = page.locator(".notice--bad");
		await notice.waitFor();
		assert.match(await notice.innerText(), say("checkout-changed"));
		await visitor.look("review-changed");
		assert.equal(await page.locator("aside .lines > li").count(), 2);
		assert.notEqual(await page.locator(".totals__sum dd").innerText(), seen);
		await order(visitor);
		await other.goto("/cart");
		assert.match(await other.locator("h1").innerText(), say("cart-empty"));
	});

	journey(`what was ordered in one tab is not ordered in the other, ${how}`, { scripts }, async (visitor) => {
		const { page } = visitor;
		await signUp(visitor);
		await putInCart(visitor);
		await goToReview(visitor);
		const other = await visitor.tab();
		await other.goto("/checkout/review");
		await order(visitor);
		await other.locator("form[action='/checkout/review'] button").click();
		// It leads to the order that there is.
		await other.waitForURL(`**${new URL(page.url()).pathname}*`);
		await visitor.look("ordered-elsewhere", other);
		await page.goto("/account/orders");
		assert.equal(await page.locator("tbody tr").count(), 1);
	});
}
