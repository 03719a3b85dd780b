import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { defineConfig } from "vite";

const OUT = "static";
const TEXT = /\.(js|css|html|svg|md)$/;

/** Puts a .br and a .gz beside each file of text, so that the server never compresses. */
const compressed = {
  name: "compressed",
  closeBundle() {
    for (const name of readdirSync(OUT, { recursive: true }).filter((each) => TEXT.test(each))) {
      const content = readFileSync(join(OUT, name));
      const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
      writeFileSync(join(OUT, `${name}.br`), brotliCompressSync(content, { params }));
      writeFileSync(join(OUT, `${name}.gz`), gzipSync(content, { level: 9 }));
    }
  },
};

export default defineConfig({
  base: "/explorer/",
  build: {
    outDir: OUT,
    assetsDir: ".",
    // A picture inside the page's style would need a wider policy; files of their own need nothing.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    license: { fileName: "THIRD-PARTY.md" },
  },
  worker: { format: "es" },
  plugins: [compressed],
  server: { proxy: { "/graphql": "http://127.0.0.1:8000", "/files": "http://127.0.0.1:8000" } },
});
