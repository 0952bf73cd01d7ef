import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { canned, type CannedText } from "@/api/canned";
import { usePreferences } from "@/preferences";
import { keys } from "./keys";

/** Told by an event when they change. */
export function useCannedTexts() {
  return useQuery({
    queryKey: keys.canned,
    queryFn: ({ signal }) => canned.list(signal),
    staleTime: 300_000,
  });
}

export function useCannedLabel() {
  const preferences = usePreferences();
  return computed(
    () => (one: CannedText) => (preferences.locale === "en" ? one.label_en : one.label_zh),
  );
}
