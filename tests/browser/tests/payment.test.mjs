// A bank that asks, and one that says no.

import assert from "node:assert/strict";

import { button, goToReview, link, order, press, putInCart } from "../support/purchase.mjs";
import { journey } from "../support/visitor.mjs";

/** The bank's word reaches the order by a queue. */
const NEWS_MAX_MS = 20_000;

for (const scripts of [true, false]) {
	journey(`a bank that asks is answered on the order's page ${scripts ? "with" : "without"} scripts`, { scripts, width: 360 }, async (visitor) => {
		const { page, say } = visitor;
		await putInCart(visitor);
		await goToReview(visitor, { method: "pm_card_authenticationRequired" });
		await press(visitor, "checkout-order", "**/orders/*");
		await visitor.look("order-asks");
		await press(visitor, "bank-yes", "**/orders/*answered=1");
		const thanks = page.getByRole("heading", { name: say("order-thanks") });
		const lookAgain = link(visitor, "order-look-again");
		// With scripts the page looks by itself, without them its link does.
		const until = Date.now() + NEWS_MAX_MS;
		while (!scripts && (await lookAgain.isVisible()) && Date.now() < until) await lookAgain.click();
		await thanks.waitFor();
		await visitor.look("order-answered");
	});
}

journey("a declined card leads back to the payment", { language: "de" }, async (visitor) => {
	const { page, say } = visitor;
	await putInCart(visitor);
	await goToReview(visitor, { method: "pm_card_chargeDeclined" });
	await press(visitor, "checkout-order", "**/checkout/payment*");
	assert.match(await page.locator(".notice--bad").innerText(), say("checkout-declined"));
	await visitor.look("payment-declined");
	await page.locator("[value=pm_card_visa]").check();
	await press(visitor, "checkout-to-review", "**/checkout/review*");
	await order(visitor);
});

journey("an order that has not left is cancelled by its buyer", { scheme: "dark" }, async (visitor) => {
	const { page, say } = visitor;
	await putInCart(visitor);
	await goToReview(visitor);
	await order(visitor);
	const { pathname } = new URL(page.url());
	await page.locator("details.more summary").click();
	await visitor.look("order-cancel");
	await button(visitor, "order-cancel").click();
	await page.locator(".state", { hasText: say("order-status--cancelled") }).waitFor();
	assert.equal(new URL(page.url()).pathname, pathname, "one page has one address");
	await visitor.look("order-cancelled");
});
