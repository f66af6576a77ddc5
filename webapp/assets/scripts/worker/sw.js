/* The service worker: keeps what the pages are made of, so that they open without a network, and takes the photos that
   other apps share. Photos and paintings go past it. The address that it is registered with names the assets' version. */

const SHELL = `shell-${new URL(location).search.slice(1)}`;
const SHARED = "shared"; // has the photo of another app until the page takes it
const UNCHANGING = /^\/(assets|_dash-component-suites)\//; // their addresses name their versions
const OF_PAGES = /^\/(en|zh)?\/?(architecture)?$|^\/_dash-(layout|dependencies|update-component)$/;

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(begin()));
addEventListener("message", ({ data }) => keepAll(data));

addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (pathname === "/share" && event.request.method === "POST") event.respondWith(takeShared(event.request));
  else if (UNCHANGING.test(pathname)) event.respondWith(keptFirst(event.request));
  else if (OF_PAGES.test(pathname)) event.respondWith(networkFirst(event.request));
});

async function begin() {
  for (const name of await caches.keys()) if (name !== SHELL && name !== SHARED) await caches.delete(name);
  await clients.claim();
}

/* Keeps what a page had loaded before there was a service worker; it comes from the browser's own cache. */
async function keepAll(addresses) {
  const shell = await caches.open(SHELL);
  const own = addresses.filter((address) => UNCHANGING.test(new URL(address).pathname));
  await Promise.allSettled(own.map(async (address) => (await shell.match(address)) ?? shell.add(address)));
}

async function keptFirst(request) {
  const shell = await caches.open(SHELL);
  return (await shell.match(request)) ?? keep(shell, request, await fetch(request));
}

async function networkFirst(request) {
  const shell = await caches.open(SHELL);
  const key = await keyOf(request);
  try {
    return await keep(shell, key, await fetch(request));
  } catch (error) {
    const kept = await shell.match(key);
    if (!kept) throw error;
    return kept;
  }
}

async function keep(shell, key, response) {
  if (response.ok) await shell.put(key, response.clone());
  return response;
}

/* A cache has no place for POST requests, which is how Dash asks for a page: their bodies go into an address. */
async function keyOf(request) {
  if (request.method === "GET") return request.url;
  return `${request.url}?${encodeURIComponent(await request.clone().text())}`;
}

async function takeShared(request) {
  const photo = (await request.formData()).get("photo");
  if (photo instanceof File) {
    const headers = { "Content-Type": photo.type, "X-Name": encodeURIComponent(photo.name) };
    await (await caches.open(SHARED)).put("/share", new Response(photo, { headers }));
  }
  return Response.redirect("/", 303);
}
