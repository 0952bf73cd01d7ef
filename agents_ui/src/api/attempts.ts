/** Remembers under which key something was sent, so that sending it again is the same request. */
export interface Attempts {
  keyFor(sent: unknown): string;
  /** It arrived: the same words after this are meant anew. */
  settled(): void;
}

export function createAttempts(): Attempts {
  let last: { sent: string; key: string } | null = null;
  return {
    keyFor(sent) {
      const words = JSON.stringify(sent);
      if (last?.sent !== words) last = { sent: words, key: randomKey() };
      return last.key;
    },
    settled() {
      last = null;
    },
  };
}

/** crypto.randomUUID is missing where the page does not come over https. */
function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}
