import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Miniflare } from 'miniflare';

const sha256 = text => createHash('sha256').update(text).digest('hex');
const product = { id: 'prd_1', slug: 'red-tent', title: 'Rötes Zelt "XL"', categories: [{ slug: 'outdoor', title: 'Outdoor' }, { slug: 'outdoor/tents', title: 'Tents' }], variants: [] };
const json = JSON.stringify(product);
const shopper = { 'hub-key': 'pk_demo' };

let hub, asked, answering, edge, values, count = 0;

/** The edge with the worker as it is uploaded, in front of the hub of these tests. */
const options = (variables = {}) => ({
  modules: true, scriptPath: fileURLToPath(new URL('worker.mjs', import.meta.url)), compatibilityDate: '2026-04-01', kvNamespaces: ['KV'], cf: false, telemetry: { enabled: false },
  bindings: { HUB: `http://127.0.0.1:${hub.address().port}/`, MARKET: 'US', KEYS: `${sha256('pk_demo')},${sha256('pk_other')}`, HUB_TIMEOUT_MS: '1000', ...variables },
});

const get = (path, init = {}) => edge.dispatchFetch(`https://shop.example${path}`, { redirect: 'manual', ...init, headers: { ...shopper, ...init.headers } });
const newId = () => `prd_${++count}`;
const answerJson = (body, headers = {}) => response => response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(body);

/** What is kept is written after the answer has left: asked again until it is there. */
async function untilKept(path, init) {
  for (let tries = 0; tries < 50; tries++) {
    const answer = await get(path, init);
    await answer.text();
    if (answer.headers.get('hub-edge') === 'kept') return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  assert.fail(`${path} was not kept`);
}

/** Keeps an answer, and makes every kept answer old from then on. */
async function keepAndAge(path, body, init) {
  answering = answerJson(body);
  await untilKept(path, init);
  await edge.setOptions(options({ FRESH_SECONDS: '0' }));
  asked.length = 0;
}

before(async () => {
  hub = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    asked.push({ method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks).toString() });
    await answering(response);
  }).listen(0, '127.0.0.1');
  await once(hub, 'listening');
  edge = new Miniflare({ host: '127.0.0.1', ...options() });
  await edge.ready;
});

beforeEach(async () => {
  asked = [];
  answering = answerJson(json);
  await edge.setOptions(options());
  values = await edge.getKVNamespace('KV');
});

after(async () => {
  await edge?.dispose();
  hub?.closeAllConnections();
  hub?.close();
});

test('a written product is answered byte for byte without asking the hub', async () => {
  await values.put('product:US:red-tent', json);
  const answer = await get('/v1/products/red-tent');
  assert.deepEqual([answer.status, await answer.text(), asked.length], [200, json, 0]);
  assert.equal(answer.headers.get('hub-edge'), 'hit');
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(answer.headers.get('cache-tag'), 'product:prd_1,category:outdoor,category:outdoor/tents');
  assert.equal(answer.headers.get('etag'), `"${sha256(json).slice(0, 24)}"`);
});

test('a caller that has it already is answered 304, and HEAD without a body', async () => {
  await values.put('product:US:red-tent', json);
  const known = await get('/v1/products/red-tent', { headers: { 'if-none-match': `W/"${sha256(json).slice(0, 24)}"` } });
  assert.deepEqual([known.status, await known.text()], [304, '']);
  const head = await get('/v1/products/red-tent', { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text(), asked.length], [200, '', 0]);
});

test('the market is the one that the hub would take', async () => {
  for (const market of ['US', 'DE']) await values.put(`product:${market}:tent`, JSON.stringify({ market }));
  const marketOf = async (path, headers = {}) => (await (await get(path, { headers })).json()).market;
  assert.equal(await marketOf('/v1/products/tent'), 'US');
  assert.equal(await marketOf('/v1/products/tent?market=DE'), 'DE');
  assert.equal(await marketOf('/v1/products/tent?MARKET=DE'), 'DE');
  assert.equal(await marketOf('/v1/products/tent', { 'hub-market': 'DE' }), 'DE');
  assert.equal(await marketOf('/v1/products/tent?market=US', { 'hub-market': 'DE' }), 'US');
  assert.equal(await marketOf('/v1/products/tent?market=', { 'hub-market': 'DE' }), 'US');
  assert.equal(asked.length, 0);
  for (const path of ['/v1/products/tent?market=XX', '/v1/products/tent?market=DE&market=US', '/v1/products/tent?market=..%2FUS']) await (await get(path)).text();
  assert.equal(asked.length, 3);
});

