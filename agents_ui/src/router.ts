import { createRouter, createWebHistory, type Router } from "vue-router";
import AppShell from "./shell/AppShell.vue";
import { homeOf } from "./screens";
import type { SessionControl } from "./session";

declare module "vue-router" {
  interface RouteMeta {
    isPublic?: boolean;
    scope?: string;
  }
}

/** A screen per route; a lazy one is fetched when it is first shown. */
export function createConsoleRouter(session: SessionControl): Router {
  const router = createRouter({
    history: createWebHistory("/console/"),
    routes: [
      {
        path: "/sign-in",
        name: "sign-in",
        component: () => import("./features/session/SignInView.vue"),
        meta: { isPublic: true },
      },
      {
        path: "/reset",
        name: "reset",
        component: () => import("./features/session/ResetView.vue"),
        meta: { isPublic: true },
      },
      {
        path: "/wallboard",
        name: "wallboard",
        component: () => import("./features/wallboard/WallboardView.vue"),
        meta: { scope: "stats:read" },
      },
      {
        path: "/",
        component: AppShell,
        children: [
          {
            path: "",
            name: "desk",
            component: () => import("./features/desk/DeskView.vue"),
            meta: { scope: "calls:read" },
          },
          {
            path: "tickets",
            name: "tickets",
            component: () => import("./features/tickets/TicketsView.vue"),
            meta: { scope: "tickets:read" },
          },
          {
            path: "tickets/:ticketId",
            name: "ticket",
            component: () => import("./features/tickets/TicketView.vue"),
            props: true,
            meta: { scope: "tickets:read" },
          },
          {
            path: "proxy/:matterId?",
            name: "proxy",
            component: () => import("./features/proxy/ProxyView.vue"),
            props: true,
            meta: { scope: "tickets:read" },
          },
          {
            path: "consents",
            name: "consents",
            component: () => import("./features/consents/ConsentsView.vue"),
            props: ({ query }) => ({ ticket: query["ticket"] }),
            meta: { scope: "tickets:read" },
          },
          {
            path: "dispatch/:tab?",
            name: "dispatch",
            component: () => import("./features/dispatch/DispatchView.vue"),
            props: true,
            meta: { scope: "orders:read" },
          },
          {
            path: "directory/:entryId?",
            name: "directory",
            component: () => import("./features/directory/DirectoryView.vue"),
            props: true,
            meta: { scope: "directory:read" },
          },
          {
            path: "editing/:tab?",
            name: "editing",
            component: () => import("./features/directory/EditingView.vue"),
            props: true,
            meta: { scope: "directory:write" },
          },
          {
            path: "drafts/:draftId",
            name: "draft",
            component: () => import("./features/directory/DraftView.vue"),
            props: true,
            meta: { scope: "directory:write" },
          },
          {
            path: "live",
            name: "live",
            component: () => import("./features/live/LiveView.vue"),
            meta: { scope: "calls:supervise" },
          },
          {
            path: "stats/:tab?",
            name: "stats",
            component: () => import("./features/stats/StatsView.vue"),
            props: true,
            meta: { scope: "stats:read" },
          },
          {
            path: "quality",
            name: "quality",
            component: () => import("./features/quality/QualityView.vue"),
            meta: { scope: "calls:read" },
          },
          {
            path: "staffing",
            name: "staffing",
            component: () => import("./features/staffing/StaffingView.vue"),
            meta: { scope: "stats:read" },
          },
          {
            path: "gaps",
            name: "gaps",
            component: () => import("./features/wording/GapsView.vue"),
            meta: { scope: "directory:write" },
          },
          {
            path: "texts",
            name: "texts",
            component: () => import("./features/wording/TextsView.vue"),
            meta: { scope: "wording:write" },
          },
          {
            path: "canned",
            name: "canned",
            component: () => import("./features/canned/CannedView.vue"),
            meta: { scope: "canned-texts:write" },
          },
          {
            path: "rules/:tab?",
            name: "rules",
            component: () => import("./features/rules/RulesView.vue"),
            props: true,
            meta: { scope: "tickets:supervise" },
          },
          {
            path: "jobs",
            name: "jobs",
            component: () => import("./features/office/JobsView.vue"),
            meta: { scope: "jobs:read" },
          },
          {
            path: "keys",
            name: "keys",
            component: () => import("./features/opendata/KeysView.vue"),
            meta: { scope: "accounts:write" },
          },
          {
            path: "audit",
            name: "audit",
            component: () => import("./features/office/AuditView.vue"),
            meta: { scope: "audit:read" },
          },
          {
            path: "styleguide",
            name: "styleguide",
            component: () => import("./features/styleguide/StyleguideView.vue"),
          },
          {
            path: "accounts",
            name: "accounts",
            component: () => import("./features/admin/AccountsView.vue"),
            meta: { scope: "accounts:read" },
          },
          {
            path: "exports",
            name: "exports",
            component: () => import("./features/admin/ExportsView.vue"),
            meta: { scope: "exports:ask" },
          },
          {
            path: "retention",
            name: "retention",
            component: () => import("./features/admin/RetentionView.vue"),
            meta: { scope: "retention:write" },
          },
          {
            path: ":rest(.*)*",
            name: "missing",
            component: () => import("./shell/MissingView.vue"),
          },
        ],
      },
    ],
  });
  router.beforeEach(async (to) => {
    if (to.meta.isPublic) return true;
    const me = await session.current().catch(() => undefined);
    if (me === null) return { name: "sign-in", query: next(to.fullPath) };
    const home = me && to.path === "/" ? homeOf(me) : undefined;
    return home && home !== to.name ? { name: home } : true;
  });
  session.onEnded(() => {
    const at = router.currentRoute.value;
    if (!at.meta.isPublic) {
      void router.replace({ name: "sign-in", query: { ...next(at.fullPath), ended: "1" } });
    }
  });
  router.onError((error: unknown, to) => {
    if (isMissingCode(error)) void recover(to.fullPath);
    else console.error(error);
  });
  return router;
}

function isMissingCode(error: unknown): boolean {
  return error instanceof Error && /import(ed|ing) (a )?module|preload/i.test(error.message);
}

/**
 * A screen's code could not be fetched: after an update its file has another name, and a fresh page
 * knows it. Where the service is away, a fresh page would be worse than the one that is here.
 */
async function recover(path: string): Promise<void> {
  const isThere = await fetch("/console/", { cache: "no-store" }).then(
    (response) => response.ok,
    () => false,
  );
  if (isThere) location.assign(`/console${path}`);
}

function next(path: string): { next?: string } {
  return path === "/" ? {} : { next: path };
}
