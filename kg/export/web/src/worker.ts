/** The force-directed layout of large networks, beside the page: positions come back once a second. */

import iterate from "graphology-layout-forceatlas2/iterate.js";
import type { Job, Positions } from "./layout";

const EVERY = 1000; // milliseconds between two answers

const answer = postMessage as (message: Positions, transfer: Transferable[]) => void;

onmessage = ({ data: { matrices, settings, iterations } }: MessageEvent<Job>) => {
  let done = 0;
  const run = () => {
    const until = performance.now() + EVERY;
    while (done < iterations && performance.now() < until) iterate(settings, matrices.nodes, matrices.edges), done++;
    const nodes = matrices.nodes.slice();
    answer({ nodes, done: done / iterations }, [nodes.buffer]);
    if (done < iterations) setTimeout(run);
  };
  run();
};