test('a page is read from its value', async () => {
  await values.put('page:US:/summer/sale', '{"title":"Sale"}');
  await values.put('page:US:/', '{"title":"Home"}');
  assert.deepEqual(await (await get('/v1/pages/summer/sale')).json(), { title: 'Sale' });
  for (const home of ['/v1/pages', '/v1/pages/']) assert.deepEqual(await (await get(home)).json(), { title: 'Home' });
  assert.equal(asked.length, 0);
});

test('a value that is not whole is not shown', async () => {
  for (const wrong of ['', '{"id":', '[]', 'null', '<html>']) {
    await values.put('product:US:broken', wrong);
    assert.equal(await (await get('/v1/products/broken')).text(), json, wrong);
  }
});

for (const [what, headers] of [
  ['an unknown key', { 'hub-key': 'pk_wrong' }], ['a secret key', { authorization: 'Bearer sk_demo' }], ['a cookie', { cookie: 'hub_cart_token=ct_1' }], ['a cart token', { 'hub-cart-token': 'ct_1' }],
]) {
  test(`${what} is for the hub to judge, and nothing of it is kept`, async () => {
    const id = newId();
    await values.put(`product:US:${id}`, '{"from":"edge"}');
    for (let time = 0; time < 2; time++) {
      const answer = await get(`/v1/products/${id}`, { headers });
      assert.deepEqual([await answer.text(), answer.headers.get('hub-edge')], [json, 'pass']);
    }
    assert.equal(asked.length, 2);
    for (const [name, value] of Object.entries(headers)) assert.equal(asked[0].headers[name], value);
  });
}

test('without a key the hub is asked', async () => {
  await values.put('product:US:tent', json);
  answering = response => response.writeHead(401).end();
  const answer = await edge.dispatchFetch('https://shop.example/v1/products/tent');
  assert.equal(answer.status, 401);
});

test('what is not written is asked for once and kept for a moment', async () => {
  const id = newId();
  answering = answerJson(json, { 'cache-tag': 'product:prd_1', etag: '"of-the-hub"' });
  const first = await get(`/v1/products/${id}?market=DE&x=1`, { headers: { 'if-none-match': '"old"', range: 'bytes=0-3' } });
  assert.deepEqual([first.status, await first.text(), first.headers.get('hub-edge'), first.headers.get('etag'), first.headers.get('cache-tag')], [200, json, 'miss', '"of-the-hub"', 'product:prd_1']);
  assert.deepEqual([asked[0].method, asked[0].url, asked[0].headers['hub-key']], ['GET', `/v1/products/${id}?market=DE&x=1`, 'pk_demo']);
  assert.deepEqual([asked[0].headers['if-none-match'], asked[0].headers.range], [undefined, undefined]);
  await untilKept(`/v1/products/${id}?x=1&market=DE`);
  const kept = await get(`/v1/products/${id}?market=DE&x=1`);
  assert.deepEqual([await kept.text(), kept.headers.get('etag'), kept.headers.get('cache-tag'), kept.headers.get('cache-control')], [json, '"of-the-hub"', 'product:prd_1', null]);
});

test('markets, keys and parameters do not share what is kept', async () => {
  const path = `/v1/products/${newId()}`;
  await untilKept(path);
  for (const [other, headers] of [[`${path}?market=DE`, {}], [path, { 'hub-market': 'DE' }], [path, { 'hub-key': 'pk_other' }], [`${path}?locale=de`, {}]]) {
    asked.length = 0;
    await (await get(other, { headers })).text();
    if (!(headers['hub-market'])) assert.equal(asked.length, 1, other);
  }
});

