// What a member of staff does to an order, by the API: a state of its page that no shopper can bring about.

import { accountPassword, url } from "./shop.mjs";

async function post(path, body, headers = {}) {
	const answer = await fetch(new URL(path, url), {
		method: "POST",
		headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID(), ...headers },
		body: JSON.stringify(body),
	});
	if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
	return answer.json();
}

/** Sends all of an order, has it arrive, and pays a little of it back. */
export async function sendAndRefund(order) {
	const login = { email: "staff@meridian.example", password: accountPassword };
	const authorization = `Bearer ${(await post("/v1/auth/login", login)).access_token}`;
	const found = await fetch(new URL(`/v1/orders/${order}`, url), { headers: { authorization } });
	const { lines, total } = await found.json();
	const pieces = lines.map(({ sku, quantity }) => ({ sku, quantity }));
	const staff = (action, body) => post(`/v1/orders/${order}/${action}`, body, { authorization });
	const sent = await staff("fulfillments", { lines: pieces, carrier: "DHL", tracking_number: "00340434292135100186" });
	await staff(`fulfillments/${sent.id ?? sent.fulfillments[0].id}/delivered`, {});
	await staff("refunds", { amount: { amount: 100, currency: total.currency }, reason: "a scratch" });
}
