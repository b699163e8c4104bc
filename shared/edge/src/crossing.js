// What crosses between wasm and JavaScript, in as few crossings as it can: each has its price, whatever it carries.
//
// A message's head is lines of text, which neither a method, nor an address, nor a header can contain; statements and rows are JSON.

const utf8 = new TextEncoder();

const headerLines = (headers) => {
  let lines = "";
  for (const [name, value] of headers) lines += `\n${name}\n${value}`;
  return lines;
};

// A record is taken over faster than a list, but it knows each name once.
const headersOf = (lines, from) => {
  const record = {};
  for (let at = from; at + 1 < lines.length; at += 2) {
    if (lines[at] in record) return pairsOf(lines, from);
    record[lines[at]] = lines[at + 1];
  }
  return record;
};

const pairsOf = (lines, from) => {
  const pairs = [];
  for (let at = from; at + 1 < lines.length; at += 2) pairs.push([lines[at], lines[at + 1]]);
  return pairs;
};

const bound = (env, name) => {
  const binding = env[name];
  if (binding === undefined) throw new Error(`${name} is not bound`);
  return binding;
};

/** Method, address, then names and values of the headers. */
export const requestHead = (request) =>
  `${request.method}\n${request.url}${headerLines(request.headers)}`;

/** `head`: the status, then names and values of the headers. */
export const respond = (head, body) => {
  const lines = head.split("\n");
  const status = Number(lines[0]);
  // These refuse even an empty body (Fetch standard, "null body status").
  const isBare = status === 101 || status === 204 || status === 205 || status === 304;
  return new Response(isBare ? null : body.slice(), { status, headers: headersOf(lines, 1) });
};

/**
 * One request to a service, or to the object `name` of a namespace. `head`: binding, object's name or nothing, method, address, then
 * names and values of the headers. Resolves to the answer's head and its whole body.
 */
export const exchange = async (env, head, body) => {
  const lines = head.split("\n");
  const [binding, name, method, address] = lines;
  const target = bound(env, binding);
  const fetcher = name === "" ? target : target.getByName(name);
  const init = { method, headers: headersOf(lines, 4), redirect: "manual" };
  // The wasm memory that it lies in moves on.
  if (body.length > 0) init.body = body.slice();
  const response = await fetcher.fetch(address, init);
  const whole = await response.arrayBuffer();
  return [`${response.status}${headerLines(response.headers)}`, new Uint8Array(whole)];
};

/** `bodies`: a JSON list of texts. */
export const enqueue = (env, binding, bodies) => {
  const queue = bound(env, binding);
  const texts = JSON.parse(bodies);
  const contentType = "text";
  return texts.length === 1
    ? queue.send(texts[0], { contentType })
    : queue.sendBatch(texts.map((body) => ({ body, contentType })));
};

/** `statements`: a JSON list of [SQL, values]. Resolves to JSON: of each, how many rows it changed and which it gave. */
export const runD1 = async (db, statements) => {
  const prepared = JSON.parse(statements).map(([sql, values]) => {
    const statement = db.prepare(sql);
    return values.length === 0 ? statement : statement.bind(...values);
  });
  const results = prepared.length === 1 ? [await prepared[0].all()] : await db.batch(prepared);
  return utf8.encode(JSON.stringify(results.map(({ meta, results }) => [meta.changes ?? 0, results ?? []])));
};

/** The rows of one [SQL, values], as JSON. */
export const readRows = (storage, statement) => {
  const [sql, values] = JSON.parse(statement);
  return utf8.encode(JSON.stringify(storage.sql.exec(sql, ...values).toArray()));
};

/** One transaction, and the alarm in the same turn, so that the runtime commits both together. Zero clears it; nothing leaves it. */
export const writeRows = (storage, statements, alarm) => {
  storage.transactionSync(() => {
    for (const [sql, values] of JSON.parse(statements)) storage.sql.exec(sql, ...values);
  });
  if (alarm === 0) storage.deleteAlarm();
  else if (alarm !== undefined) storage.setAlarm(alarm);
};

export const eraseRows = (storage) => {
  storage.deleteAlarm();
  storage.deleteAll();
};
