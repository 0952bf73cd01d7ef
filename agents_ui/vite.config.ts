import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

const service = process.env["HOTLINE_SERVICE"] ?? "http://127.0.0.1:8114";

export default defineConfig({
  base: "/console/",
  plugins: [vue()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: { "/api": { target: service, ws: true } } },
  build: { outDir: "../hotline/console", emptyOutDir: true, target: "es2022" },
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
});
