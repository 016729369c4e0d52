import { randomBytes } from "node:crypto";
import type { Call, Reply } from "../call.ts";
import type { Gap } from "./gap.ts";
import { withBody } from "./replies.ts";

/** What moto does not keep apart of an instance. */
export interface DatabaseIdentity {
  /** `DbiResourceId`: it stays when the instance gets another name. */
  readonly resourceId: string;
  /** Resource id of what it was restored from. */
  readonly restoredFrom?: string | undefined;
  /** Master password, where it was written and RDS does not manage it. */
  readonly password?: string | undefined;
}

const service = "rds";
const INSTANCE = /<DBInstance>.*?<\/DBInstance>/gs;
const why =
  "moto gives all instances one DbiResourceId, by which the provider and whoever restores tells them apart, and shows a restored one as a read replica";

/**
 * RDS: an id for each instance, which it keeps when it gets another name.
 *
 * @param identities by the instance's name
 */
export function databaseIdentities(identities = new Map<string, DatabaseIdentity>()): Gap[] {
  const identityOf = (name: string): DatabaseIdentity => {
    const known = identities.get(name) ?? { resourceId: newResourceId() };
    identities.set(name, known);
    return known;
  };
  const show = (reply: Reply, isShown: (resourceId: string) => boolean = () => true): Reply => {
    const text = reply.body.toString("utf8").replaceAll(INSTANCE, (instance) => {
      const { resourceId, restoredFrom } = identityOf(textIn(instance, "DBInstanceIdentifier"));
      if (!isShown(resourceId)) return "";
      const own = instance.replace(/(<DbiResourceId>)[^<]*/, `$1${resourceId}`);
      const replica = /<ReadReplicaSourceDBInstanceIdentifier>[^<]*<\/ReadReplicaSourceDBInstanceIdentifier>/;
      return restoredFrom === undefined ? own : own.replace(replica, "");
    });
    return withBody(reply, text);
  };
  const answering = (action: string, standIn: string, keep: (call: Call) => void = () => {}): Gap => ({
    service,
    action,
    why,
    standIn,
    async answer(call, moto) {
      const reply = await moto.forward(call);
      if (reply.status !== 200) return reply;
      keep(call);
      return show(reply);
    },
  });
  const keepRestored = (name: string, source: string) =>
    identities.set(name, { resourceId: newResourceId(), restoredFrom: identityOf(source).resourceId });

  return [
    answering("CreateDBInstance", "moto's own answer, with an id of its own"),
    answering("RestoreDBInstanceToPointInTime", "moto's own answer, with an id of its own", ({ parameters }) =>
      keepRestored(
        parameters.get("TargetDBInstanceIdentifier") ?? "",
        parameters.get("SourceDBInstanceIdentifier") ?? "",
      ),
    ),
    answering("RestoreDBInstanceFromDBSnapshot", "moto's own answer, with an id of its own", ({ parameters }) => {
      // A snapshot that RDS makes by itself has the instance's name in its own.
      const [, source = ""] = (parameters.get("DBSnapshotIdentifier") ?? "").match(/^rds:(.+)-\d{4}(-\d\d){4}$/) ?? [];
      keepRestored(parameters.get("DBInstanceIdentifier") ?? "", source);
    }),
    answering("ModifyDBInstance", "moto's own answer, with the id that the instance had before", ({ parameters }) => {
      const name = parameters.get("DBInstanceIdentifier") ?? "";
      const [renamed, password] = [parameters.get("NewDBInstanceIdentifier"), parameters.get("MasterUserPassword")];
      const before = identityOf(name);
      if (renamed) identities.delete(name);
      identities.set(renamed ?? name, { ...before, ...(password && { password }) });
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
        const everything = await moto.query(call, service, "2014-10-31", all);
        const reply = {
          status: 200,
          rawHeaders: ["Content-Type", "text/xml", "Content-Length", "0"],
          body: Buffer.from(everything),
        };
        return show(reply, (resourceId) => wanted.includes(resourceId));
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
