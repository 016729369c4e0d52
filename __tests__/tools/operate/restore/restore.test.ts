import { describe, expect, it } from "vitest";
import { isBeside, nameBeside } from "../../../../tools/operate/restore/names.ts";
import { parsePoint } from "../../../../tools/operate/restore/points.ts";
import { listText, monthlyPrice, restoredText } from "../../../../tools/operate/restore/report.ts";
import { type RestoreOptions, restore } from "../../../../tools/operate/restore/restore.ts";
import { session } from "../deployed.ts";
import { declared, fakeRds, IN_VAULT, instance, LATEST, listening, OWN_ID, SNAPSHOT } from "./restorable-database.ts";

const { environment } = session().deployment;
const RESTORED = "operation-app-restored-202605312355";

function restoring({ rds }: ReturnType<typeof fakeRds>, options: Partial<RestoreOptions> = {}) {
  const { progress } = listening();
  const point = { latest: true } as const;
  return restore({
    rds,
    progress,
    declared: declared(),
    point,
    purpose: "restored",
    pollMs: 1,
    timeoutMs: 50,
    ...options,
  });
}

describe("the name of an instance beside the deployed one", () => {
  it("says what it is for and of when its data is, and is recognized", () => {
    const name = nameBeside("operation-app", "restored", LATEST);
    expect(name).toBe(RESTORED);
    expect(isBeside(name, "operation-app", "restored")).toBe(true);
    expect(isBeside(name, "operation-app", "old")).toBe(false);
    expect(isBeside(name, "operation", "restored")).toBe(false);
    expect(isBeside("operation-app", "operation-app", "restored")).toBe(false);
  });

  it("is one that RDS takes, however long that of the deployed one is", () => {
    const long = `a${"-b".repeat(31)}`;
    const name = nameBeside(long, "restored", LATEST);
    expect(name.length).toBeLessThanOrEqual(63);
    expect(name).not.toContain("--");
    expect(isBeside(name, long, "restored")).toBe(true);
  });
});

describe("the time that is asked for", () => {
  it("is one with its zone, or latest", () => {
    expect(parsePoint("2026-01-31T09:30:00+09:00", undefined)).toEqual({ at: new Date("2026-01-31T00:30:00Z") });
    expect(parsePoint(undefined, undefined)).toEqual({ latest: true });
    expect(parsePoint("latest", undefined)).toEqual({ latest: true });
    expect(parsePoint(undefined, "a")).toEqual({ snapshot: "a" });
  });

  it.each(["yesterday", "2026-01-31", "2026-01-31T09:30:00", "2026-13-31T09:30:00Z"])("is not %s", (at) => {
    expect(() => parsePoint(at, undefined)).toThrow(
      `--at ${at}: is not a time with a time zone. Write one such as 2026-01-31T09:30:00+09:00, 2026-01-31T00:30:00Z, or latest.`,
    );
  });

  it("is not in the future, and not beside a snapshot", () => {
    expect(() => parsePoint("2099-01-01T00:00:00Z", undefined)).toThrow("is in the future");
    expect(() => parsePoint("latest", "a")).toThrow("--at and --snapshot can't be combined");
  });
});

