// Follows every link of the site, and every file that a page names.

import { markup } from "./markup.mjs";
import { url } from "./shop.mjs";

const SIDE_BY_SIDE = 4;

const ATTRIBUTE = /\s(?:href|src|action)="([^"]*)"/g;
const FORM_THAT_POSTS = /<form\b[^>]*\bmethod="post"[^>]*>/g;
const FILE_IN_STYLES = /url\("?([^)"]+)"?\)/g;

const decode = (text) => text.replaceAll("&#38;", "&").replaceAll("&amp;", "&").replaceAll("&#x26;", "&");

/** What a text refers to. Where a form is sent with POST is no link. */
function references(text, kind) {
	if (kind.startsWith("text/css")) return [...text.matchAll(FILE_IN_STYLES)].map(([, to]) => to);
	if (!kind.startsWith("text/html")) return [];
	return [...text.replaceAll(FORM_THAT_POSTS, "").matchAll(ATTRIBUTE)].map(([, to]) => decode(to));
}

/** An address without the parameters that only say where to go afterwards: those pages differ in nothing else. */
function key(to) {
	const same = new URL(to);
	same.hash = "";
	same.searchParams.delete("next");
	return same.href;
}

/** Begins at a path, as somebody with these cookies; says which pages there are and what is wrong. */
export async function crawl(path, cookies) {
	const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
	const seen = new Set();
	const waiting = [];
	const pages = [];
	/** What a fragment may name on each page. */
	const ids = new Map();
	const fragments = [];
	const problems = [];

	async function visit({ to, from }) {
		// What an answer asks to be remembered is not: the language stays, and nobody is signed out.
		const answer = await fetch(to, { headers: { cookie, "accept-language": "en" }, redirect: "manual" });
		const kind = answer.headers.get("content-type") ?? "";
		const text = await answer.text();
		if (answer.status >= 400) return problems.push(`${answer.status} ${to.href}, linked by ${from}`);
		const location = answer.headers.get("location");
		for (const reference of location === null ? references(text, kind) : [location]) enqueue(reference, to);
		if (!kind.startsWith("text/html") || location !== null) return;
		pages.push(to.href);
		ids.set(key(to), new Set([...text.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)));
		for (const problem of await markup(text)) problems.push(`${problem}: ${to.href}`);
	}

	function enqueue(reference, from) {
		const to = new URL(reference, from);
		if (!to.protocol.startsWith("http")) return;
		if (to.origin !== new URL(url).origin) return problems.push(`${to.href} leads out of the shop, linked by ${from.href}`);
		if (to.hash !== "") fragments.push({ to, from: from.href });
		if (seen.has(key(to))) return;
		seen.add(key(to));
		waiting.push({ to, from: from.href });
	}

	enqueue(path, new URL(url));
	while (waiting.length > 0) await Promise.all(waiting.splice(0, SIDE_BY_SIDE).map(visit));
	for (const { to, from } of fragments) {
		const id = decodeURIComponent(to.hash.slice(1));
		if (ids.get(key(to))?.has(id) === false) problems.push(`${to.href} names nothing there, linked by ${from}`);
	}
	return { pages, problems };
}
