// Keeps the page working without a network after one visit. Filled in by the build: its id and its files.
// A new build waits until the user asks for it; files of different builds have different names, so they never mix.
const BUILD = "";
const FILES = [];

const PREFIX = `mllc ${new URL("./", self.location).pathname} `;
const CURRENT = PREFIX + BUILD;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CURRENT).then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache" })))));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    // The newest other build stays: a tab that still runs it may need its worker again.
    const older = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CURRENT);
    await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const home = new URL("./", self.location);
  if (event.request.method !== "GET" || url.origin !== home.origin || !url.pathname.startsWith(home.pathname)) return;
  const name = url.pathname.slice(home.pathname.length) || "index.html";
  event.respondWith((async () => {
    const current = await caches.open(CURRENT);
    const kept = await current.match(new URL(name, home));
    if (kept) return kept;
    for (const key of await caches.keys()) {
      if (!key.startsWith(PREFIX)) continue;
      const older = await (await caches.open(key)).match(new URL(name, home));
      if (older) return older;
    }
    return fetch(event.request);
  })());
});
