// What scripts add: suggestions while somebody searches, and the price of the version that is chosen.

import assert from "node:assert/strict";

import { get } from "../support/shop.mjs";
import { journey } from "../support/visitor.mjs";

for (const width of [360, 1280]) {
	journey(`what the search would find is shown while somebody types, ${width} px wide`, { width }, async (visitor) => {
		const { page } = visitor;
		const { items } = await get("/v1/products?limit=1&sort=name");
		const [word] = items[0].name.split(" ");
		await visitor.open("/");
		const field = page.locator("#q");
		await field.pressSequentially(word);
		const links = page.locator(".suggestions a");
		await links.first().waitFor();
		await visitor.look("suggestions");
		assert.ok((await links.allInnerTexts()).some((text) => text.includes(word)));
		await page.keyboard.press("Escape");
		await links.first().waitFor({ state: "detached" });
		assert.equal(await field.inputValue(), word, "what was typed stays");
		await field.press("Backspace");
		await links.first().waitFor();
		// The button comes first: its place is before what was found.
		await page.keyboard.press("Tab");
		await page.keyboard.press("Tab");
		await page.keyboard.press("Enter");
		await page.waitForURL("**/products/*");
	});
}

journey("another version has its price and its address", {}, async (visitor) => {
	const { page } = visitor;
	const { items } = await get("/v1/products?in_stock=true&limit=40");
	const products = await Promise.all(items.map(({ slug }) => get(`/v1/products/${slug}`)));
	const differs = ({ variants }) => new Set(variants.filter(({ available }) => available).map(({ price }) => price.amount)).size > 1;
	const product = products.find(differs);
	assert.ok(product !== undefined, "no product has versions at different prices");
	await visitor.open(`/products/${product.slug}`);
	const price = page.locator(".buy .price--large");
	const first = await price.innerText();
	const wanted = product.variants.find(({ available, price }) => available && price.amount !== product.variants.find((one) => one.available).price.amount);
	await page.locator(`[name=sku][value="${wanted.sku}"]`).check();
	await page.waitForURL(`**/products/${product.slug}?version=${wanted.sku}`);
	assert.notEqual(await price.innerText(), first);
	await page.reload();
	assert.ok(await page.locator(`[name=sku][value="${wanted.sku}"]`).isChecked());
});
