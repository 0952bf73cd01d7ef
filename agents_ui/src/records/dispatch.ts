import { useQuery, useQueryClient, type QueryClient } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";
import { createAttempts } from "@/api/attempts";
import {
  orders,
  settlement,
  vendors,
  vetting,
  type OrderMoveIn,
  type OrderState,
  type Vendor,
  type WorkOrder,
  type WorkOrderEvent,
} from "@/api/dispatch";
import { useAction } from "./actions";

export const dispatchKeys = {
  orders: ["orders"] as const,
  live: ["orders", "live"] as const,
  owing: ["orders", "owing"] as const,
  order: (id: string) => ["orders", "one", id] as const,
  workers: (id: string) => ["orders", "workers", id] as const,
  accounts: ["accounts"] as const,
  settlements: ["accounts", "settlements"] as const,
  statements: (id: string) => ["accounts", "statements", id] as const,
  fees: ["accounts", "fees"] as const,
  reconciliation: (id: string) => ["accounts", "reconciliation", id] as const,
  journal: (id: string) => ["accounts", "journal", id] as const,
  grades: ["accounts", "grades"] as const,
  standing: (id: string) => ["accounts", "standing", id] as const,
  appeals: ["accounts", "appeals"] as const,
  fairness: ["orders", "fairness"] as const,
  vendors: ["accounts", "vendors"] as const,
  file: (id: string) => ["accounts", "file", id] as const,
  services: ["accounts", "services"] as const,
  expiries: (days: number) => ["accounts", "expiries", days] as const,
  reviews: (open: boolean) => ["accounts", "reviews", open] as const,
};

export const ENDED: readonly OrderState[] = ["completed", "rated", "cancelled"];

/** Live orders, from the one that must be looked at first. */
export const LIVE: readonly OrderState[] = [
  "to_offer",
  "offered",
  "unplaced",
  "accepted",
  "on_the_way",
  "arrived",
  "quoted",
  "in_service",
  "to_accept",
  "to_pay",
  "rework",
  "disputed",
];

export function useLiveOrders() {
  return useQuery({
    queryKey: dispatchKeys.live,
    queryFn: async ({ signal }) => {
      const all: WorkOrder[] = [];
      let after: string | null = null;
      do {
        const page: { items: WorkOrder[]; next: string | null } = await orders.live(
          LIVE,
          after,
          signal,
        );
        all.push(...page.items);
        after = page.next;
      } while (after);
      return all;
    },
  });
}

/** Work that was reported by telephone and whose photo is still to come, ended orders too. */
export function useOwingOrders() {
  return useQuery({
    queryKey: dispatchKeys.owing,
    queryFn: async ({ signal }) => (await orders.owing(signal)).items,
    staleTime: 0,
  });
}

export function useOrder(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => dispatchKeys.order(toValue(id))),
    queryFn: ({ queryKey, signal }) => orders.one(queryKey[2], signal),
  });
}

/** Who of the order's vendor may go, and what keeps the others away. */
export function useOrderWorkers(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => dispatchKeys.workers(toValue(id))),
    queryFn: async ({ queryKey, signal }) => (await orders.workers(queryKey[2], signal)).items,
    staleTime: 0,
  });
}

export function useMoveOrder(done: (order: WorkOrder) => void) {
  const client = useQueryClient();
  const attempts = createAttempts();
  const again = () => void client.invalidateQueries({ queryKey: dispatchKeys.orders });
  return useAction<{ id: string; body: OrderMoveIn }, WorkOrder>({
    run: ({ id, body }) => orders.move(id, body, attempts.keyFor([id, body])),
    done(order) {
      attempts.settled();
      putOrder(client, order);
      again();
      done(order);
    },
    failed: again,
    showsInvalid: true,
  });
}

/** A change to an order beside its moves; the order is fetched anew. */
export function useOrderAction<Input>(run: (input: Input) => Promise<WorkOrder>) {
  const client = useQueryClient();
  const again = () => void client.invalidateQueries({ queryKey: dispatchKeys.orders });
  return useAction<Input, WorkOrder>({ run, done: again, failed: again });
}

/** An event or an answer, folded into the board; who may do what is fetched anew. */
export function putOrder(client: QueryClient, order: WorkOrder | WorkOrderEvent): void {
  client.setQueryData<WorkOrder[]>(dispatchKeys.live, (known) => known && foldOrder(known, order));
}

/** The newer version of an order wins; one that has ended leaves the board. */
export function foldOrder(
  known: readonly WorkOrder[],
  order: WorkOrder | WorkOrderEvent,
): WorkOrder[] {
  const old = known.find(({ id }) => id === order.id);
  if (old && old.version > order.version) return [...known];
  const others = known.filter(({ id }) => id !== order.id);
  if (ENDED.includes(order.state)) return others;
  const moves = "moves" in order ? order.moves : old?.state === order.state ? old.moves : [];
  return [{ ...order, moves }, ...others];
}

