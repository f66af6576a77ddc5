/* The photo that another app has shared to this one: the service worker has left it in a cache. */

const SHARED = "shared"; // as in worker/sw.js

/** Resolves with the photo as a File, once; with null if there is none. */
export async function sharedPhoto() {
  if (!window.caches || !(await has())) return null;
  const shared = await caches.open(SHARED);
  const response = await shared.match("/share");
  await caches.delete(SHARED);
  if (!response) return null;
  const blob = await response.blob();
  return new File([blob], decodeURIComponent(response.headers.get("X-Name")), { type: blob.type });
}

async function has() {
  try {
    return await caches.has(SHARED);
  } catch (error) {
    if (error instanceof DOMException) return false; // storage is blocked
    throw error;
  }
}
