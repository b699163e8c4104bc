// Looks into databases and puts texts on queues from inside the runtime. Node could reach the same bindings by itself, but only by calls
// that block it; a runtime that waits for Node to read its log at that moment then waits for ever.

const actions = {
	"/d1": async (env, { worker, sql, params = [] }) => {
		const { results, meta } = await env[worker].prepare(sql).bind(...params).all();
		return { results, meta };
	},
	/** Texts as they are, so that a test can send what no Worker of ours would. */
	"/queue": async (env, { binding, messages }) => {
		await env[binding].sendBatch(messages.map((body) => ({ body, contentType: "text" })));
		return {};
	},
};

export default {
	async fetch(request, env) {
		try {
			return Response.json(await actions[new URL(request.url).pathname](env, await request.json()));
		} catch (error) {
			return Response.json({ error: String(error?.stack ?? error) }, { status: 500 });
		}
	},
};
