// Keeps the page on which one answers without a network: the network first, the kept copy when there is none.
"use strict";

const KEPT = "imppulse-offline";

async function fromNetworkOrKept(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    if (answer.ok) await kept.put(request, answer.clone());
    return answer;
  } catch (error) {
    const copy = await kept.match(request, { ignoreVary: true });
    if (copy) return copy;
    throw error;
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  const isKept = pathname.endsWith("/offline/") || pathname.includes("/static/studies/");
  if (event.request.method === "GET" && isKept) event.respondWith(fromNetworkOrKept(event.request));
});
