import { describe, expect, it } from "vitest";
import { exitCodeAfter, INTERRUPTIONS, onInterruption } from "../../../tools/lib/process/interruptions.ts";

describe("an interruption", () => {
  it("is reported by its signal, until the watch ends", () => {
    const before = INTERRUPTIONS.map((signal) => process.listenerCount(signal));
    const told: string[] = [];
    const takeOff = onInterruption((signal) => told.push(signal));
    for (const signal of INTERRUPTIONS) process.emit(signal, signal);
    takeOff();
    expect(told).toEqual(["SIGINT", "SIGTERM", "SIGHUP"]);
    expect(INTERRUPTIONS.map((signal) => process.listenerCount(signal))).toEqual(before);
  });

  it("ends a process with the exit code that shells know", () => {
    expect(INTERRUPTIONS.map(exitCodeAfter)).toEqual([130, 143, 129]);
  });
});
