import { parsePlan } from "@operation-app/plan-review/plan";
import { describe, expect, it } from "vitest";
import type { State } from "../../../../tools/lib/terraform/state-file.ts";
import { declaredInstance, withInstance } from "../../../../tools/operate/restore/declared.ts";
import { type Situation, situation, takeOver } from "../../../../tools/operate/restore/take-over.ts";
import { session } from "../deployed.ts";
import { declared, fakeRds, instance, listening, OWN_ID, SECRET, stateWith } from "./restorable-database.ts";

const { environment } = session().deployment;
const NAME = "operation-app";
const RESTORED = "operation-app-restored-202605312355";
const OLD = "operation-app-old-202606010000";
const NOW = new Date("2026-06-01T00:00:00Z");
const restored = () => instance({ DBInstanceIdentifier: RESTORED });
const NEW_ID = restored().DbiResourceId ?? "";

/** What Terraform plans of an instance that has its place, or would be renamed. */
function planOf(name: string, actions: readonly string[] = name === NAME ? ["no-op"] : ["update"]) {
  const change = { actions, before: { identifier: name }, after: { identifier: NAME }, after_unknown: {} };
  const one = {
    address: "aws_db_instance.database_mysql",
    mode: "managed",
    type: "aws_db_instance",
    name: "database_mysql",
  };
  return parsePlan(
    JSON.stringify({
      format_version: "1.2",
      planned_values: {},
      resource_changes: [{ ...one, provider_name: "aws", change }],
    }),
    "the plan",
  );
}

/** A take-over on fake AWS and a state in memory. @param interruptedAt the call at which it is killed */
function world({ state = stateWith(), interruptedAt = 99 }: { state?: State; interruptedAt?: number } = {}) {
  const rds = fakeRds([instance(), restored()]);
  const { progress, told } = listening();
  const backups: State[] = [];
  let calls = 0;
  let stored = state;
  const alive = () => {
    calls += 1;
    if (calls > interruptedAt) throw new Error("killed");
  };
  const idOf = (one: State) => declaredInstance(one, environment).resourceId;
  const nameOf = (id: string) => rds.instances.find(({ DbiResourceId }) => DbiResourceId === id)?.DBInstanceIdentifier;
  return {
    rds,
    told,
    backups,
    stored: () => stored,
    names: () => Object.fromEntries(rds.instances.map((one) => [one.DbiResourceId, one.DBInstanceIdentifier])),
    revive: () => {
      interruptedAt = 99;
    },
    async run(plans?: Parameters<typeof planOf>[1]): Promise<string | undefined> {
      const now = declaredInstance(stored, environment);
      const found = situation(now, rds.instances);
      if (!found) return undefined;
      return takeOver({
        rds: rds.rds,
        progress: {
          ...progress,
          step(text) {
            alive();
            progress.step(text);
          },
        },
        pollMs: 1,
        timeoutMs: 50,
        environment,
        declared: now,
        situation: found,
        now: NOW,
        plan: async (one) => planOf(nameOf(idOf(one)) ?? "", plans),
        backUp: (one) => {
          backups.push(one);
          return "a file";
        },
        target: {
          name: "the state",
          pull: async () => stored,
          push: async (one) => {
            alive();
            stored = one;
          },
          lock: async () => undefined,
        },
      });
    },
  };
}

describe("the state of a database that another one takes over", () => {
  const moved = withInstance(stateWith(), "db-NEW", "arn:new");
  const attributes = (type: string) => moved.resources.find((one) => one.type === type)?.instances[0]?.attributes;

  it("has the id of the other, the rotation of its password, and all else as before", () => {
    expect(attributes("aws_db_instance")).toEqual({
      ...stateWith().resources[0]?.instances[0]?.attributes,
      id: "db-NEW",
      resource_id: "db-NEW",
    });
    expect(attributes("aws_secretsmanager_secret_rotation")).toEqual({ id: "arn:new", secret_id: "arn:new" });
    expect(attributes("aws_db_subnet_group")).toEqual({ id: "operation-app" });
    expect(moved.serial).toBe(8);
  });

  it("leaves what waits to be deleted as it is", () => {
    const state = stateWith();
    const [first] = state.resources;
    const deposed = { deposed: "1", attributes: { id: "db-GONE" } };
    const both = { ...state, resources: first ? [{ ...first, instances: [...first.instances, deposed] }] : [] };
    expect(withInstance(both, "db-NEW", "arn:new").resources[0]?.instances.map((one) => one.attributes.id)).toEqual([
      "db-NEW",
      "db-GONE",
    ]);
  });

  it("is no state without a database", () => {
    const problem = "The state of production has no database. Run: bin/infra apply production";
    expect(() => declaredInstance({ ...stateWith(), resources: [] }, environment)).toThrow(problem);
    expect(() => declaredInstance(undefined, environment)).toThrow(problem);
  });
});

