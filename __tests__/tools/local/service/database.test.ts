import { type DBInstance, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it } from "vitest";
import type { Busy, DatabaseIdentity } from "../../../../tools/local/emulator/gaps/database-identities.ts";
import { Databases } from "../../../../tools/local/service/database.ts";
import type { Engine } from "../../../../tools/local/service/engine.ts";
import type { Vpc } from "../../../../tools/local/service/network/vpc.ts";

const instance = (name: string): DBInstance => ({
  DBInstanceIdentifier: name,
  Engine: "mysql",
  EngineVersion: "8.4.7",
  DBName: "shop",
  MasterUsername: "shop",
  MasterUserSecret: { SecretArn: "arn:secret" },
  Endpoint: { Address: `${name}.rds.example.com`, Port: 3306 },
});

/** An RDS with instances, and servers of which each has started once `isUp` is true. */
function world() {
  const state = { instances: [] as DBInstance[], isUp: false, running: [] as string[], loaded: [] as string[] };
  const rds = new RDSClient({ region: "ap-northeast-1" });
  mockClient(rds)
    .on(DescribeDBInstancesCommand)
    .callsFake(async () => ({ DBInstances: state.instances }));
  const secrets = new SecretsManagerClient({ region: "ap-northeast-1" });
  mockClient(secrets).on(GetSecretValueCommand).resolves({ SecretString: '{"password":"first"}' });
  const container = (name: string) => ({
    id: name,
    async exec([, , command = ""]: readonly string[], { input }: { input?: string } = {}) {
      if (command.includes("mysqldump")) return { exitCode: 0, output: `rows of ${name}` };
      if (!command.includes("-h127.0.0.1") && input) state.loaded.push(`${input} into ${name}`);
      return { exitCode: state.isUp ? 0 : 1, output: "" };
    },
    async remove() {
      state.running = state.running.filter((one) => one !== name);
    },
  });
  const engine = {
    async pull() {},
    async run({ name }: { name: string }) {
      state.running.push(name);
      return container(name);
    },
  };
  const vpc = {
    attach: async ({ name }: { name: string }) => ({ container: container(name) }),
    detach: async () => {},
  };
  const identities = new Map<string, DatabaseIdentity>();
  const busy = new Map<string, Busy>();
  const databases = new Databases({
    engine: engine as unknown as Engine,
    vpc: vpc as unknown as Vpc,
    rds,
    secrets,
    name: "local",
    kept: { identities, busy },
  });
  /** What RDS is asked for, as the emulator keeps it. */
  const ask = (name: string, identity: DatabaseIdentity, status: Busy["status"]) => {
    identities.set(name, identity);
    busy.set(identity.resourceId, { status });
  };
  return { state, busy, databases, ask, identities };
}

describe("an instance of RDS on this machine", () => {
  it("is busy until its MySQL takes connections", async () => {
    const { state, busy, databases, ask } = world();
    state.instances = [instance("a")];
    ask("a", { resourceId: "db-A" }, "creating");
    for (const _ of [1, 2, 3]) await databases.reconcile();
    expect(busy.get("db-A")).toEqual({ status: "creating" });
    state.isUp = true;
    await databases.reconcile();
    expect([...busy.keys()]).toEqual([]);
  });

  it("is busy again where it is changed while it is looked at, until the next look", async () => {
    const { state, busy, databases, ask } = world();
    [state.instances, state.isUp] = [[instance("a")], true];
    ask("a", { resourceId: "db-A" }, "creating");
    await databases.reconcile();
    const looking = databases.reconcile();
    ask("a", { resourceId: "db-A", password: "second" }, "modifying");
    await looking;
    expect(busy.get("db-A")).toEqual({ status: "modifying" });
    await databases.reconcile();
    expect([...busy.keys()]).toEqual([]);
  });

  it("has the data of what it was restored from, and keeps it under another name", async () => {
    const { state, busy, databases, ask, identities } = world();
    [state.instances, state.isUp] = [[instance("a")], true];
    ask("a", { resourceId: "db-A" }, "creating");
    for (const _ of [1, 2]) await databases.reconcile();
    state.instances = [instance("a"), instance("b")];
    ask("b", { resourceId: "db-B", restoredFrom: "db-A" }, "creating");
    for (const _ of [1, 2]) await databases.reconcile();
    expect(state.loaded).toEqual(["rows of local-database-a-mysql into local-database-b-mysql"]);
    expect([...busy.keys()]).toEqual([]);

    // It takes over: the old one is put aside, and it gets its name.
    identities.clear();
    state.instances = [instance("a-old"), instance("a")];
    ask("a-old", { resourceId: "db-A" }, "modifying");
    ask("a", { resourceId: "db-B", restoredFrom: "db-A" }, "modifying");
    for (const _ of [1, 2]) await databases.reconcile();
    expect(state.loaded.slice(1)).toEqual([
      "rows of local-database-a-mysql into local-database-a-old-mysql",
      "rows of local-database-b-mysql into local-database-a-mysql",
    ]);
    expect(state.running.sort()).toEqual(["local-database-a-mysql", "local-database-a-old-mysql"]);
    expect([...busy.keys()]).toEqual([]);
  });
});
