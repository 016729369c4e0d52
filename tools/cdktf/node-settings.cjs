// What is asked of Node for the short life of a synth.
"use strict";

const { setFlagsFromString } = require("node:v8");

// V8 optimizes late: in half a second, optimized code takes more processor time to make than it saves. Only Node 20 has the
// flag; a later one would print that it does not know it. With a flag, V8 takes none of the code that Node keeps of its own
// modules: what the app uses of them is loaded before.
if (process.versions.node.startsWith("20.")) {
  for (const name of ["assert", "crypto", "fs/promises", "net", "os", "zlib"]) require(name);
  setFlagsFromString("--interrupt-budget=2000000");
}

// cdktf calls util.isArray, which Node deprecates from 22 on, and gets no more releases.
process.noDeprecation = true;
