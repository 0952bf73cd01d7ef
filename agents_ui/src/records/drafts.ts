import { defineStore } from "pinia";
import { reactive, watch } from "vue";
import { forget, keep, recall } from "./sealedStore";

const KEY = "hotline.drafts";
const KEPT = 40;
let recalled: Record<string, string> = {};

/** Before anything is shown: what this tab had not sent when it was closed or reloaded. */
export async function recallDrafts(): Promise<void> {
  recalled = await recall(KEY);
}

/** Words not yet sent, by the place they are for: they outlive a crash and a lost connection. */
export const useDrafts = defineStore("drafts", () => {
  const drafts = reactive<Record<string, string>>({ ...recalled });

  watch(drafts, (now) => void keep(KEY, now));

  function put(place: string, text: string): void {
    delete drafts[place];
    if (text) drafts[place] = text;
    const places = Object.keys(drafts);
    for (const old of places.slice(0, Math.max(0, places.length - KEPT))) delete drafts[old];
  }

  function clear(): void {
    for (const place of Object.keys(drafts)) delete drafts[place];
    void forget(KEY);
  }

  return { drafts, put, clear };
});
