// Whether a page is HTML by the standard.

import { HtmlValidate } from "html-validate";

const validator = new HtmlValidate({
	root: true,
	extends: ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
	rules: {
		// What comes from the shop itself needs no hash: whoever could change the file could change the page.
		"require-sri": ["error", { target: "crossorigin" }],
	},
});

// A list without markers is no list to VoiceOver, unless it says so.
const isWanted = ({ ruleId, message }) => ruleId === "no-redundant-role" && /^Redundant role "list" on <[uo]l>/.test(message);

/** What is wrong with the source of a page, one line each. */
export async function markup(source) {
	const report = await validator.validateString(source);
	const messages = report.results.flatMap((result) => result.messages).filter((found) => !isWanted(found));
	return messages.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} (${line}:${column})`);
}
