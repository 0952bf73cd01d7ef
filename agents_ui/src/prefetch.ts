import type { Router } from "vue-router";

export function prefetchScreens(router: Router): void {
  for (const { components } of router.getRoutes()) {
    const fetchIt: unknown = components?.["default"];
    // A screen that is fetched when it is shown is a function; one that is here is an object.
    if (typeof fetchIt === "function") void Promise.resolve(fetchIt()).catch(() => {});
  }
}
