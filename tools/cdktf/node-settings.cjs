// What is asked of Node for the short life of a synth.
"use strict";

const { setFlagsFromString } = require("node:v8");

// V8 optimizes late: in half a second, optimized code takes more processor time to make than it saves. New objects get more
// room, and old ones are not looked through: little of what a synth makes becomes garbage before its end. Only Node 20 is
// known to take these flags well; a later one would print that it does not know the first. With a flag, V8 takes none of the
// code that Node keeps of its own modules: what the app uses of them is loaded before.
if (process.versions.node.startsWith("20.")) {
  for (const name of ["assert", "crypto", "fs/promises", "net", "os", "zlib"]) require(name);
  for (const flag of ["--interrupt-budget=2000000", "--semi-space-growth-factor=8", "--no-incremental-marking"])
    setFlagsFromString(flag);
}

// cdktf calls util.isArray, which Node deprecates from 22 on, and gets no more releases.
process.noDeprecation = true;
