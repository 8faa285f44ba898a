// Makes the explorer's parts: node build.mjs [folder, "out" unless told]. hatch_build.py calls it.
// Files go to assets/, named by their content; assets.json says which name each entry has.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

const out = process.argv[2] ?? "out";
const entries = ["src/main.ts", "src/main.css"];
const made = await build({
  entryPoints: entries,
  outdir: join(out, "assets"),
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  charset: "utf8",
  target: "es2022",
  logLevel: "warning",
  metafile: true,
});
const assets = {};
for (const [path, { entryPoint }] of Object.entries(made.metafile.outputs)) {
  if (entryPoint && entries.includes(entryPoint)) assets[basename(entryPoint).replace(/\.ts$/, ".js")] = basename(path);
}
for (const name of ["icon.svg"]) {
  const content = await readFile(join("src", name));
  const [stem, ending] = name.split(".");
  assets[name] = `${stem}-${createHash("sha256").update(content).digest("hex").slice(0, 8)}.${ending}`;
  await mkdir(join(out, "assets"), { recursive: true });
  await writeFile(join(out, "assets", assets[name]), content);
}
await writeFile(join(out, "assets.json"), JSON.stringify(assets, null, 1));
