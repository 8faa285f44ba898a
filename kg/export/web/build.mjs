// Makes the page's parts: node build.mjs [folder, "out" unless told]. hatch_build.py calls it.
import { build } from "esbuild";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

const out = process.argv[2] ?? "out";
const common = { bundle: true, minify: true, charset: "utf8", target: "es2022", logLevel: "warning", metafile: true };

/** The packages that a bundle is made of, by the paths of its inputs. */
const packages = (...metas) =>
  [...new Set(metas.flatMap((meta) => Object.keys(meta.inputs)).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]))]
    .filter(Boolean)
    .sort();

/** Name, version and licence text of a package. */
async function licence(name) {
  const folder = join("node_modules", name);
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} carries no licence text`);
  return `${name} ${version} (${license})\n\n${(await readFile(join(folder, file), "utf8")).trim()}\n`;
}

// The layout runs in a worker, which a page of one file can only make from its own text.
const worker = await build({ ...common, entryPoints: ["src/worker.ts"], write: false, format: "iife" });
const script = await build({
  ...common,
  entryPoints: ["src/main.ts"],
  write: false,
  format: "iife",
  define: { WORKER: JSON.stringify(worker.outputFiles[0].text) },
});
const style = await build({ ...common, entryPoints: ["src/page.css"], write: false });
const licences = await Promise.all(packages(worker.metafile, script.metafile).map(licence));

await mkdir(out, { recursive: true });
const legal = licences.join("\n");
// Every page that is exported carries the code of these packages, so it carries their licences too.
await writeFile(join(out, "page.js"), `/*!\n${legal.replaceAll("*/", "* /")}*/\n${script.outputFiles[0].text}`);
await writeFile(join(out, "page.css"), style.outputFiles[0].text);
await writeFile(join(out, "licences.txt"), legal);
await copyFile("src/page.html", join(out, "page.html"));
