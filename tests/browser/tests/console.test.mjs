// Staff at work in the console: an order is sent, arrives and is paid back in part; stock is booked; a product gets another price.

import assert from "node:assert/strict";

import { person } from "../support/people.mjs";
import { button, press } from "../support/purchase.mjs";
import { goods } from "../support/shop.mjs";
import { journey } from "../support/visitor.mjs";

for (const way of [{ scripts: true, width: 1280 }, { scripts: false, width: 360 }]) {
	const staff = { ...way, person: () => person("admin") };

	journey(`staff send an order and pay a part of it back ${way.scripts ? "with" : "without"} scripts`, staff, async (visitor) => {
		const { page } = visitor;
		// Somebody else's, each time.
		const { found } = await person(way.scripts ? "member" : "other");
		await visitor.open(`/admin${found.order}`);
		await page.locator("#carrier").fill("DHL");
		await page.locator("#tracking_number").fill("00340434161094042557");
		await press(visitor, "console-send-do", "**/admin/orders/*?done=1");
		await visitor.look("console-order-sent");
		await press(visitor, "console-delivered", "**/admin/orders/*?done=1");
		await button(visitor, "console-delivered").waitFor({ state: "detached" });
		await page.locator("#amount").fill("1.50");
		await page.locator("#refund_reason").fill("A scratch");
		await page.locator("#sure_refund").check();
		await press(visitor, "console-refund-do", "**/admin/orders/*?done=1");
		assert.match(await page.locator("main").innerText(), /A scratch/);
		assert.match(await page.locator("dl.totals").innerText(), /−/);
		await visitor.look("console-order-refunded");
		assert.match(await page.locator("#audit").innerText(), /POST \/admin\/orders\/\{order\}\/refund/);
	});

	journey(`staff book stock and change a price ${way.scripts ? "with" : "without"} scripts`, staff, async (visitor) => {
		const { page } = visitor;
		const product = await goods();
		const sku = product.variants[0].sku;
		await visitor.open(`/admin/stock/${sku}`);
		const onHand = Number(await page.locator("dl.facts dd").first().innerText());
		await page.locator("#delta").fill("2");
		await press(visitor, "console-adjust-do", "**/admin/stock/*?done=1");
		assert.equal(Number(await page.locator("dl.facts dd").first().innerText()), onHand + 2);
		await visitor.look("console-stock-booked");
		await visitor.open(`/admin/products/${product.slug}`);
		const before = page.locator("[name='variants.0.before.USD']");
		await before.fill("99999.00");
		await press(visitor, "save", "**/admin/products/*?done=1");
		assert.equal(await before.inputValue(), "99999.00");
		await visitor.look("console-product-saved");
	});
}
