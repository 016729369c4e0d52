/**
 * Memory in MiB that Fargate offers for each number of CPU units (1024 units are one vCPU), Linux tasks.
 * Everything else is answered with `No Fargate configuration exists for given values`.
 *
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
 */
export const FARGATE_MEMORY = {
  256: [512, 1024, 2048],
  512: [1024, 2048, 3072, 4096],
  1024: [2048, 3072, 4096, 5120, 6144, 7168, 8192],
  2048: [4096, 5120, 6144, 7168, 8192, 9216, 10240, 11264, 12288, 13312, 14336, 15360, 16384],
  4096: [
    8192, 9216, 10240, 11264, 12288, 13312, 14336, 15360, 16384, 17408, 18432, 19456, 20480, 21504, 22528, 23552, 24576,
    25600, 26624, 27648, 28672, 29696, 30720,
  ],
  8192: [16384, 20480, 24576, 28672, 32768, 36864, 40960, 45056, 49152, 53248, 57344, 61440],
  16384: [32768, 40960, 49152, 57344, 65536, 73728, 81920, 90112, 98304, 106496, 114688, 122880],
} as const;

type Cpu = keyof typeof FARGATE_MEMORY;

/** CPU units and MiB of memory of a task: only the pairs that Fargate has. */
export type FargateSize = {
  [C in Cpu]: { readonly cpu: C; readonly memory: (typeof FARGATE_MEMORY)[C][number] };
}[Cpu];

/** Why Fargate has no such task size, or undefined when it has. */
export function fargateSizeProblem(cpu: number, memory: number): string | undefined {
  const memories: readonly number[] | undefined = FARGATE_MEMORY[cpu as Cpu];
  if (memories === undefined) {
    return `Fargate has no task of ${cpu} CPU units. Use one of ${Object.keys(FARGATE_MEMORY).join(", ")}.`;
  }
  if (!memories.includes(memory)) {
    const choices =
      memories.length > 4 ? `${memories[0]} to ${memories.at(-1)} in steps of ${step(memories)}` : memories.join(", ");
    return `Fargate has no task of ${cpu} CPU units with ${memory} MiB of memory. With ${cpu} units, memory is ${choices}.`;
  }
  return undefined;
}

function step(memories: readonly number[]): number {
  const [first = 0, second = 0] = memories;
  return second - first;
}
