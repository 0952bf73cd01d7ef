import { useMutation, useQueryClient } from "@tanstack/vue-query";
import { createAttempts } from "@/api/attempts";
import { HotlineError, isCode } from "@/api/errors";
import { sessions, tickets } from "@/api/hotline";
import { care } from "@/api/ticketDesk";
import type {
  Me,
  Move,
  MoveIn,
  Presence,
  PresenceState,
  Ticket,
  TicketIn,
  TicketPatch,
  TimelineItem,
} from "@/api/types";
import { useErrorText } from "@/i18n/errorText";
import { toast } from "@/ui/toasts";
import { putTicket, refresher } from "./cache";
import { keys } from "./keys";

interface Action<Input, Output> {
  run: (input: Input) => Promise<Output>;
  done?: (output: Output, input: Input) => void;
  failed?: (error: unknown, input: Input) => void;
  /** The form itself shows what is wrong with its fields. */
  showsInvalid?: boolean;
}

/** A change: pending while it runs, `done` when it worked, said by its code when it was refused. */
export function useAction<Input, Output>(action: Action<Input, Output>) {
  const errorText = useErrorText();
  return useMutation({
    mutationFn: action.run,
    onSuccess: (output: Output, input: Input) => action.done?.(output, input),
    onError: (error: unknown, input: Input) => {
      action.failed?.(error, input);
      if (!(action.showsInvalid && isCode(error, "invalid_input")))
        toast("danger", errorText(error));
    },
  });
}

interface MoveInput {
  ticket: Ticket;
  move: Move;
  fields: Partial<MoveIn>;
}

export function useMoveTicket(done: (ticket: Ticket) => void) {
  const fold = useTicketFold();
  const attempts = createAttempts();
  return useAction<MoveInput, Ticket>({
    run({ ticket, move, fields }) {
      const body = { ...fields, move, version: ticket.version };
      return tickets.move(ticket.id, body, attempts.keyFor([ticket.id, body]));
    },
    done(ticket) {
      attempts.settled();
      fold.put(ticket, "changed");
      done(ticket);
    },
    failed: (_, { ticket }) => fold.again(ticket.id),
    showsInvalid: true,
  });
}

export function useAmendTicket(done: (ticket: Ticket) => void) {
  const fold = useTicketFold();
  return useAction<{ id: string; patch: TicketPatch }, Ticket>({
    run: ({ id, patch }) => tickets.amend(id, patch),
    done(ticket) {
      fold.put(ticket, "changed");
      done(ticket);
    },
    failed: (_, { id }) => fold.again(id),
    showsInvalid: true,
  });
}

export function useTakeTicket(done: (ticket: Ticket) => void) {
  const fold = useTicketFold();
  return useAction<Ticket, Ticket>({
    run: ({ id, version }) => tickets.take(id, version),
    done(ticket) {
      fold.put(ticket, "changed");
      done(ticket);
    },
    failed: (_, { id }) => fold.again(id),
  });
}

export function useOpenTicket(done: (ticket: Ticket) => void) {
  const fold = useTicketFold();
  const attempts = createAttempts();
  return useAction<TicketIn, Ticket>({
    run: (body) => tickets.open(body, attempts.keyFor(body)),
    done(ticket) {
      attempts.settled();
      fold.put(ticket, "opened");
      done(ticket);
    },
    showsInvalid: true,
  });
}

export function useComment(ticketId: () => string, done: () => void) {
  const client = useQueryClient();
  const attempts = createAttempts();
  return useAction<{ text: string; mentions: string[] }, TimelineItem>({
    run: (body) => care.comment(ticketId(), body, attempts.keyFor([ticketId(), body])),
    done(item) {
      attempts.settled();
      const key = keys.timeline(ticketId());
      client.setQueryData<{ items: TimelineItem[] }>(key, (timeline) =>
        timeline && !timeline.items.some((one) => one.id === item.id)
          ? { items: [...timeline.items, item] }
          : timeline,
      );
      done();
    },
  });
}

export function usePresenceChange(done: () => void) {
  const client = useQueryClient();
  return useAction<{ state: PresenceState; reason: string | null }, Presence>({
    run: ({ state, reason }) => sessions.setPresence(state, reason),
    done(presence) {
      client.setQueryData<Me>(keys.me, (me) => me && { ...me, presence });
      void client.invalidateQueries({ queryKey: keys.seat });
      done();
    },
  });
}

/** Messages for a form's fields from a refusal of what was in them. */
export function fieldProblems(error: unknown): Record<string, string> {
  if (!(error instanceof HotlineError)) return {};
  return Object.fromEntries(error.fields.map(({ field, message }) => [field, message]));
}

/** Our own changes are folded in like events: the event that follows changes nothing more. */
export function useTicketFold() {
  const client = useQueryClient();
  const refresh = refresher(client);
  return {
    put: (ticket: Ticket, change: "opened" | "changed") =>
      putTicket(client, refresh, ticket, change),
    again: (id: string) => void client.invalidateQueries({ queryKey: keys.ticket(id) }),
  };
}
