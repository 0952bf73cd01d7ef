import { computed } from "vue";
import type { Call, Offer } from "@/api/types";
import { useHallRefresh, useOffer, useSeat } from "@/records/hall";
import { useCall, useLiveCalls, useMe } from "@/records/queries";
import { callerOf, isInternal, partyOf, stageOf, thirdParties } from "./stage";

/** The call at this agent's seat, as the service has it: the same after a reload. */
export function useCallInHand() {
  const { data: me } = useMe();
  const takesCalls = computed(() => me.value?.scopes.includes("calls:handle") ?? false);
  const { data: seat } = useSeat(takesCalls);
  const offered = useOffer(takesCalls);
  const live = useLiveCalls();
  const accountId = computed(() => me.value?.account_id ?? "");
  /** A supervisor who took a call over talks, though the seat was never offered it. */
  const taken = computed(() =>
    live.data.value?.items.find(
      (one) =>
        one.agent_id === accountId.value && partyOf(one, accountId.value)?.state === "joined",
    ),
  );
  const callId = computed(() => seat.value?.call_id ?? taken.value?.id ?? null);
  const shown = useCall(callId);
  const call = computed<Call | null>(() => (callId.value ? (shown.data.value ?? null) : null));
  const stage = computed(() =>
    !seat.value?.call_id && taken.value ? "talking" : stageOf(seat.value),
  );
  const offer = computed<Offer | null>(() =>
    offered.data.value?.call.id === callId.value ? (offered.data.value ?? null) : null,
  );
  const own = computed(() => partyOf(call.value, accountId.value));
  const others = computed(() => thirdParties(call.value, accountId.value));
  const refetch = useHallRefresh();
  return {
    refresh: () => refetch(callId.value ?? undefined),
    me,
    seat,
    stage,
    call,
    offer,
    own,
    others,
    callId,
    takesCalls,
    isInternal: computed(() => isInternal(call.value, accountId.value)),
    isHeld: computed(() => callerOf(call.value)?.is_held ?? false),
  };
}