for (const [what, headers] of [['sets a cookie', { 'set-cookie': 'a=b' }], ['is private', { 'cache-control': 'private, max-age=60' }], ['must not be stored', { 'cache-control': 'no-store' }], ['depends on the language', { vary: 'Accept-Language' }]]) {
  test(`an answer that ${what} is never kept`, async () => {
    const path = `/v1/products/${newId()}`;
    answering = answerJson(json, headers);
    for (let time = 0; time < 5; time++) {
      const answer = await get(path);
      assert.equal(await answer.text(), json);
      for (const [name, value] of Object.entries(headers)) assert.equal(answer.headers.get(name), value);
    }
    assert.equal(asked.length, 5);
  });
}

test('a hub that is down leaves the answer of before, which says so', async () => {
  const path = `/v1/products/${newId()}`;
  await keepAndAge(path, '{"title":"before"}');
  for (const broken of [response => response.socket.destroy(), response => response.writeHead(503).end('{}'), response => response.writeHead(429).end('{}'), () => new Promise(() => {}), response => { response.writeHead(200); response.write('{"ti'); }]) {
    answering = broken;
    const answer = await get(path);
    assert.deepEqual([answer.status, await answer.text(), answer.headers.get('hub-edge')], [200, '{"title":"before"}', 'stale']);
    assert.match(answer.headers.get('warning'), /^110 /);
    assert.match(answer.headers.get('age'), /^\d+$/);
  }
  answering = answerJson('{"title":"after"}');
  assert.equal(await (await get(path)).text(), '{"title":"after"}');
});

test('what the hub no longer has is not brought back', async () => {
  const path = `/v1/products/${newId()}`;
  await keepAndAge(path, '{"title":"before"}');
  answering = response => response.writeHead(404, { 'content-type': 'application/problem+json' }).end('{"code":"not_found"}');
  assert.equal((await get(path)).status, 404);
  answering = response => response.socket.destroy();
  for (let tries = 0; tries < 50 && (await get(path)).status === 200; tries++) await new Promise(resolve => setTimeout(resolve, 20));
  assert.equal((await get(path)).status, 503);
});

test('a hub that is down with nothing kept is a problem that can be tried again', async () => {
  answering = () => new Promise(() => {});
  const answer = await get(`/v1/products/${newId()}`);
  assert.deepEqual([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after'), (await answer.json()).code], [503, 'application/problem+json', '2', 'service_unavailable']);
});

test('everything else passes through as it is', async () => {
  answering = response => response.writeHead(201, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'], location: '/v1/carts/cart_1', etag: '"v1"' }).end('{"id":"cart_1"}');
  const answer = await get('/v1/carts?x=%2F', { method: 'POST', body: '{"lines":[]}', headers: { 'content-type': 'application/json', 'idempotency-key': 'k1' } });
  assert.deepEqual([answer.status, await answer.text(), answer.headers.getSetCookie(), answer.headers.get('location')], [201, '{"id":"cart_1"}', ['a=1', 'b=2'], '/v1/carts/cart_1']);
  const [{ method, url, body, headers }] = asked;
  assert.deepEqual([method, url, body, headers['idempotency-key'], headers['hub-key']], ['POST', '/v1/carts?x=%2F', '{"lines":[]}', 'k1', 'pk_demo']);
});

test('redirects are for the browser to follow', async () => {
  answering = response => response.writeHead(302, { location: 'https://elsewhere.example/' }).end();
  assert.deepEqual([(await get('/go')).status, asked.length], [302, 1]);
});

test('lists, other methods, drafts and strange paths are never answered from values', async () => {
  await values.put('product:US:tent', '{"from":"edge"}');
  await values.put('page:US:/tent', '{"from":"edge"}');
  const requests = [['/v1/products?market=US'], ['/v1/products/tent', { method: 'DELETE' }], ['/v1/products/tent/'], ['/v1/products/tent%2F..'], ['/v1/pages/tent?preview=true'], ['/admin/products/tent']];
  for (const [path, init] of requests) assert.equal((await (await get(path, init)).text()), json, path);
  assert.equal(asked.length, requests.length);
});

test('a stream goes on for as long as it lasts', async () => {
  answering = async response => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of ['one', 'two']) {
      response.write(`data: ${part}\n\n`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    response.end();
  };
  const answer = await get('/v1/checkouts/chk_1/events');
  assert.equal(await answer.text(), 'data: one\n\ndata: two\n\n');
});
