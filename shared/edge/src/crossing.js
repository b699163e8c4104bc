// What crosses between wasm and JavaScript, in as few crossings as it can: each has its price, whatever it carries.
//
// A message's head is fields between tabs, as message.rs has it; statements and rows are JSON.

/**
 * Between our own parts a head travels as one header, and a short body in it: each header that the runtime handles costs as much as the
 * whole of them, and a body is a stream, which takes it two more turns on either side. "secret" makes the platform leave its value out of
 * its own logs and tails: it holds tokens, names and addresses.
 */
const HEAD = "x-meridian-secret-head";

/** The last field, where the body comes by itself. */
const APART = "b";

const utf8 = new TextEncoder();

// The runtime's own leaves JavaScript and comes back; a settled promise does the same inside of it, and futures are woken often.
const settled = Promise.resolve();
globalThis.queueMicrotask = (task) => {
  settled.then(() => {
    try {
      task();
    } catch (error) {
      reportError(error);
    }
  });
};

/** Headers as anybody sent them, whose values may have tabs. */
const fieldsOf = (headers) => {
  let fields = "";
  for (const [name, value] of headers) fields += `${name}\t${value.replaceAll("\t", " ")}\t`;
  return fields + APART;
};

const headersOf = (fields) => {
  const parts = fields.split("\t");
  const pairs = [];
  for (let at = 0; at + 1 < parts.length; at += 2) pairs.push([parts[at], parts[at + 1]]);
  return pairs;
};

/** The first `count` fields, and all that stands behind them as one. */
const cut = (text, count) => {
  const parts = [];
  let from = 0;
  for (let part = 0; part < count; part += 1) {
    const to = text.indexOf("\t", from);
    parts.push(text.slice(from, to));
    from = to + 1;
  }
  return [...parts, text.slice(from)];
};

const bound = (env, name) => {
  const binding = env[name];
  if (binding === undefined) throw new Error(`${name} is not bound`);
  return binding;
};

/** Method, address, then names and values of the headers, as anybody sent them. */
export const publicHead = (request) => `${request.method}\t${request.url}\t${fieldsOf(request.headers)}`;

/** The same of a request from one of our own parts. */
export const internalHead = (request) =>
  `${request.method}\t${request.url}\t${request.headers.get(HEAD) ?? fieldsOf(request.headers)}`;

// The wasm memory that a body lies in moves on.
const copied = (body) => (body.length === 0 ? null : body.slice());

/** An answer to anybody. `fields`: names and values of the headers. */
export const respond = (status, fields, body) => {
  // These refuse even an empty body (Fetch standard, "null body status").
  const isBare = status === 101 || status === 204 || status === 205 || status === 304;
  return new Response(isBare ? null : body.slice(), { status, headers: headersOf(fields) });
};

/** An answer to one of our own parts. */
export const reply = (status, packed, body) => new Response(copied(body), { status, headers: { [HEAD]: packed } });

/**
 * One request to a service, or to the object `name` of a namespace. `head`: binding, object's name or nothing, `ours` when one of our own
 * parts is there, method, address, then what our own parts get packed, and others as names and values of the headers. Resolves to the
 * answer's head, alone or in a pair with its body.
 */
export const exchange = async (env, head, body) => {
  const [binding, name, kind, method, address, rest] = cut(head, 5);
  const target = bound(env, binding);
  const fetcher = name === "" ? target : target.getByName(name);
  const headers = kind === "ours" ? { [HEAD]: rest } : headersOf(rest);
  const response = await fetcher.fetch(address, { method, headers, body: copied(body), redirect: "manual" });
  const packed = response.headers.get(HEAD) ?? fieldsOf(response.headers);
  const answer = `${response.status}\t${packed}`;
  return answer.endsWith(`\t${APART}`) ? [answer, new Uint8Array(await response.arrayBuffer())] : answer;
};

/** Counts one call of `key`. Resolves to whether it is within the limit. */
export const countCall = async (env, binding, key) => (await bound(env, binding).limit({ key })).success;

/** One line, at the runtime's own log. */
export const writeLog = (line) => console.log(line);

/** `bodies`: a JSON list of texts. */
export const enqueue = (env, binding, bodies) => {
  const queue = bound(env, binding);
  const texts = JSON.parse(bodies);
  const contentType = "text";
  return texts.length === 1
    ? queue.send(texts[0], { contentType })
    : queue.sendBatch(texts.map((body) => ({ body, contentType })));
};

/** `statements`: a JSON list of [SQL, values]. Resolves to a line of each: how many rows it changed, and in JSON which it gave. */
export const runD1 = async (db, statements) => {
  const prepared = JSON.parse(statements).map(([sql, values]) => {
    const statement = db.prepare(sql);
    return values.length === 0 ? statement : statement.bind(...values);
  });
  const results = prepared.length === 1 ? [await prepared[0].all()] : await db.batch(prepared);
  return utf8.encode(results.map(({ meta, results }) => `${meta.changes ?? 0} ${JSON.stringify(results ?? [])}`).join("\n"));
};

/** The rows of one [SQL, values], as JSON. */
export const readRows = (storage, statement) => {
  const [sql, values] = JSON.parse(statement);
  return utf8.encode(JSON.stringify(storage.sql.exec(sql, ...values).toArray()));
};

/** One transaction, and the alarm in the same turn, so that the runtime commits both together. Zero clears it; nothing leaves it. */
export const writeRows = (storage, statements, alarm) => {
  const all = JSON.parse(statements);
  const write = () => {
    for (const [sql, values] of all) storage.sql.exec(sql, ...values);
  };
  // A statement by itself is done or not done as it is.
  if (all.length > 1) storage.transactionSync(write);
  else write();
  if (alarm === 0) storage.deleteAlarm();
  else if (alarm !== undefined) storage.setAlarm(alarm);
};

export const eraseRows = (storage) => {
  storage.deleteAlarm();
  storage.deleteAll();
};
