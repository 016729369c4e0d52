/** GiB that an instance of size `large` has, by the family's first letters. Others have it in proportion. */
const LARGE_GIB: readonly (readonly [family: RegExp, gib: number])[] = [
  [/^t[34]g?$/, 8],
  [/^m\d[a-z]*$/, 8],
  [/^r\d[a-z]*$/, 16],
  [/^c\d[a-z]*$/, 4],
  [/^z1d$/, 16],
  [/^x2g$/, 32],
  [/^x2ie(dn|zn)$/, 64],
];

const OF_LARGE: Readonly<Record<string, number>> = { micro: 1 / 8, small: 1 / 4, medium: 1 / 2, large: 1 };

/** RDS's default for MySQL is its memory in bytes divided by this, up to the most. */
const BYTES_A_CONNECTION = 12_582_880;
const MAX_CONNECTIONS = 16_000;

export const GIB = 1024 ** 3;

/**
 * Memory of an RDS instance class, such as `db.t4g.micro`, in GiB.
 *
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
 *
 * @returns nothing for a family that is not known here
 */
export function instanceMemory(instanceClass: string): number | undefined {
  const [, family = "", size = ""] = instanceClass.split(".");
  const large = LARGE_GIB.find(([families]) => families.test(family))?.[1];
  const [, times] = size.match(/^(\d*)xlarge$/) ?? [];
  const share = times === undefined ? OF_LARGE[size] : 2 * Number(times || 1);
  return large === undefined || share === undefined ? undefined : large * share;
}

/**
 * `max_connections` of MySQL on an instance with so much memory, as RDS sets it. RDS takes what its own processes need
 * off the memory first, so a small instance refuses somewhat earlier.
 *
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
export function mostConnections(memoryGib: number): number {
  return Math.min(Math.floor((memoryGib * GIB) / BYTES_A_CONNECTION), MAX_CONNECTIONS);
}
