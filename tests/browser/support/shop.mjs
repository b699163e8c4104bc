// The shop under test: where it is, what it sells, and what it has mailed.

import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Browsers keep cookies that ask for HTTPS for a machine that is called `localhost`. */
export const url = (process.env.MERIDIAN_URL ?? "http://localhost:8787").replace("127.0.0.1", "localhost");

/** Where pictures of the pages are left for whoever wants to look at them. */
export const artefacts = join(root, "target/browser");

/** The password of the accounts that a local shop begins with. */
export const accountPassword = process.env.MERIDIAN_ACCOUNT_PASSWORD;

/** What the shop answers to whoever asks for JSON. */
export async function get(path) {
	const answer = await fetch(new URL(path, url));
	if (!answer.ok) throw new Error(`${path} answers ${answer.status}`);
	return answer.json();
}

/** What there is plenty of, in the version that its page offers first: no test is in another's way. */
async function stocked() {
	const { items } = await get("/v1/products?in_stock=true&sort=name&limit=40");
	const products = await Promise.all(items.map(({ slug }) => get(`/v1/products/${slug}`)));
	return products.filter(({ variants }) => variants.find(({ available }) => available)?.stock_hint === "in_stock");
}

let shelf;
// Files of tests run side by side, each begins elsewhere.
let taken = process.pid;

/** Something that is in stock: another product each time. */
export async function goods() {
	shelf ??= stocked();
	taken += 1;
	const products = await shelf;
	return products[taken % products.length];
}

/** The text of the newest mail to an address; it is written by a queue's consumer, a moment after its cause. */
export async function mailTo(email, subject) {
	for (const until = Date.now() + 15_000; Date.now() < until; ) {
		const { items } = await get("/dev/mailbox");
		const found = items.find((mail) => mail.to === email && subject.test(mail.subject));
		if (found !== undefined) return (await get(`/dev/mailbox/${found.id}`)).text;
	}
	throw new Error(`no mail to ${email}`);
}

const sources = ["workers", "shared"].flatMap((part) => globSync(`${part}/*/messages/*.ftl`, { cwd: root }));

/** What the pages say in a language, by the messages' names; what is put in may be anything. */
export function words(language) {
	const all = new Map();
	for (const file of sources.filter((path) => path.endsWith(`${language}.ftl`))) {
		for (const line of readFileSync(join(root, file), "utf8").split("\n")) {
			const [, name, text] = /^([\w-]+) = (.+)$/.exec(line) ?? [];
			if (name !== undefined) all.set(name, text);
		}
	}
	return (name) => {
		const text = all.get(name);
		if (text === undefined) throw new Error(`${language}.ftl does not say ${name}`);
		const parts = text.split(/\{[^}]*\}/).map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
		return new RegExp(`^\\s*${parts.join(".+")}`);
	};
}
