import { randomBytes } from "node:crypto";
import type { Call, Reply } from "../call.ts";
import { nameInMoto } from "./backup-plans.ts";
import type { Gap, Moto } from "./gap.ts";
import { withBody, xmlReply } from "./replies.ts";

/** What moto does not keep apart of an instance. */
export interface DatabaseIdentity {
  /** `DbiResourceId`: it stays when the instance gets another name. */
  readonly resourceId: string;
  /** Resource id of what it was restored from. */
  readonly restoredFrom?: string | undefined;
  /** Master password, where it was written and RDS does not manage it. */
  readonly password?: string | undefined;
}

/** What RDS says of an instance until its MySQL takes connections. */
export interface Busy {
  readonly status: "creating" | "modifying";
}

/** What is kept of instances. */
export interface KeptDatabases {
  /** By the instance's name. */
  readonly identities: Map<string, DatabaseIdentity>;
  /** By resource id; whoever runs MySQL takes out what is ready. @default nobody runs it: all are available at once */
  readonly busy?: Map<string, Busy> | undefined;
}

const service = "rds";
const VERSION = "2014-10-31";
const INSTANCE = /<DBInstance>.*?<\/DBInstance>/gs;
const why =
  "moto gives all instances one DbiResourceId, by which the provider and whoever restores tells them apart, and shows a restored one as a read replica";

/**
 * RDS: an id for each instance, which it keeps when it gets another name; and a status that tells whether its MySQL takes
 * connections, where one is run.
 */
export function databaseIdentities({ identities, busy }: KeptDatabases = { identities: new Map() }): Gap[] {
  const identityOf = (name: string): DatabaseIdentity => {
    const known = identities.get(name) ?? { resourceId: newResourceId() };
    identities.set(name, known);
    return known;
  };
  const show = (reply: Reply, isShown: (resourceId: string) => boolean = () => true): Reply => {
    const text = reply.body.toString("utf8").replaceAll(INSTANCE, (instance) => {
      const { resourceId, restoredFrom } = identityOf(textIn(instance, "DBInstanceIdentifier"));
      if (!isShown(resourceId)) return "";
      const { status } = (instance.includes("<Engine>mysql<") && busy?.get(resourceId)) || {};
      const own = instance
        .replace(/(<DbiResourceId>)[^<]*/, `$1${resourceId}`)
        .replace(/(<DBInstanceStatus>)available</, `$1${status ?? "available"}<`);
      const replica = /<ReadReplicaSourceDBInstanceIdentifier>[^<]*<\/ReadReplicaSourceDBInstanceIdentifier>/;
      return restoredFrom === undefined ? own : own.replace(replica, "");
    });
    return withBody(reply, text);
  };
  const answering = (
    action: string,
    standIn: string,
    keep: (call: Call, moto: Moto) => void | Promise<void> = () => {},
    ask: (call: Call, moto: Moto) => Promise<Reply> = (call, moto) => moto.forward(call),
  ): Gap => ({
    service,
    action,
    why,
    standIn,
    async answer(call, moto) {
      const reply = await ask(call, moto);
      if (reply.status !== 200) return reply;
      await keep(call, moto);
      return show(reply);
    },
  });
  const keepRestored = (name: string, source: string) => {
    identities.set(name, { resourceId: newResourceId(), restoredFrom: identityOf(source).resourceId });
    busy?.set(identityOf(name).resourceId, { status: "creating" });
  };

  return [
    answering("CreateDBInstance", "moto's own answer, with an id of its own", ({ parameters }) => {
      busy?.set(identityOf(parameters.get("DBInstanceIdentifier") ?? "").resourceId, { status: "creating" });
    }),
    answering("RestoreDBInstanceToPointInTime", "moto's own answer, with an id of its own", ({ parameters }) =>
      keepRestored(
        parameters.get("TargetDBInstanceIdentifier") ?? "",
        parameters.get("SourceDBInstanceIdentifier") ?? "",
      ),
    ),
    answering(
      "RestoreDBInstanceFromDBSnapshot",
      "moto's own answer, with an id of its own",
      async (call, moto) => {
        const snapshot = nameInMoto(call.parameters.get("DBSnapshotIdentifier") ?? "");
        const asked = { Action: "DescribeDBSnapshots", DBSnapshotIdentifier: snapshot };
        const source = textIn(await moto.query(call, service, VERSION, asked), "DBInstanceIdentifier");
        keepRestored(call.parameters.get("DBInstanceIdentifier") ?? "", source);
      },
      async (call, moto) => {
        const parameters = Object.fromEntries(call.parameters);
        const snapshot = parameters.DBSnapshotIdentifier ?? "";
        if (nameInMoto(snapshot) === snapshot) return moto.forward(call);
        const asked = { ...parameters, DBSnapshotIdentifier: nameInMoto(snapshot) };
        return xmlReply(200, await moto.query(call, service, VERSION, asked));
      },
    ),
    answering("ModifyDBInstance", "moto's own answer, with the id that the instance had before", ({ parameters }) => {
      const name = parameters.get("DBInstanceIdentifier") ?? "";
      const [renamed, password] = [parameters.get("NewDBInstanceIdentifier"), parameters.get("MasterUserPassword")];
      const before = identityOf(name);
      if (renamed) identities.delete(name);
      identities.set(renamed ?? name, { ...before, ...(password && { password }) });
      busy?.set(before.resourceId, { status: "modifying" });
    }),
    answering("DeleteDBInstance", "moto's own answer; the id is forgotten with the next look"),
    {
      service,
      action: "DescribeDBInstances",
      why,
      standIn: "moto's own answer with each instance's id, by which it can be asked for",
      async answer(call, moto) {
        const wanted = filterIn(call, "dbi-resource-id");
        if (wanted.length === 0) return show(await moto.forward(call));
        const all = { Action: "DescribeDBInstances" };
        return show(xmlReply(200, await moto.query(call, service, VERSION, all)), (resourceId) =>
          wanted.includes(resourceId),
        );
      },
    },
  ];
}

function textIn(xml: string, element: string): string {
  return xml.match(new RegExp(`<${element}>([^<]*)`))?.[1] ?? "";
}

/** The values of a filter, in the query protocol. */
function filterIn({ parameters }: Call, name: string): string[] {
  const [, index] =
    [...parameters].find(([, value]) => value === name)?.[0].match(/^Filters\.Filter\.(\d+)\.Name$/) ?? [];
  const prefix = `Filters.Filter.${index}.Values.Value.`;
  return [...parameters].filter(([key]) => index !== undefined && key.startsWith(prefix)).map(([, value]) => value);
}

/** In the form in which the provider recognizes one. */
function newResourceId(): string {
  return `db-${randomBytes(13).toString("hex").toUpperCase()}`;
}
