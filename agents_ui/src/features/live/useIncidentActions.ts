import { useQueryClient } from "@tanstack/vue-query";
import { incidents } from "@/api/phone";
import type { Incident, IncidentConfirm, IncidentPatch } from "@/api/types";
import { useText } from "@/i18n";
import { useAction } from "@/records/actions";
import { createCache } from "@/records/cache";
import { keys } from "@/records/keys";
import { toast } from "@/ui/toasts";

export function useIncidentActions(finished: () => void) {
  const text = useText();
  const client = useQueryClient();
  const cache = createCache(client);
  type Said = "confirmed" | "changed" | "dismissed" | "closed";

  const done = (said: Said) => (incident: Incident) => {
    cache.putIncident(incident);
    toast("success", text.value.live.incidents[said]);
    finished();
  };
  const failed = () => void client.invalidateQueries({ queryKey: keys.incidents });

  return {
    confirm: useAction<{ id: string; body: IncidentConfirm }, Incident>({
      run: ({ id, body }) => incidents.confirm(id, body),
      done: done("confirmed"),
      failed,
      showsInvalid: true,
    }),
    amend: useAction<{ id: string; body: IncidentPatch }, Incident>({
      run: ({ id, body }) => incidents.amend(id, body),
      done: done("changed"),
      failed,
      showsInvalid: true,
    }),
    dismiss: useAction<Incident, Incident>({
      run: ({ id, version }) => incidents.dismiss(id, version),
      done: done("dismissed"),
      failed,
    }),
    close: useAction<{ incident: Incident; message: string }, Incident>({
      run: ({ incident, message }) => incidents.close(incident.id, message, incident.version),
      done: done("closed"),
      failed,
      showsInvalid: true,
    }),
  };
}
