import { useQuery } from "@tanstack/vue-query";
import type { Alarm } from "@/api/types";
import { keys } from "./keys";

/** The alarms that this console was told of, newest first. */
export function useAlarmLog() {
  return useQuery<Alarm[]>({
    queryKey: keys.alarms,
    queryFn: () => [],
    enabled: false,
    initialData: [],
  });
}
