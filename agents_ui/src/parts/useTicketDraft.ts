import { computed, nextTick, reactive, ref, toValue, watch, type MaybeRefOrGetter } from "vue";
import { DISTRICTS, type TicketIn, type TicketKind, type Urgency } from "@/api/types";
import { useText } from "@/i18n";
import { fieldProblems } from "@/records/actions";
import { useDrafts } from "@/records/drafts";

/** What is known before the agent writes a word. */
export interface TicketSeed {
  kind?: TicketKind;
  title?: string;
  description?: string;
  district?: string | null;
  entryId?: string | null;
  entryName?: string | null;
  callId?: string | null;
}

export interface TicketDraft {
  kind: TicketKind;
  title: string;
  description: string;
  district: string;
  address: string;
  caller_number: string;
  subject_code: string;
  urgency: Urgency;
  confidential: boolean;
  anonymous: boolean;
}

/** The form of a new ticket, kept on this device until it is sent or cleared. */
export function useTicketDraft(seed: MaybeRefOrGetter<TicketSeed>) {
  const text = useText();
  const drafts = useDrafts();
  const given = toValue(seed);
  const place = `ticket:${given.callId ?? ""}:${given.entryId ?? ""}`;
  const draft = reactive<TicketDraft>({ ...fromSeed(given), ...kept(drafts.drafts[place]) });
  const refusals = ref<Record<string, string>>({});
  const missing = ref<Record<string, string>>({});
  const problems = computed<Record<string, string | undefined>>(() => ({
    ...refusals.value,
    ...missing.value,
  }));

  watch(draft, (now) => drafts.put(place, JSON.stringify(now)));

  function check(): boolean {
    const { missingTitle, missingDescription } = text.value.tickets.form;
    missing.value = {
      ...(draft.title.trim() ? {} : { title: missingTitle }),
      ...(draft.description.trim() ? {} : { description: missingDescription }),
    };
    refusals.value = {};
    return Object.keys(missing.value).length === 0;
  }

  function refused(error: unknown): void {
    refusals.value = fieldProblems(error);
  }

  function discard(): void {
    Object.assign(draft, fromSeed(given));
    void nextTick(() => drafts.put(place, ""));
  }

  return { draft, problems, check, refused, discard, body: () => asTicket(draft, given) };
}

function fromSeed(seed: TicketSeed): TicketDraft {
  const district = (DISTRICTS as readonly string[]).includes(seed.district ?? "")
    ? seed.district
    : "";
  return {
    kind: seed.kind ?? "help",
    title: seed.title ?? "",
    description: seed.description ?? "",
    district: district ?? "",
    address: "",
    caller_number: "",
    subject_code: "",
    urgency: "normal",
    confidential: false,
    anonymous: false,
  };
}

function kept(stored: string | undefined): Partial<TicketDraft> {
  try {
    return JSON.parse(stored ?? "{}") as Partial<TicketDraft>;
  } catch {
    return {};
  }
}

function asTicket(draft: TicketDraft, seed: TicketSeed): TicketIn {
  return {
    kind: draft.kind,
    title: draft.title.trim(),
    description: draft.description.trim(),
    district: draft.district || null,
    address: draft.address.trim() || null,
    caller_number: draft.caller_number.trim() || null,
    entry_id: seed.entryId ?? null,
    call_id: seed.callId ?? null,
    subject_code: draft.subject_code || null,
    urgency: draft.urgency,
    confidential: draft.confidential,
    anonymous: draft.anonymous,
  };
}
