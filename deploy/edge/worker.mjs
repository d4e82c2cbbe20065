// Answers reads of products and pages near shoppers, and passes everything else on to the hub.
//
// Bound to it: KV (values that the hub writes), HUB (its address), MARKET (the default market), KEYS (SHA-256 of the publishable
// keys, comma separated). Optional: HUB_TIMEOUT_MS, FRESH_SECONDS, STALE_SECONDS.

const KV_TIMEOUT_MS = 500;
const PASS_TIMEOUT_MS = 30_000;
const MAX_KEPT_BYTES = 1 << 20;

export default {
  async fetch(request, env, context) {
    const read = readOf(request, env);
    const keyHash = read && (await publicKey(request, env));
    if (!keyHash) return passOn(request, env);

    const value = await written(read, env);
    if (value !== null) return answer(request, value, { ...tagsOf(value), 'hub-edge': 'hit' });
    return fromHub(request, read, keyHash, env, context);
  },
};

/** What is read, when it is a product or a page; null for everything else. */
function readOf(request, env) {
  if (request.method !== 'GET' && request.method !== 'HEAD') return null;
  const url = new URL(request.url);
  const found = /^\/v1\/(?:products\/([A-Za-z0-9_-]{1,128})|pages(\/?|(?:\/[A-Za-z0-9._~%-]+)+))$/.exec(url.pathname);
  if (!found || url.pathname.length > 300) return null;

  // As the hub reads it: names of parameters in any case, the parameter before the header, nothing meaning the default.
  const asked = [...url.searchParams].filter(([name]) => name.toLowerCase() === 'market').map(([, value]) => value);
  const market = (asked.length ? asked.join(',') : request.headers.get('hub-market') ?? '') || env.MARKET;
  if (!/^[A-Z0-9-]{2,12}$/.test(market ?? '')) return null;

  const others = [...url.searchParams].filter(([name]) => name.toLowerCase() !== 'market').sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  if (others.some(([name]) => name.toLowerCase() === 'preview')) return null;
  return {
    market,
    path: url.pathname,
    query: new URLSearchParams(others).toString(),
    // What the hub writes knows no parameters.
    key: others.length ? null : found[1] ? `product:${market}:${found[1]}` : `page:${market}:${found[2] || '/'}`,
  };
}

/** The hash of the publishable key that asks; null when it is unknown, or when somebody in particular asks. */
async function publicKey(request, env) {
  const headers = request.headers;
  const key = headers.get('hub-key');
  if (!key || headers.has('authorization') || headers.has('cookie') || headers.has('hub-cart-token')) return null;
  const hash = await sha256(key);
  return (env.KEYS ?? '').split(',').includes(hash) ? hash : null;
}

/** The value that the hub wrote, when there is one and it is whole. */
async function written(read, env) {
  if (!read.key) return null;
  const value = await within(KV_TIMEOUT_MS, env.KV.get(read.key)).catch(() => null);
  return value !== null && parsed(value) ? value : null;
}

/** The answer kept here while it is fresh; else the hub's; else the one kept here, and it says so. */
async function fromHub(request, read, keyHash, env, context) {
  const cache = caches.default;
  const name = new Request(`https://kept.invalid${read.path}?${read.query}&market=${read.market}&key=${keyHash}`);
  const kept = await within(KV_TIMEOUT_MS, cache.match(name)).catch(() => undefined);
  const age = kept ? Math.max(0, Math.floor((Date.now() - Number(kept.headers.get('hub-edge-at'))) / 1000)) : 0;
  if (kept && age < Number(env.FRESH_SECONDS ?? 30)) return replay(request, kept, age, 'kept');

  try {
    const fresh = await ask(request, env);
    if (kept && (fresh.status >= 500 || fresh.status === 429)) return replay(request, kept, age, 'stale');
    if (fresh.status === 404 && kept) context.waitUntil(cache.delete(name));
    if (fresh.status !== 200) return marked(fresh, 'miss');
    const text = await within(hubTimeout(env), fresh.text());
    if (!mayKeep(fresh, text)) return marked(new Response(text, fresh), 'miss');
    context.waitUntil(cache.put(name, copyOf(fresh, text, env)));
    return answer(request, text, { ...plain(fresh.headers), 'hub-edge': 'miss' });
  } catch {
    return kept ? replay(request, kept, age, 'stale') : unreachable();
  }
}

