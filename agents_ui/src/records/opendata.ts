import { useQuery } from "@tanstack/vue-query";
import { apiKeys } from "@/api/opendata";

export function useApiKeys() {
  return useQuery({
    queryKey: ["open-data", "keys"],
    queryFn: ({ signal }) => apiKeys.list(signal),
    staleTime: 0,
  });
}
