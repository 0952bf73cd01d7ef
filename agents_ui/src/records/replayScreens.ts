import { useAccounts } from "./accounts";
import { useCannedTexts } from "./canned";
import { useLiveOrders, useOrder, useSettlements } from "./dispatch";
import {
  OPEN_STATES,
  useAnnouncements,
  useCorrections,
  useCoverage,
  useDraft,
  useDrafts,
} from "./editing";
import { useAgents, useIncidents, useOffer, useQueues, useSeat } from "./hall";
import { useLetters, useTexts } from "./office";
import { useMatter, useMatters } from "./proxy";
import {
  useCall,
  useEntry,
  useEntryList,
  useLatestTickets,
  useLiveCalls,
  useMe,
  useTicket,
  useTicketList,
  useTimeline,
} from "./queries";
import { useRecordings } from "./recordings";
import { useCounts, useInbox, useSentMessages } from "./ticketDesk";

type Hold = (id: string) => unknown;

/** Which query of the console asks for what: the first that fits. */
const HOLDERS: readonly (readonly [RegExp, Hold])[] = [
  [/^\/me$/, () => useMe()],
  [/^\/me\/seat$/, () => useSeat(true)],
  [/^\/me\/offers$/, () => useOffer(true)],
  [/^\/agents$/, () => useAgents()],
  [/^\/queues$/, () => useQueues()],
  [/^\/incidents\?/, () => useIncidents()],
  [/^\/calls\?status=live/, () => useLiveCalls()],
  [/^\/calls\/([^/]+)$/, (id) => useCall(id)],
  [/^\/calls\/([^/]+)\/recordings$/, (id) => useRecordings({ kind: "calls", id })],
  [/^\/tickets\?limit=30$/, () => useLatestTickets()],
  [/^\/tickets\?limit=50$/, () => useTicketList({})],
  [/^\/tickets\/counts$/, () => useCounts()],
  [/^\/tickets\/([^/]+)$/, (id) => useTicket(id)],
  [/^\/tickets\/([^/]+)\/timeline$/, (id) => useTimeline(id)],
  [/^\/tickets\/([^/]+)\/messages$/, (id) => useSentMessages(id)],
  [/^\/inbox$/, () => useInbox(true)],
  [/^\/work-orders\?state=/, () => useLiveOrders()],
  [/^\/work-orders\/([^/]+)$/, (id) => useOrder(id)],
  [/^\/settlements$/, () => useSettlements()],
  [/^\/proxy-matters$/, () => useMatters({})],
  [/^\/proxy-matters\/([^/]+)$/, (id) => useMatter(id)],
  [/^\/drafts\?/, () => useDrafts(OPEN_STATES)],
  [/^\/drafts\/([^/]+)$/, (id) => useDraft(id)],
  [/^\/corrections\?state=open$/, () => useCorrections("open")],
  [/^\/standings\/coverage$/, () => useCoverage()],
  [/^\/announcements\?span=current$/, () => useAnnouncements("current")],
  [/^\/canned-texts$/, () => useCannedTexts()],
  [/^\/entries\?limit=50$/, () => useEntryList({})],
  [/^\/entries\/([^/]+)$/, (id) => useEntry(id)],
  [/^\/texts$/, () => useTexts()],
  [/^\/message-texts$/, () => useLetters()],
  [/^\/accounts$/, () => useAccounts()],
];

/** The query that a screen with this request holds. */
export function holderOf(path: string): () => unknown {
  for (const [asked, hold] of HOLDERS) {
    const found = asked.exec(path);
    if (found) return () => hold(decodeURIComponent(found[1] ?? ""));
  }
  throw new Error(`no query asks for ${path}`);
}
