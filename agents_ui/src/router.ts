import { createRouter, createWebHistory, type Router } from "vue-router";
import AppShell from "./shell/AppShell.vue";
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
        path: "/",
        component: AppShell,
        children: [
          { path: "", name: "desk", component: () => import("./features/desk/DeskView.vue"), meta: { scope: "calls:read" } },
          { path: "tickets", name: "tickets", component: () => import("./features/tickets/TicketsView.vue"), meta: { scope: "tickets:read" } },
          { path: "tickets/:ticketId", name: "ticket", component: () => import("./features/tickets/TicketView.vue"), props: true, meta: { scope: "tickets:read" } },
          { path: "directory/:entryId?", name: "directory", component: () => import("./features/directory/DirectoryView.vue"), props: true, meta: { scope: "directory:read" } },
          { path: ":rest(.*)*", name: "missing", component: () => import("./shell/MissingView.vue") },
        ],
      },
    ],
  });
  router.beforeEach(async (to) => {
    if (to.meta.isPublic) return true;
    const me = await session.current().catch(() => undefined);
    return me === null ? { name: "sign-in", query: next(to.fullPath) } : true;
  });
  session.onEnded(() => {
    const at = router.currentRoute.value;
    if (!at.meta.isPublic) {
      void router.replace({ name: "sign-in", query: { ...next(at.fullPath), ended: "1" } });
    }
  });
  return router;
}

function next(path: string): { next?: string } {
  return path === "/" ? {} : { next: path };
}
