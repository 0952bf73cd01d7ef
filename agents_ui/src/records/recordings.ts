import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { recordings, type RecordingsOf } from "@/api/recordings";
import { keys } from "./keys";

/** What was recorded of a call or of a ticket's calls; facts only. */
export function useRecordings(of: MaybeRefOrGetter<RecordingsOf>) {
  return useQuery({
    queryKey: computed(() => keys.recordings(toValue(of))),
    queryFn: ({ signal }) => recordings.list(toValue(of), signal),
  });
}