export function useSettlements() {
  return useQuery({
    queryKey: dispatchKeys.settlements,
    queryFn: ({ signal }) => settlement.list(signal),
  });
}

export function useStatements(id: MaybeRefOrGetter<string | null>) {
  return useQuery({
    queryKey: computed(() => dispatchKeys.statements(toValue(id) ?? "")),
    queryFn: async ({ queryKey, signal }) =>
      (await settlement.statements(queryKey[2], signal)).items,
    enabled: () => Boolean(toValue(id)),
  });
}

export function useFeeRules() {
  return useQuery({
    queryKey: dispatchKeys.fees,
    queryFn: ({ signal }) => settlement.fees(signal),
    staleTime: 0,
  });
}

export function useReconciliation(
  id: MaybeRefOrGetter<string | null>,
  may: MaybeRefOrGetter<boolean>,
) {
  return useQuery({
    queryKey: computed(() => dispatchKeys.reconciliation(toValue(id) ?? "")),
    queryFn: ({ queryKey, signal }) => settlement.reconciliation(queryKey[2], signal),
    enabled: () => Boolean(toValue(id)) && toValue(may),
    staleTime: 0,
  });
}

export function useVendors() {
  return useQuery({
    queryKey: dispatchKeys.vendors,
    queryFn: async ({ signal }) => {
      const all: Vendor[] = [];
      let after: string | null = null;
      do {
        const page: { items: Vendor[]; next: string | null } = await vetting.vendors(after, signal);
        all.push(...page.items);
        after = page.next;
      } while (after);
      return all;
    },
    staleTime: 0,
  });
}

export function useVendorFile(id: MaybeRefOrGetter<string>) {
  return useQuery({
    queryKey: computed(() => dispatchKeys.file(toValue(id))),
    queryFn: ({ queryKey, signal }) => vetting.file(queryKey[2], signal),
    staleTime: 0,
  });
}

/** What vendors may offer, and which papers that asks for. */
export function useVendorServices() {
  return useQuery({
    queryKey: dispatchKeys.services,
    queryFn: ({ signal }) => vetting.services(signal),
  });
}

export function useExpiries(days: MaybeRefOrGetter<number>) {
  return useQuery({
    queryKey: computed(() => dispatchKeys.expiries(toValue(days))),
    queryFn: async ({ queryKey, signal }) => (await vetting.expiries(queryKey[2], signal)).items,
    staleTime: 0,
  });
}

export function useReviews(open: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => dispatchKeys.reviews(toValue(open))),
    queryFn: async ({ queryKey, signal }) => (await vetting.reviews(queryKey[2], signal)).items,
    staleTime: 0,
  });
}

export function useGrades(may: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: dispatchKeys.grades,
    queryFn: ({ signal }) => vendors.grades(signal),
    enabled: () => toValue(may),
    staleTime: 0,
  });
}

export function useStanding(id: MaybeRefOrGetter<string>, may: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => dispatchKeys.standing(toValue(id))),
    queryFn: ({ queryKey, signal }) => vendors.standing(queryKey[2], signal),
    enabled: () => toValue(may),
    staleTime: 0,
  });
}

export function useJournal(id: MaybeRefOrGetter<string>, may: MaybeRefOrGetter<boolean>) {
  return useQuery({
    queryKey: computed(() => dispatchKeys.journal(toValue(id))),
    queryFn: ({ queryKey, signal }) => vendors.journal(queryKey[2], signal),
    enabled: () => toValue(may),
    staleTime: 0,
  });
}

export function useAppeals() {
  return useQuery({
    queryKey: dispatchKeys.appeals,
    queryFn: async ({ signal }) => (await vendors.appeals(signal)).items,
    staleTime: 0,
  });
}

export function useFairness() {
  return useQuery({
    queryKey: dispatchKeys.fairness,
    queryFn: ({ signal }) => vendors.fairness(signal),
    staleTime: 0,
  });
}

/** A change to accounts or standings: said when it worked, and everything of them fetched anew.
 * With `failed`, the form says itself what is wrong with its fields. */
export function useAccountsAction<Input, Output>(
  run: (input: Input) => Promise<Output>,
  done: (output: Output) => void = () => {},
  failed?: (error: unknown) => void,
) {
  const client = useQueryClient();
  const again = () => void client.invalidateQueries({ queryKey: dispatchKeys.accounts });
  return useAction<Input, Output>({
    run,
    done(output) {
      again();
      done(output);
    },
    failed(error) {
      again();
      failed?.(error);
    },
    showsInvalid: failed !== undefined,
  });
}