/** Asks for the whole answer: conditions and ranges are judged here, so that there is something to keep. */
async function ask(request, env) {
  const headers = new Headers(request.headers);
  for (const name of ['if-none-match', 'if-modified-since', 'if-match', 'range', 'if-range']) headers.delete(name);
  return send(new Request(atHub(request, env), { method: 'GET', headers, redirect: 'manual' }), hubTimeout(env));
}

async function passOn(request, env) {
  try {
    const answer = await send(new Request(atHub(request, env), new Request(request, { redirect: 'manual' })), PASS_TIMEOUT_MS);
    return marked(answer, 'pass');
  } catch {
    return unreachable();
  }
}

/** The time is for the head of the answer; a body may be a stream that lasts. */
async function send(request, milliseconds) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), milliseconds);
  try {
    return await fetch(request, { signal: control.signal });
  } finally {
    clearTimeout(timer);
  }
}

function atHub(request, env) {
  const url = new URL(request.url);
  return env.HUB.replace(/\/+$/, '') + url.pathname + url.search;
}

/** Only what is for everybody is kept: no cookies, nothing private, nothing that depends on other headers. */
function mayKeep(response, text) {
  const control = response.headers.get('cache-control') ?? '';
  const vary = (response.headers.get('vary') ?? '').split(',').map(name => name.trim().toLowerCase()).filter(Boolean);
  return !response.headers.has('set-cookie') && !/private|no-store/i.test(control)
    && vary.every(name => ['hub-key', 'hub-market', 'accept-encoding'].includes(name))
    && text.length <= MAX_KEPT_BYTES && parsed(text) !== null;
}

function copyOf(response, text, env) {
  const headers = plain(response.headers);
  headers['cache-control'] = `max-age=${Number(env.STALE_SECONDS ?? 86_400)}`;
  headers['hub-edge-at'] = String(Date.now());
  if (response.headers.has('cache-control')) headers['hub-edge-control'] = response.headers.get('cache-control');
  return new Response(text, { headers });
}

async function replay(request, kept, age, state) {
  const headers = { ...plain(kept.headers), age: String(age), 'hub-edge': state };
  const control = kept.headers.get('hub-edge-control');
  for (const name of ['cache-control', 'hub-edge-at', 'hub-edge-control']) delete headers[name];
  if (control) headers['cache-control'] = control;
  if (state === 'stale') headers.warning = '110 - "Response is Stale"';
  return answer(request, await kept.text(), headers);
}

/** What describes an answer; what belongs to its journey, or to one request, stays behind. */
function plain(headers) {
  const kept = {};
  for (const name of ['content-type', 'etag', 'cache-tag', 'cache-control', 'vary', 'hub-edge-at', 'hub-edge-control']) if (headers.has(name)) kept[name] = headers.get(name);
  return kept;
}

/** A whole answer, or 304 when the caller has it already. The tag is made as the hub makes it. */
async function answer(request, text, extra) {
  const headers = new Headers({ 'content-type': 'application/json; charset=utf-8', etag: `"${(await sha256(text)).slice(0, 24)}"`, ...extra });
  const known = (request.headers.get('if-none-match') ?? '').split(',').map(tag => tag.trim().replace(/^W\//, ''));
  if (known.includes('*') || known.includes(headers.get('etag'))) return new Response(null, { status: 304, headers });
  return new Response(request.method === 'HEAD' ? null : text, { headers });
}

function tagsOf(value) {
  const product = parsed(value);
  const tags = product.slug && product.id ? [`product:${product.id}`, ...(product.categories ?? []).map(category => `category:${category.slug}`)] : [];
  return tags.length ? { 'cache-tag': tags.join(',') } : {};
}

function marked(response, state) {
  const copy = new Response(response.body, response);
  copy.headers.set('hub-edge', state);
  return copy;
}

function unreachable() {
  const problem = { type: 'about:blank', title: 'Service Unavailable', status: 503, code: 'service_unavailable', detail: 'The shop cannot be reached at the moment.' };
  return new Response(JSON.stringify(problem), { status: 503, headers: { 'content-type': 'application/problem+json', 'retry-after': '2', 'hub-edge': 'unreachable' } });
}

function parsed(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

function hubTimeout(env) {
  return Number(env.HUB_TIMEOUT_MS ?? 3_000);
}

async function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('too late')), milliseconds); });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function sha256(text) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map(byte => byte.toString(16).padStart(2, '0')).join('');
}
