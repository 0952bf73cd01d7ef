import { defineStore } from "pinia";
import { reactive, watch } from "vue";

const KEY = "hotline.drafts";
const KEPT = 40;

/** Words not yet sent, by the place they are for: they outlive a crash and a lost connection. */
export const useDrafts = defineStore("drafts", () => {
  const drafts = reactive<Record<string, string>>(read());

  watch(drafts, (now) => {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(now));
    } catch {
      // A full store: the draft lives on in memory.
    }
  });

  function put(place: string, text: string): void {
    delete drafts[place];
    if (text) drafts[place] = text;
    const places = Object.keys(drafts);
    for (const old of places.slice(0, Math.max(0, places.length - KEPT))) delete drafts[old];
  }

  function clear(): void {
    for (const place of Object.keys(drafts)) delete drafts[place];
  }

  return { drafts, put, clear };
});

function read(): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Record<string, string>;
  } catch {
    return {};
  }
}
