// Makes the explorer's parts: node build.mjs [folder, "out" unless told]. hatch_build.py calls it.
// Files go to assets/, named by their content, each with a packed twin; assets.json says which name each entry has.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const out = process.argv[2] ?? "out";
const folder = join(out, "assets");
const entries = ["src/main.ts", "src/main.css", "src/query/query.css", "src/network/network.css"];
const common = {
  bundle: true,
  minify: true,
  charset: "utf8",
  target: "es2022",
  logLevel: "warning",
  metafile: true,
  nodePaths: [resolve("node_modules")], // for what comes from ../export/web, whose own packages are not installed here
};

/** The packages that bundles are made of, by the paths of their inputs, and those that these carry within. */
async function packages(...metas) {
  const inputs = metas.flatMap((meta) => Object.keys(meta.inputs));
  const open = inputs.map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]).filter(Boolean);
  const found = new Set();
  for (let name = open.pop(); name; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    const { dependencies = {} } = JSON.parse(await readFile(join("node_modules", name, "package.json"), "utf8"));
    open.push(...Object.keys(dependencies).filter((one) => !one.startsWith("@types/")));
  }
  return [...found].sort();
}

/** Name, version and licence text of a package; licences/ has the texts that packages leave out. */
async function licence(name) {
  const place = join("node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(place, "package.json"), "utf8"));
  const own = (await readdir(place)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = await readFile(own ? join(place, own) : join("licences", `${name.replace("/", "+")}.txt`), "utf8");
  return `${name} ${version} (${license})\n\n${text.trim()}\n`;
}

// The layout of networks runs in a worker, which is made from its text.
const worker = await build({ ...common, entryPoints: ["../../export/web/src/worker.ts"], write: false, format: "iife" });
const made = await build({
  ...common,
  entryPoints: entries,
  outdir: folder,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  splitting: true,
  format: "esm",
  define: { WORKER: JSON.stringify(worker.outputFiles[0].text) },
});
const assets = {};
for (const [path, { entryPoint }] of Object.entries(made.metafile.outputs)) {
  if (entryPoint && entries.includes(entryPoint)) assets[basename(entryPoint).replace(/\.ts$/, ".js")] = basename(path);
}
await mkdir(folder, { recursive: true });
const legal = (await Promise.all((await packages(worker.metafile, made.metafile)).map(licence))).join("\n");
await writeFile(join(out, "licences.txt"), legal);
for (const [name, content] of [["icon.svg", await readFile("src/icon.svg")], ["licences.txt", legal]]) {
  const [stem, ending] = name.split(".");
  assets[name] = `${stem}-${createHash("sha256").update(content).digest("hex").slice(0, 8)}.${ending}`;
  await writeFile(join(folder, assets[name]), content);
}
for (const name of await readdir(folder)) {
  await writeFile(join(folder, `${name}.gz`), gzipSync(await readFile(join(folder, name)), { level: 9 }));
}
await writeFile(join(out, "assets.json"), JSON.stringify(assets, null, 1));
