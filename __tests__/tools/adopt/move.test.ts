import { describe, expect, it } from "vitest";
import { move, rollback } from "../../../tools/adopt/move.ts";
import type { StateStore } from "../../../tools/adopt/state-store.ts";
import { emptyState } from "../../../tools/adopt/states.ts";
import type { State } from "../../../tools/lib/terraform/state-file.ts";
import { allObjects } from "../../../tools/lib/terraform/state-objects.ts";
import { AWS, client, ofPool, POOL_ID, pool, resource, state } from "../../support/cognito-state.ts";

const OLD = state(
  pool({ module: "module.cognito" }),
  client({ module: "module.cognito" }),
  ofPool("aws_cognito_user", "somebody", { module: "module.cognito" }),
  resource({ type: "aws_s3_bucket", attributes: { id: "bucket" } }),
);
const ADOPTED = {
  "aws_cognito_user_pool.cognito_user_pool": {
    from: "module.cognito.aws_cognito_user_pool.this",
    id: POOL_ID,
    attributes: {},
  },
  "aws_cognito_user_pool_client.cognito_user_pool_client": {
    from: "module.cognito.aws_cognito_user_pool_client.this",
    id: "client1",
    attributes: {},
  },
};

/** The process dies. */
class Killed extends Error {}

/** Two states in memory, of which every access is counted. The process can be killed before or after any of them. */
class World {
  old: State = OLD;
  target: State = emptyState();
  readonly locked = new Set<string>();
  readonly backups: { old: State; target: State }[] = [];
  accesses = 0;
  killAt = Number.POSITIVE_INFINITY;
  writes = 0;

  store(side: "old" | "target"): StateStore {
    return {
      name: side,
      pull: () => this.access(() => this[side]),
      push: (written) =>
        this.access(() => {
          this.writes++;
          this[side] = { ...written, resources: written.resources.toReversed() };
        }),
      lock: async () => {
        expect(this.locked).not.toContain(side);
        this.locked.add(side);
        return {
          release: async () => {
            this.locked.delete(side);
            return undefined;
          },
        };
      },
    };
  }

  options(prove: (state: State) => Promise<void> = async () => {}) {
    return {
      adopted: ADOPTED,
      old: this.store("old"),
      target: this.store("target"),
      provider: AWS,
      backUp: (old: State, target: State) => {
        this.backups.push({ old, target });
        return "here";
      },
      progress: { step() {}, fact() {}, output() {}, text() {}, live() {} },
      proveUnchanged: (of: State) => this.access(() => prove(of)),
    };
  }

  private async access<T>(work: () => T | Promise<T>): Promise<T> {
    if (++this.accesses === this.killAt) throw new Killed();
    const result = await work();
    if (++this.accesses === this.killAt) throw new Killed();
    return result;
  }

  idsIn(side: "old" | "target"): string[] {
    return allObjects(this[side]).map(({ id }) => id);
  }

  expectNothingLost(): void {
    for (const id of [POOL_ID, "client1"]) expect([...this.idsIn("old"), ...this.idsIn("target")]).toContain(id);
  }
}

