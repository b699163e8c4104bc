// From making an account to finding one's order in it.

import assert from "node:assert/strict";

import { newEmail, signIn, signUp } from "../support/people.mjs";
import { goToReview, order, press, putInCart } from "../support/purchase.mjs";
import { mailTo } from "../support/shop.mjs";
import { journey } from "../support/visitor.mjs";

const heading = (visitor) => visitor.page.locator("h1").innerText();

/** What the link in a mail leads to. */
const linkIn = (text) => new URL(text.match(/https?:\/\/\S+#\S+/)[0]);

for (const scripts of [true, false]) {
	journey(`from signing up to the order history ${scripts ? "with" : "without"} scripts`, { scripts, width: 360 }, async (visitor) => {
		const { page, say } = visitor;
		await putInCart(visitor);
		await visitor.open("/sign-up");
		await visitor.look("sign-up");
		const email = await signUp(visitor);
		await visitor.look("account-new");
		assert.match(await page.locator("main").innerText(), new RegExp(say("account-unproven").source.replace("^", "")));

		const link = linkIn(await mailTo(email, /./));
		assert.equal(link.pathname, "/account/verify-email");
		await visitor.open(link.pathname + link.hash);
		// The script takes the token out of the address; who has none pastes it.
		if (scripts) assert.equal(new URL(page.url()).hash, "");
		else await page.locator("#token").fill(link.hash.slice(1));
		await visitor.look("verify-email");
		await press(visitor, "verify-do", "**/account/verify-email");
		await page.getByRole("heading", { name: say("verify-done-title") }).waitFor();
		await visitor.look("verify-email-done");

		// What was in the guest's cart came along.
		await goToReview(visitor);
		await order(visitor);
		const number = (await page.locator(".over").innerText()).match(/M-\S+/)[0];
		await visitor.open("/account/orders");
		await visitor.look("account-orders");
		await page.getByRole("link", { name: number }).click();
		await page.waitForURL("**/orders/*");
		assert.match(await heading(visitor), say("order-title"));
		await visitor.look("order");

		await visitor.open("/account");
		await press(visitor, "sign-out", (url) => url.pathname !== "/account");
		await visitor.open("/account/orders");
		assert.equal(new URL(page.url()).pathname, "/sign-in");
		await signIn(visitor, email);
		assert.equal(new URL(page.url()).pathname, "/account/orders");
		assert.equal(await page.getByRole("link", { name: number }).count(), 1);
	});
}

journey("a forgotten password is replaced", { language: "de" }, async (visitor) => {
	const { page } = visitor;
	const email = await signUp(visitor, newEmail());
	await mailTo(email, /./);
	await visitor.open("/account");
	await press(visitor, "sign-out", (url) => url.pathname !== "/account");
	await visitor.open("/forgotten-password");
	await page.locator("#email").fill(email);
	await press(visitor, "forgotten-send", "**/forgotten-password");
	await page.getByRole("heading", { name: visitor.say("forgotten-sent-title") }).waitFor();
	await visitor.look("forgotten-password-sent");
	const link = linkIn(await mailTo(email, /Passwort|password/i));
	assert.equal(link.pathname, "/account/reset-password");
	await visitor.open(link.pathname + link.hash);
	await page.locator("#password").fill("a staple of good taste");
	await press(visitor, "reset-do", "**/sign-in?*");
	await visitor.look("sign-in-again");
	await signIn(visitor, email, "a staple of good taste");
	assert.equal(new URL(page.url()).pathname, "/account");
});

journey("whoever mistypes is told what is wrong, where it is wrong", { language: "de", width: 360, scheme: "dark" }, async (visitor) => {
	const { page, say } = visitor;
	// These answers are what is asked for.
	visitor.allow(422);
	await visitor.open("/sign-up");
	await page.locator("#name").fill("Ada");
	await page.locator("#email").fill(newEmail());
	await page.locator("#password").fill("short");
	await press(visitor, "make-account", "**/sign-up");
	await page.locator(".error-summary").waitFor();
	assert.match(await page.locator("#password-error").innerText(), say("field--too-short"));
	await visitor.look("sign-up-wrong");
	await visitor.open("/sign-in");
	await page.locator("#email").fill("nobody@example.com");
	await page.locator("#password").fill("not the password");
	await press(visitor, "sign-in", "**/sign-in");
	await page.getByRole("alert").waitFor();
	await visitor.look("sign-in-wrong");
	await putInCart(visitor);
	await visitor.open("/checkout");
	await page.locator("#email").fill("ada@example.com");
	await page.locator("#name").fill("Ada");
	await page.locator("#line1").fill("1");
	await page.locator("#city").fill("X");
	// A state is asked for there, which no browser knows.
	await page.locator("#country").selectOption("US");
	await press(visitor, "checkout-to-shipping", "**/checkout");
	await page.locator(".error-summary").waitFor();
	await visitor.look("checkout-address-wrong");
	await page.locator(".error-summary a").first().click();
	assert.equal(await page.evaluate(() => document.activeElement.id), "region", "the summary leads to the field");
});
