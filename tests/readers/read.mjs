// What graphology and cytoscape.js understand of a file: node read.mjs gexf|graphml|cytoscape FILE → JSON on standard output.

import { readFileSync, writeFileSync } from "node:fs";
import cytoscape from "cytoscape";
import graphology from "graphology";
import gexf from "graphology-gexf";
import graphml from "graphology-graphml";
import { DOMParser } from "@xmldom/xmldom";

const [format, file] = process.argv.slice(2);
const text = readFileSync(file, "utf8");

function fromGraphology(graph) {
  return {
    nodes: graph.mapNodes((id, attributes) => ({ id, ...attributes })),
    edges: graph.mapEdges((id, attributes, source, target) => ({ source, target, ...attributes })),
  };
}

function fromCytoscape(graph) {
  return {
    nodes: graph.nodes().map((node) => ({ ...node.data(), ...node.position(), drawn: node.style("background-color") })),
    edges: graph.edges().map((edge) => ({ ...edge.data(), drawn: edge.style("line-color") })),
  };
}

const readers = {
  gexf: () => fromGraphology(gexf.parse(graphology.MultiDirectedGraph, text, { addMissingNodes: false })),
  graphml: () => fromGraphology(graphml.parse(graphology.MultiDirectedGraph, new DOMParser().parseFromString(text, "text/xml"))),
  cytoscape: () => fromCytoscape(cytoscape({ ...JSON.parse(text), headless: true, styleEnabled: true })),
};
writeFileSync(1, JSON.stringify(readers[format]()));
process.exit(); // a styled cytoscape.js goes on waiting for the next frame