describe("a move", () => {
  it("takes the adopted objects over, and nothing else", async () => {
    const world = new World();
    expect(await move(world.options())).toEqual({ stillInOld: [] });
    expect(world.idsIn("target").sort()).toEqual([POOL_ID, "client1"]);
    expect(world.idsIn("old").sort()).toEqual(["bucket", "somebody"]);
    expect(world.locked.size).toBe(0);
  });

  it("keeps both states as they were", async () => {
    const world = new World();
    const before = { old: world.old, target: world.target };
    await move(world.options());
    expect(world.backups).toEqual([before]);
  });

  it("is proved before anything is written, and writes nothing where a plan would change an object", async () => {
    const world = new World();
    const refuse = async (of: State) => {
      expect(world.writes).toBe(0);
      expect(allObjects(of)).toHaveLength(2);
      throw new Error("it would be replaced");
    };
    await expect(move(world.options(refuse))).rejects.toThrow("it would be replaced");
    expect(world.writes).toBe(0);
    expect(world.locked.size).toBe(0);
  });

  it("leaves a copy alone, and says what is still in it, again and again", async () => {
    const world = new World();
    const { push: _, ...copy } = world.store("old");
    const options = { ...world.options(), old: copy };
    const stillInOld = Object.values(ADOPTED).map(({ from }) => from);
    expect(await move(options)).toEqual({ stillInOld });
    expect(await move(options)).toEqual({ stillInOld });
    expect(world.old).toBe(OLD);
  });

  it("does nothing more when it is run again", async () => {
    const world = new World();
    await move(world.options());
    const { writes } = world;
    expect(await move(world.options())).toEqual({ stillInOld: [] });
    expect(world.writes).toBe(writes);
    expect(world.backups).toHaveLength(1);
  });

  it("notices that another run has overwritten it, before it removes anything from the old state", async () => {
    const world = new World();
    const options = world.options();
    const target = { ...options.target, push: async () => {} };
    await expect(move({ ...options, target })).rejects.toThrow("target: was written, but has changed since");
    expect(world.old).toBe(OLD);
  });

  it("tells where a moved block can't fetch an object, within one state", async () => {
    const world = new World();
    const other = pool({ name: "cognito_user_pool", attributes: { id: "ap-northeast-1_Other" } });
    world.old = { ...OLD, resources: [...OLD.resources, other] };
    world.target = world.old;
    await expect(move(world.options())).rejects.toThrow(
      "except for module.cognito.aws_cognito_user_pool.this (ap-northeast-1_Pool1) → aws_cognito_user_pool.cognito_user_pool",
    );
    expect(world.writes).toBe(0);
  });

  it("is refused where an object was renamed in the old state since: it would be left there", async () => {
    const world = new World();
    const [first, ...others] = OLD.resources;
    world.old = { ...OLD, resources: [{ ...first, name: "renamed" }, ...others] } as State;
    await expect(move(world.options())).rejects.toThrow(
      "module.cognito.aws_cognito_user_pool.this: ap-northeast-1_Pool1 is at module.cognito.aws_cognito_user_pool.renamed in the old state. " +
        "Move it back to its address: terraform state mv 'module.cognito.aws_cognito_user_pool.renamed' 'module.cognito.aws_cognito_user_pool.this'.",
    );
    expect(world.writes).toBe(0);
  });

  it("leaves what is left over from a replacement at the same address", async () => {
    const world = new World();
    const leftOver = { attributes: { id: "ap-northeast-1_Old" }, deposed: "a1b2" };
    const [first, ...others] = OLD.resources;
    world.old = {
      ...OLD,
      resources: [{ ...first, instances: [...(first?.instances ?? []), leftOver] }, ...others],
    } as State;
    await move(world.options());
    expect(world.idsIn("old").sort()).toEqual(["ap-northeast-1_Old", "bucket", "somebody"]);
  });

  it("says so where a lock is not given back", async () => {
    const world = new World();
    const told: string[] = [];
    const options = world.options();
    const old = { ...options.old, lock: async () => ({ release: async () => "Error releasing the state lock" }) };
    await move({ ...options, old, progress: { ...options.progress, text: (text) => told.push(text) } });
    expect(told).toEqual(["The lock could not be released. Terraform says:\nError releasing the state lock"]);
  });

  it("is no move where both are one state", async () => {
    const world = new World();
    world.target = world.old;
    expect(await move(world.options())).toEqual({ stillInOld: [], isOneState: true });
    expect(world.writes).toBe(0);
  });
});