describe("a restore", () => {
  it("makes an instance beside the deployed one that is like it, and never public", async () => {
    const rds = fakeRds([instance()]);
    const { instance: restored, dataOf } = await restoring(rds);
    expect(restored.DBInstanceIdentifier).toBe(RESTORED);
    expect(dataOf).toEqual(LATEST);
    expect(rds.calls).toEqual([
      {
        name: "restore",
        input: {
          SourceDBInstanceIdentifier: "operation-app",
          TargetDBInstanceIdentifier: RESTORED,
          UseLatestRestorableTime: true,
          DBInstanceClass: "db.t4g.micro",
          DBSubnetGroupName: "operation-app",
          VpcSecurityGroupIds: ["sg-2", "sg-1"],
          DBParameterGroupName: "operation-app-mysql84",
          StorageType: "gp3",
          Port: 3306,
          AutoMinorVersionUpgrade: true,
          CopyTagsToSnapshot: true,
          DeletionProtection: true,
          PubliclyAccessible: false,
          Tags: [{ Key: "Application", Value: "operation-app" }],
        },
      },
      {
        name: "modify",
        input: {
          DBInstanceIdentifier: RESTORED,
          ManageMasterUserPassword: true,
          BackupRetentionPeriod: 7,
          ApplyImmediately: true,
        },
      },
    ]);
  });

  it("takes a point in time that is in the backups, or a snapshot of the instance, in a vault too", async () => {
    const rds = fakeRds([instance()]);
    await restoring(rds, { point: { at: new Date("2026-05-30T01:02:03Z") } });
    await restoring(rds, { point: { snapshot: SNAPSHOT } });
    await restoring(rds, { point: { snapshot: IN_VAULT } });
    expect(rds.calls.filter(({ name }) => name === "restore").map(({ input }) => input)).toMatchObject([
      {
        RestoreTime: new Date("2026-05-30T01:02:03Z"),
        TargetDBInstanceIdentifier: "operation-app-restored-202605300102",
      },
      { DBSnapshotIdentifier: SNAPSHOT, DBInstanceIdentifier: "operation-app-restored-202605311320" },
      { DBSnapshotIdentifier: IN_VAULT, DBInstanceIdentifier: "operation-app-restored-202604011700" },
    ]);
  });

  it.each([
    [
      { at: new Date("2026-05-01T00:00:00Z") },
      "2026-05-01T00:00:00.000Z can't be restored: choose a time between 2026-05-25T00:00:00.000Z and 2026-05-31T23:55:00.000Z.",
    ],
    [{ snapshot: "other" }, "There is no snapshot other of this database. To list them: --list"],
  ])("refuses what there is no backup of", async (point, problem) => {
    const rds = fakeRds([instance()]);
    await expect(restoring(rds, { point })).rejects.toThrow(problem);
    expect(rds.calls).toEqual([]);
  });

  it("goes on with the instance that an interrupted one has begun", async () => {
    const rds = fakeRds([instance(), instance({ DBInstanceIdentifier: RESTORED, MasterUserSecret: undefined })]);
    await restoring(rds);
    expect(rds.calls.map(({ input }) => input)).toEqual([
      { DBInstanceIdentifier: RESTORED, ManageMasterUserPassword: true, ApplyImmediately: true },
    ]);
  });

  it("changes nothing in one that is finished", async () => {
    const rds = fakeRds([instance(), instance({ DBInstanceIdentifier: RESTORED })]);
    await restoring(rds);
    expect(rds.calls).toEqual([]);
  });

  it("takes the backups of an instance that was deleted, by its id", async () => {
    const rds = fakeRds([]);
    await restoring(rds);
    expect(rds.calls[0]?.input).toMatchObject({ SourceDbiResourceId: OWN_ID });
    expect(rds.calls[0]?.input).not.toHaveProperty("SourceDBInstanceIdentifier");
  });

  it("does not call one good that is not like the deployed one, and says in what", async () => {
    const rds = fakeRds([instance()], { lost: ["BackupRetentionPeriod"] });
    await expect(restoring(rds)).rejects.toThrow(
      `${RESTORED} is not ready: backup_retention_period is 1, but must be 7. Run the same command again to continue.\nThe deployed database is unchanged.`,
    );
  });

  it("says where to look when RDS can't restore", async () => {
    const rds = fakeRds([instance(), instance({ DBInstanceIdentifier: RESTORED, DBInstanceStatus: "restore-failed" })]);
    await expect(restoring(rds)).rejects.toThrow(`${RESTORED} is restore-failed. See its events in RDS: aws rds`);
  });

  it("makes a throw-away one without protection, standby and backups", async () => {
    const rds = fakeRds([instance()]);
    const protectedOne = declared({ multi_az: true });
    await restoring(rds, { purpose: "drill", declared: protectedOne });
    expect(rds.calls[0]?.input).toMatchObject({ TargetDBInstanceIdentifier: "operation-app-drill-202605312355" });
    expect(rds.calls[0]?.input).not.toHaveProperty("DeletionProtection");
    expect(rds.calls[0]?.input).not.toHaveProperty("MultiAZ");
    expect(rds.calls[1]?.input).toMatchObject({ BackupRetentionPeriod: 0 });
  });
});

describe("what a restore says", () => {
  it("is what is there, what it costs, and the next commands", async () => {
    const price = await monthlyPrice(declared(), environment.region);
    expect(price).toMatch(/^\d+\.\d\d USD a month \(list prices of 20\d\d-\d\d/);
    const text = restoredText(
      { instance: instance({ DBInstanceIdentifier: RESTORED }), dataOf: LATEST },
      environment,
      price,
    );
    expect(text).toContain(`${RESTORED} exists, with the data of 2026-05-31T23:55:00.000Z.`);
    expect(text).toContain(price);
    expect(text).toContain(`bin/infra restore production --take-over ${RESTORED}`);
    expect(text).toContain(
      `aws rds delete-db-instance --db-instance-identifier ${RESTORED} --final-db-snapshot-identifier`,
    );
  });

  it("is what can be restored, and what was left of earlier ones", () => {
    const window = { earliest: new Date("2026-05-25T00:00:00Z"), latest: LATEST };
    const old = instance({ DBInstanceIdentifier: "operation-app-old-202601010000" });
    const text = listText({ window, snapshots: [] }, [instance(), old], declared());
    expect(text).toContain("Any second between 2026-05-25T00:00:00.000Z and 2026-05-31T23:55:00.000Z");
    expect(text).toContain("Other instances, which cost as much:\n  operation-app-old-202601010000");
  });
});
