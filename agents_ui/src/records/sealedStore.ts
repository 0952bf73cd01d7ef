/**
 * What outlives a reload and is nobody else's business: sealed in the tab's store with a key that the
 * browser does not hand out. Where the browser cannot seal (no https), nothing is kept there.
 */
const BASE = "hotline";
const KEYS = "keys";
const OWN = "drafts";
const NONCE_BYTES = 12;

export async function recall(name: string): Promise<Record<string, string>> {
  try {
    const kept = sessionStorage.getItem(name);
    const key = kept ? await keyOf(false) : null;
    if (!kept || !key) return {};
    const bytes = Uint8Array.from(atob(kept), (one) => one.charCodeAt(0));
    const iv = bytes.slice(0, NONCE_BYTES);
    const opened = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv },
      key,
      bytes.slice(NONCE_BYTES),
    );
    return JSON.parse(new TextDecoder().decode(opened)) as Record<string, string>;
  } catch {
    return {};
  }
}

let writing: Promise<void> = Promise.resolve();

/** One after the other, so that the newest is kept last. */
export function keep(name: string, content: Readonly<Record<string, string>>): Promise<void> {
  const text = JSON.stringify(content);
  writing = writing
    .then(() => write(name, text))
    .catch(() => {
      // A full store, or none: what was written lives on in memory.
    });
  return writing;
}

export async function forget(name: string): Promise<void> {
  await writing;
  sessionStorage.removeItem(name);
  if ("indexedDB" in globalThis) indexedDB.deleteDatabase(BASE);
}

async function write(name: string, text: string): Promise<void> {
  if (text === "{}") {
    sessionStorage.removeItem(name);
    return;
  }
  const key = await keyOf(true);
  if (!key) return;
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const bytes = new TextEncoder().encode(text);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes);
  const all = [...iv, ...new Uint8Array(sealed)];
  sessionStorage.setItem(name, btoa(all.map((one) => String.fromCharCode(one)).join("")));
}

/** The key cannot be read by any script, only used; it goes with the sign-out. */
async function keyOf(isNew: boolean): Promise<CryptoKey | null> {
  if (!globalThis.isSecureContext || !("indexedDB" in globalThis)) return null;
  const base = await opened();
  try {
    const known = await asked<CryptoKey | undefined>(store(base, "readonly").get(OWN));
    if (known || !isNew) return known ?? null;
    const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt",
    ]);
    await asked(store(base, "readwrite").put(made, OWN));
    return made;
  } finally {
    base.close();
  }
}

function opened(): Promise<IDBDatabase> {
  const opening = indexedDB.open(BASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(KEYS);
  return asked(opening);
}

function store(base: IDBDatabase, mode: IDBTransactionMode): IDBObjectStore {
  return base.transaction(KEYS, mode).objectStore(KEYS);
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no store"));
  });
}