describe("a rollback", () => {
  it("puts everything back where it was, and keeps what has changed since", async () => {
    const world = new World();
    await move(world.options());
    const vpc = resource({ type: "aws_vpc", attributes: { id: "vpc" } });
    world.target = { ...world.target, resources: [...world.target.resources, vpc] };
    await rollback({ ...world.options(), before: world.backups[0]?.old });
    expect(world.idsIn("target")).toEqual(["vpc"]);
    const sorted = (of: State) =>
      allObjects(of)
        .map(({ address, instance }) => [address, instance])
        .sort();
    expect(sorted(world.old)).toEqual(sorted(OLD));
  });

  it("is refused where there is no backup", async () => {
    const world = new World();
    await move(world.options());
    const { writes } = world;
    await expect(rollback({ ...world.options(), before: undefined })).rejects.toThrow("No backup of the old state");
    expect(world.writes).toBe(writes);
  });

  it("is refused with a copy, even one that has the objects: the real old state may not have them any more", async () => {
    const world = new World();
    await move(world.options());
    const { target, writes } = world;
    world.old = OLD;
    const { push: _, ...copy } = world.store("old");
    await expect(rollback({ ...world.options(), old: copy, before: OLD })).rejects.toThrow(
      "is a copy of the old state",
    );
    expect(world.target).toBe(target);
    expect(world.writes).toBe(writes);
  });

  it("is not misled by another pool of the old state at an address that is one here", async () => {
    const world = new World();
    const other = pool({ name: "cognito_user_pool", attributes: { id: "ap-northeast-1_Other" } });
    const before = { ...OLD, resources: [...OLD.resources, other] };
    world.old = before;
    await move(world.options());
    await rollback({ ...world.options(), before });
    expect(world.idsIn("target")).toEqual([]);
    expect(world.idsIn("old")).toHaveLength(5);
  });

  it("says how to go back within one state, where the objects have moved", async () => {
    const world = new World();
    world.target = world.old;
    expect(await rollback({ ...world.options(), before: OLD })).toEqual({ renamings: [] });
    world.old = state(pool({ name: "cognito_user_pool" }));
    world.target = world.old;
    expect(await rollback({ ...world.options(), before: OLD })).toEqual({
      renamings: [
        "terraform state mv 'aws_cognito_user_pool.cognito_user_pool' 'module.cognito.aws_cognito_user_pool.this'",
      ],
    });
  });

  it("does not put the objects into a state that they never came from", async () => {
    const world = new World();
    await move(world.options());
    const { writes } = world;
    world.old = { ...state(), lineage: "another" };
    await expect(rollback({ ...world.options(), before: OLD })).rejects.toThrow(
      "old: is not the state that the objects came from",
    );
    expect(world.writes).toBe(writes);
  });

  it("is refused where a second pool has been made in its place", async () => {
    const world = new World();
    await move(world.options());
    const { writes } = world;
    const second = pool({ module: "module.cognito", attributes: { id: "ap-northeast-1_Second" } });
    world.old = { ...world.old, resources: [...world.old.resources, second] };
    await expect(rollback({ ...world.options(), before: OLD })).rejects.toThrow(
      "module.cognito.aws_cognito_user_pool.this: the old state now has another object at this address, ap-northeast-1_Second.",
    );
    expect(world.writes).toBe(writes);
  });

  it("says so where there is nothing to do, and keeps no backup of that", async () => {
    const world = new World();
    expect(await rollback({ ...world.options(), before: undefined })).toEqual({ wasDone: true });
    expect(world.backups).toEqual([]);
  });
});

/** Runs the work, killed at every moment in turn, and then once more in full. */
async function killEverywhere(prepare: (world: World) => Promise<void>, work: (world: World) => Promise<unknown>) {
  for (let moment = 1; ; moment++) {
    const world = new World();
    await prepare(world);
    world.killAt = world.accesses + moment;
    const wasKilled = await work(world).then(
      () => false,
      (error) => {
        if (!(error instanceof Killed)) throw error;
        return true;
      },
    );
    world.expectNothingLost();
    if (!wasKilled) return moment;
    world.killAt = Number.POSITIVE_INFINITY;
    await work(world);
    expect(world.idsIn("old").length + world.idsIn("target").length).toBe(4);
    world.expectNothingLost();
  }
}

describe("killed at any moment", () => {
  it("a move loses nothing, and a second run ends it", async () => {
    const moments = await killEverywhere(
      async () => {},
      async (world) => {
        await move(world.options());
        expect(world.idsIn("target")).toHaveLength(2);
      },
    );
    expect(moments).toBeGreaterThan(12);
  });

  it("a rollback loses nothing, and a second run ends it", async () => {
    const moments = await killEverywhere(
      (world) => move(world.options()).then(() => undefined),
      async (world) => {
        await rollback({ ...world.options(), before: OLD });
        expect(world.idsIn("old")).toHaveLength(4);
      },
    );
    expect(moments).toBeGreaterThan(8);
  });
});
