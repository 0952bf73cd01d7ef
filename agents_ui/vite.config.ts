import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const service = process.env["HOTLINE_SERVICE"] ?? "http://127.0.0.1:8114";

export default defineConfig({
  base: "/console/",
  plugins: [vue()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": { target: service, ws: true } } },
  build: {
    outDir: "../hotline/console",
    emptyOutDir: true,
    target: "es2022",
    // What every screen needs comes in two files: forty small ones cost more to ask for than to send.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: "frame",
              test: /node_modules\/(@vue|vue|vue-router|pinia|@tanstack)\//,
              priority: 2,
            },
            { name: "core", test: /\/src\/(api|i18n|realtime|records|shell|ui)\//, priority: 1 },
          ],
        },
      },
    },
  },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
});
