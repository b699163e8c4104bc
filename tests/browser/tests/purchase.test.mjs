// A guest buys: with and without scripts, on a small and a large screen, in each language, by mouse and by keyboard.

import assert from "node:assert/strict";

import { keyboard, mouse } from "../support/hands.mjs";
import { goToReview, order, press } from "../support/purchase.mjs";
import { goods } from "../support/shop.mjs";
import { journey } from "../support/visitor.mjs";

async function buy(visitor, hand) {
	const { page, say } = visitor;
	const look = (name) => visitor.look(name);
	const { slug, name } = await goods();
	await visitor.open("/");
	await look("home");
	await hand.press(page.locator("main").getByRole("link", { name: say("home-all") }));
	await page.waitForURL("**/products");
	await look("listing");
	await hand.write(page.getByRole("searchbox"), name);
	await page.keyboard.press("Enter");
	await page.waitForURL("**/products?q=*");
	await look("search");
	await hand.press(page.locator(`main a[href="/products/${slug}"]`).first());
	await page.waitForURL(`**/products/${slug}`);
	await look("product");
	await press(visitor, "add-to-cart", /\/cart\?added=1$/, hand);
	await goToReview(visitor, { hand, look });
	const total = await page.locator(".totals__sum dd").innerText();
	await order(visitor, hand);
	await look("order");
	assert.match(await page.locator("h1").innerText(), say("order-thanks"));
	assert.equal(await page.locator(".totals__sum dd").innerText(), total);
	await visitor.open("/cart");
	assert.match(await page.locator("h1").innerText(), say("cart-empty"));
	await look("cart-empty");
}

for (const scripts of [true, false]) {
	for (const width of [360, 1280]) {
		for (const language of ["en", "de"]) {
			const scheme = language === "de" ? "dark" : "light";
			const how = `${scripts ? "with" : "without"} scripts, ${width} px, ${language}, ${scheme}`;
			journey(`a guest buys ${how}`, { scripts, width, language, scheme }, (visitor) => buy(visitor, mouse));
		}
		const options = { scripts, width, language: width === 360 ? "de" : "en" };
		const how = `${scripts ? "with" : "without"} scripts, ${width} px, ${options.language}`;
		journey(`a guest buys by keyboard ${how}`, options, (visitor) => buy(visitor, keyboard));
	}
}
