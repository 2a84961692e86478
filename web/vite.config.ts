// How the workbench is built: one page, assets with hashed names, nothing from outside.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1400,
    reportCompressedSize: true,
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: "map", test: /node_modules[\\/](maplibre-gl|@maplibre|@mapbox)/ }] },
      },
    },
  },
  server: { proxy: { "/api": process.env.THALWEG_SERVER ?? "http://127.0.0.1:7878" } },
});
