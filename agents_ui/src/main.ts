import { VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp } from "vue";
import App from "./App.vue";
import { createConsole } from "./console";
import { recallDrafts } from "./records/drafts";
import { createConsoleRouter } from "./router";
import { SESSION } from "./session";
import { followTheme } from "./theme";
import "./ui/tokens.css";
import "./ui/base.css";

const app = createApp(App);
app.use(createPinia());
followTheme();
await recallDrafts();

const { client, session } = createConsole();
app.use(VueQueryPlugin, { queryClient: client });
app.provide(SESSION, session);
app.use(createConsoleRouter(session));
app.mount("#app");
