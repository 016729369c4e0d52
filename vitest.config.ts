import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["__tests__/**/*.test.ts"],
          exclude: ["__tests__/end-to-end/**"],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "end-to-end",
          include: ["__tests__/end-to-end/**/*.test.ts"],
          testTimeout: 15 * 60_000,
          hookTimeout: 5 * 60_000,
          // Most of their time is Terraform's waiting; each has an emulator of its own.
          maxWorkers: 3,
          sequence: { groupOrder: 1 }, // after the unit tests
        },
      },
    ],
  },
});
