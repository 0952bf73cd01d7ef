// Pages that anybody may read stay readable without a network; nothing about one reader is kept.
const KEPT = "pages-1";
const MOST = 60;
const OFFLINE = "/offline";
const FOREIGN = /^\/(api|console|phone|carrier|telephony|open311|hsds|v|track|report|search)(\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll([OFFLINE, "/numbers"])));
  self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)))),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || FOREIGN.test(url.pathname)) return;
  if (url.pathname.startsWith("/portal/static/")) event.respondWith(lasting(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
});

async function lasting(request) {
  const held = await caches.match(request);
  if (held) return held;
  const answer = await fetch(request);
  if (answer.ok) await keep(request, answer.clone());
  return answer;
}

async function page(request) {
  try {
    const answer = await fetch(request);
    const isPublic = /public/.test(answer.headers.get("Cache-Control") ?? "");
    if (answer.ok && isPublic && !answer.redirected) await keep(request, answer.clone());
    return answer;
  } catch {
    return (await caches.match(request)) ?? (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function keep(request, answer) {
  const cache = await caches.open(KEPT);
  await cache.put(request, answer);
  const held = await cache.keys();
  const old = held.filter((one) => !one.url.endsWith(OFFLINE)).slice(0, Math.max(0, held.length - MOST));
  await Promise.all(old.map((one) => cache.delete(one)));
}
