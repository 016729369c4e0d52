// Preloaded into a process that is measured: its last line says how much memory it had at most, in KiB.
process.on("exit", () => require("node:fs").writeSync(1, `\n${process.resourceUsage().maxRSS}`));