describe("how far a take-over is", () => {
  const own = instance();
  const asOld = { ...own, DBInstanceIdentifier: OLD };
  const named = { ...restored(), DBInstanceIdentifier: NAME };
  const at = (instances: Parameters<typeof situation>[1], wanted?: string): Situation | undefined =>
    situation(declared(), instances, wanted);

  it("is read from the names, at each of its steps", () => {
    expect(at([own, restored()])).toMatchObject({ isNameFree: false, isNamed: false });
    expect(at([asOld, restored()])).toMatchObject({ old: asOld, isNameFree: true, isNamed: false });
    expect(at([asOld, named])).toMatchObject({ old: asOld, restored: named, isNameFree: true, isNamed: true });
    expect(situation({ ...declared(), resourceId: NEW_ID }, [asOld, named])).toBeUndefined();
  });

  it("begins with what is left where the deployed one was deleted", () => {
    expect(at([restored()])).toMatchObject({ old: undefined, isNameFree: true, isNamed: false });
  });

  it("does not begin without a restored instance, or with one of several", () => {
    const another = instance({ DBInstanceIdentifier: "operation-app-restored-202605300000" });
    expect(() => at([own])).toThrow("There is no restored instance. Create one first: bin/infra restore.");
    expect(() => at([own, restored(), another])).toThrow("There are several restored instances: ");
    expect(at([own, restored(), another], RESTORED)?.restored.DBInstanceIdentifier).toBe(RESTORED);
    expect(() => at([own, restored()], "other")).toThrow(`no restored instance other. There are: ${RESTORED}.`);
  });
});

describe("a take-over", () => {
  it("gives the name and the place in the state to the restored instance, and leaves the old one there", async () => {
    const { run, names, stored, backups, rds } = world();
    expect(await run()).toBe(OLD);
    expect(names()).toEqual({ [OWN_ID]: OLD, [NEW_ID]: NAME });
    expect(declaredInstance(stored(), environment).resourceId).toBe(NEW_ID);
    expect(backups).toEqual([stateWith()]);
    expect(rds.calls.map(({ name }) => name)).toEqual(["modify", "modify"]);
  });

  it("comes to the same end, wherever it is interrupted", async () => {
    for (let interruptedAt = 0; interruptedAt < 6; interruptedAt++) {
      const { run, names, stored, revive } = world({ interruptedAt });
      await expect(run(), `killed after ${interruptedAt} steps`).rejects.toThrow("killed");
      revive();
      await run();
      expect(names()).toEqual({ [OWN_ID]: OLD, [NEW_ID]: NAME });
      expect(declaredInstance(stored(), environment).resourceId).toBe(NEW_ID);
      expect(await run()).toBeUndefined();
    }
  });

  it.each([[["delete", "create"]], [["create"]]])(
    "does not rename where Terraform would do %s with it",
    async (actions) => {
      const { run, names, stored, backups } = world();
      await expect(run(actions)).rejects.toThrow(`aws_db_instance.database_mysql would be "${actions.join(", ")}"`);
      expect(names()).toEqual({ [OWN_ID]: NAME, [NEW_ID]: RESTORED });
      expect(stored()).toEqual(stateWith());
      expect(backups).toEqual([]);
    },
  );

  it("does not take over what is not like the deployed one", async () => {
    const { run, rds, names } = world();
    Object.assign(rds.instances[1] ?? {}, { BackupRetentionPeriod: 1, MasterUserSecret: undefined });
    await expect(run()).rejects.toThrow(
      `${RESTORED} can't replace the database: backup_retention_period is 1, but must be 7; RDS does not manage its password yet. bin/infra restore fixes that. Nothing was changed.`,
    );
    expect(names()).toEqual({ [OWN_ID]: NAME, [NEW_ID]: RESTORED });
  });

  it("needs no old one", async () => {
    const { run, rds, names } = world();
    rds.instances.shift();
    expect(await run()).toBeUndefined();
    expect(names()).toEqual({ [NEW_ID]: NAME });
  });

  it("keeps the secret of the old instance out of the state", async () => {
    const { run, stored } = world();
    await run();
    const text = JSON.stringify(stored());
    expect(text).toContain(`${SECRET}-of-${RESTORED}`);
    expect(text).not.toContain(`"${SECRET}"`);
  });
});
