// Somebody with a browser. Whatever goes wrong on the way of theirs is written down, and fails their test at its end.

import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { chromium } from "playwright-core";

import { violations } from "./axe.mjs";
import { markup } from "./markup.mjs";
import { artefacts, url, words } from "./shop.mjs";

const ACTION_MAX_MS = 15_000;
/** Whatever hangs fails, and the tests after it still run. */
const JOURNEY_MAX_MS = 120_000;

/** Without a sandbox it starts as root, too, as in a container; the rest keeps it from calling home. */
export const CHROMIUM_ARGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
];

export const executablePath = process.env.MERIDIAN_CHROMIUM ?? "/usr/bin/chromium";

let started;
/** One browser for all tests of a file. */
const browser = () => (started ??= chromium.launch({ executablePath, args: CHROMIUM_ARGS }));
export const closeBrowser = async () => (await started)?.close();
// Only a file of tests: to say it elsewhere would make one of it.
if (process.env.NODE_TEST_CONTEXT !== undefined) after(closeBrowser);

export class Visitor {
	/** What went wrong so far. */
	problems = [];
	#allowed = [];
	#checks = [];

	/**
	 * `as` is what somebody brings along: the state of an earlier context. `folder` is where pictures go.
	 */
	static async arrive({ scripts = true, width = 1280, language = "en", scheme = "light", as, folder = "" } = {}) {
		const visitor = new Visitor();
		const context = await (await browser()).newContext({
			baseURL: url,
			javaScriptEnabled: scripts,
			viewport: { width, height: width < 600 ? 740 : 900 },
			locale: { en: "en-GB", de: "de-DE" }[language],
			colorScheme: scheme,
			// Halfway through a transition, colours are nobody's.
			reducedMotion: "reduce",
			storageState: as,
		});
		context.setDefaultTimeout(ACTION_MAX_MS);
		Object.assign(visitor, { context, scripts, width, language, folder, say: words(language) });
		visitor.page = await visitor.tab();
		return visitor;
	}

	/** Opens another tab, watched as the first. */
	async tab() {
		const page = await this.context.newPage();
		page.on("console", (message) => {
			if (["error", "warning"].includes(message.type())) this.#hear(message.text(), message.location().url);
		});
		page.on("pageerror", (error) => this.problems.push(`script: ${error.message}`));
		page.on("requestfailed", (request) => {
			const { errorText } = request.failure();
			// A picture or an icon that the browser gives up itself, because one goes on before it has come.
			const isLeft = errorText === "net::ERR_ABORTED" && !request.isNavigationRequest();
			if (!isLeft) this.#note(errorText, `${request.method()} ${request.url()}`);
		});
		page.on("response", (response) => this.#answered(page, response));
		await this.#watchPolicy(page);
		return page;
	}

	/** From now on this is no problem: the status of an answer, or the text of a failure. */
	allow(what) {
		this.#allowed.push(String(what));
	}

	#note(what, where) {
		if (!this.#allowed.includes(String(what))) this.problems.push(`${what}: ${where}`);
	}

	#hear(text, where) {
		// What is said of an answer is said by its status already.
		const [, status] = /^Failed to load resource: .* status of (\d+)/.exec(text) ?? [];
		this.#note(status ?? `console: ${text}`, where);
	}

	/** Violations of the content security policy, those that are only reported as well. */
	async #watchPolicy(page) {
		const session = await this.context.newCDPSession(page);
		session.on("Audits.issueAdded", ({ issue }) => {
			if (issue.code !== "ContentSecurityPolicyIssue") return;
			this.problems.push(`policy: ${JSON.stringify(issue.details.contentSecurityPolicyIssueDetails)}`);
		});
		await session.send("Audits.enable");
	}

	#answered(page, response) {
		if (response.status() >= 400) this.#note(response.status(), `${response.request().method()} ${response.url()}`);
		const isPage = response.request().isNavigationRequest() && response.frame() === page.mainFrame();
		const isHtml = (response.headers()["content-type"] ?? "").startsWith("text/html");
		if (isPage && isHtml) this.#checks.push(this.#validate(response));
	}

	async #validate(response) {
		const where = `${response.request().method()} ${response.url()}`;
		const source = await response.text().catch(() => undefined);
		// Left before it was there.
		if (source === undefined) return;
		this.problems.push(...(await markup(source)).map((problem) => `${problem}: ${where}`));
	}

	open(path) {
		return this.page.goto(path);
	}

	/** Looks at a page as it stands: at its accessibility, at whether it fits, and takes a picture. */
	async look(name, page = this.page) {
		const at = (problem) => `${problem} (${name}, ${new URL(page.url()).pathname})`;
		// Without scripts on the page axe has none to wait with; the same page is looked at with them.
		if (this.scripts) this.problems.push(...(await violations(page)).map(at));
		await this.fits(at, page);
		await this.picture(name, page);
	}

	/** Nobody has to scroll to the side. */
	async fits(at, page = this.page) {
		const extra = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
		if (extra > 0) this.problems.push(at(`${extra} px too wide`));
	}

	/** Whether the page fits a screen of another width, too. */
	async fitsAt(width, page = this.page) {
		const size = page.viewportSize();
		await page.setViewportSize({ ...size, width });
		await this.fits((problem) => `${problem} (on ${width} px, ${new URL(page.url()).pathname})`, page);
		await page.setViewportSize(size);
	}

	picture(name, page = this.page) {
		return page.screenshot({ path: join(artefacts, this.folder, `${name}.png`), fullPage: true, animations: "disabled" });
	}

	/** What this visitor would bring along the next time. */
	state() {
		return this.context.storageState();
	}

	async leave() {
		await Promise.all(this.#checks);
		await this.context.close();
	}
}

/** A test by one visitor: it fails by anything that went wrong on their way as well. `person` is one of `people.mjs`. */
export function journey(name, { person, ...options }, body) {
	test(name, { timeout: JOURNEY_MAX_MS }, async () => {
		const folder = name.replaceAll(/[^\w]+/g, "-");
		const visitor = await Visitor.arrive({ folder, ...options, ...(await person?.()) });
		try {
			await body(visitor);
		} catch (error) {
			await visitor.picture("failed").catch(() => undefined);
			console.error(`${name} stopped at ${visitor.page.url()}\n  ${visitor.problems.join("\n  ")}`);
			throw error;
		} finally {
			await visitor.leave();
		}
		assert.ok(visitor.problems.length === 0, `went wrong on the way:\n  ${[...new Set(visitor.problems)].join("\n  ")}`);
	});
}
