import { describe, expect, it } from "vitest";
import { domainCalls } from "../../../../tools/local/emulator/gaps/cognito/domains.ts";
import {
  type Busy,
  databaseIdentities,
  type KeptDatabases,
} from "../../../../tools/local/emulator/gaps/database-identities.ts";
import { managedSecretRotation } from "../../../../tools/local/emulator/gaps/managed-secret-rotation.ts";
import { parameterSource } from "../../../../tools/local/emulator/gaps/parameter-source.ts";
import { ruleDescriptions } from "../../../../tools/local/emulator/gaps/rule-descriptions.ts";
import { scalingTags } from "../../../../tools/local/emulator/gaps/scaling-tags.ts";
import { type Ask, secretEvents } from "../../../../tools/local/emulator/gaps/secret-events.ts";
import { serviceSettings } from "../../../../tools/local/emulator/gaps/service-settings.ts";
import { webAcls } from "../../../../tools/local/emulator/gaps/web-acls.ts";
import { asking, elements, fakeMoto } from "../fake-moto.ts";

describe("a database parameter", () => {
  it("has a user as its source, and the answer's length header fits", async () => {
    const xml = "<Parameters><Parameter><ParameterName>a</ParameterName></Parameter></Parameters>";
    const { moto } = fakeMoto(() => ({
      status: 200,
      rawHeaders: ["Content-Type", "text/xml", "content-length", String(xml.length)],
      body: Buffer.from(xml),
    }));
    const { text, reply } = await asking(parameterSource(), moto).query("DescribeDBParameters");
    expect(elements(text, "Source")).toEqual(["user"]);
    expect(reply.rawHeaders).toEqual(["Content-Type", "text/xml", "content-length", String(text.length)]);
  });
});

describe("a user pool's domain", () => {
  const shownAs = (DomainDescription: object) => {
    const body = Buffer.from(JSON.stringify({ DomainDescription }));
    return asking(domainCalls(), fakeMoto(() => ({ status: 200, rawHeaders: [], body })).moto);
  };

  it("is in the same account at each look", async () => {
    const { json } = shownAs({ Domain: "app", AWSAccountId: "0b1f" });
    const { value } = await json("DescribeUserPoolDomain", { Domain: "app" });
    expect(value).toEqual({ DomainDescription: { Domain: "app", AWSAccountId: "123456789012" } });
  });

  it("has the certificate that was asked for last", async () => {
    const { json } = shownAs({ Domain: "login.example.com" });
    const certificate = (name: string) => ({ CustomDomainConfig: { CertificateArn: `arn:${name}` } });
    for (const [action, name] of [
      ["CreateUserPoolDomain", "a"],
      ["UpdateUserPoolDomain", "b"],
    ] as const) {
      await json(action, { Domain: "login.example.com", ...certificate(name) });
      const { value } = await json("DescribeUserPoolDomain", { Domain: "login.example.com" });
      expect(value.DomainDescription).toMatchObject(certificate(name));
    }
  });
});

const xml = (...names: string[]) =>
  names
    .map(
      (name) =>
        `<DBInstance><DBInstanceIdentifier>${name}</DBInstanceIdentifier><Engine>mysql</Engine><DBInstanceStatus>available</DBInstanceStatus><DbiResourceId>db-SAME</DbiResourceId><ReadReplicaSourceDBInstanceIdentifier>a</ReadReplicaSourceDBInstanceIdentifier></DBInstance>`,
    )
    .join("");
/** RDS with instances, as moto shows them. */
const instances = (kept?: KeptDatabases) => {
  const there = new Set<string>();
  const { moto } = fakeMoto(({ action, parameters }) => {
    const name = parameters.get("DBInstanceIdentifier") ?? parameters.get("TargetDBInstanceIdentifier") ?? "";
    const renamed = parameters.get("NewDBInstanceIdentifier");
    if (renamed) there.delete(name);
    if (action !== "DescribeDBInstances") there.add(renamed ?? name);
    return xml(...(action === "DescribeDBInstances" ? there : [renamed ?? name]));
  });
  return asking(databaseIdentities(kept), { ...moto, query: async () => xml(...there) });
};

describe("the id of a database", () => {
  const ids = (text: string) => elements(text, "DbiResourceId");

  it("is its own, also of one that was restored, and stays when it gets another name", async () => {
    const { query } = instances();
    const [own = ""] = ids((await query("CreateDBInstance", { DBInstanceIdentifier: "a" })).text);
    const target = { SourceDBInstanceIdentifier: "a", TargetDBInstanceIdentifier: "b" };
    const [other = ""] = ids((await query("RestoreDBInstanceToPointInTime", target)).text);
    expect(own).toMatch(/^db-[0-9A-Z]{26}$/);
    expect(other).not.toBe(own);
    await query("ModifyDBInstance", { DBInstanceIdentifier: "a", NewDBInstanceIdentifier: "a-old" });
    await query("ModifyDBInstance", { DBInstanceIdentifier: "b", NewDBInstanceIdentifier: "a" });
    const { text } = await query("DescribeDBInstances");
    expect(elements(text, "DBInstanceIdentifier")).toEqual(["a-old", "a"]);
    expect(ids(text)).toEqual([own, other]);
    expect(elements(text, "ReadReplicaSourceDBInstanceIdentifier"), "a restored one is no replica").toEqual(["a"]);
  });

  it("is what one can be asked for by", async () => {
    const { query } = instances();
    await query("CreateDBInstance", { DBInstanceIdentifier: "a" });
    const [id = ""] = ids((await query("CreateDBInstance", { DBInstanceIdentifier: "b" })).text);
    const filter = { "Filters.Filter.1.Name": "dbi-resource-id", "Filters.Filter.1.Values.Value.1": id };
    const { text } = await query("DescribeDBInstances", filter);
    expect(elements(text, "DBInstanceIdentifier")).toEqual(["b"]);
  });
});

describe("the status of a database", () => {
  it("is available only once whoever runs MySQL has said so, after each change", async () => {
    const busy = new Map<string, Busy>();
    const { query } = instances({ identities: new Map(), busy });
    const status = async () => elements((await query("DescribeDBInstances")).text, "DBInstanceStatus");
    await query("CreateDBInstance", { DBInstanceIdentifier: "a" });
    expect(await status()).toEqual(["creating"]);
    busy.clear();
    expect(await status()).toEqual(["available"]);
    const target = { SourceDBInstanceIdentifier: "a", TargetDBInstanceIdentifier: "b" };
    await query("RestoreDBInstanceToPointInTime", target);
    await query("ModifyDBInstance", { DBInstanceIdentifier: "a", MasterUserPassword: "new" });
    expect(await status()).toEqual(["modifying", "creating"]);
  });

  it("is moto's where nobody runs MySQL", async () => {
    const { query } = instances();
    const { text } = await query("CreateDBInstance", { DBInstanceIdentifier: "a" });
    expect(elements(text, "DBInstanceStatus")).toEqual(["available"]);
  });
});

describe("the rotation of a secret", () => {
  it("ends without a word when RDS manages the secret", async () => {
    const { moto, forwarded } = fakeMoto();
    const id = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:rds!db-1";
    const { value } = await asking(managedSecretRotation(), moto).json("CancelRotateSecret", { SecretId: id });
    expect(value).toEqual({ ARN: id });
    expect(forwarded).toHaveLength(0);
  });

  it("is moto's business for any other secret", async () => {
    const { moto } = fakeMoto(() => '{"from":"moto"}');
    const { value } = await asking(managedSecretRotation(), moto).json("CancelRotateSecret", { SecretId: "mine" });
    expect(value).toEqual({ from: "moto" });
  });
});

describe("another value of a secret", () => {
  const SECRET = "arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop/KEY-AbCdEf";
  const putInto = async (arn: string, pattern: object, State = "ENABLED") => {
    const updated: object[] = [];
    const ask: Ask = async (_call, _service, target, input) => {
      const [, action] = target.split(".");
      if (action === "UpdateService") updated.push(input);
      if (action === "ListRules") return { Rules: [{ Name: "new", State, EventPattern: JSON.stringify(pattern) }] };
      if (action === "ListTargetsByRule")
        return { Targets: [{ Arn: "arn:aws:sns:a:1:t" }, { Arn: "arn:aws:states:a:1:stateMachine:m" }] };
      const Parameters = { Cluster: "shop", Service: "app", ForceNewDeployment: true };
      const app = { Resource: "arn:aws:states:::aws-sdk:ecs:updateService", Parameters };
      return { definition: JSON.stringify({ States: { All: { Branches: [{ States: { app } }] } } }) };
    };
    const { moto } = fakeMoto(() => JSON.stringify({ ARN: arn, Name: "shop/KEY" }));
    const { value } = await asking(secretEvents(ask), moto).json("PutSecretValue", { SecretId: arn });
    expect(value.ARN).toBe(arn);
    return updated;
  };
  const PATTERN = {
    source: ["aws.secretsmanager"],
    resources: [SECRET],
    detail: { labelUpdated: ["AWSCURRENT"] },
  };

  it("redeploys the services that a rule's state machine names", async () => {
    expect(await putInto(SECRET, PATTERN)).toEqual([{ cluster: "shop", service: "app", forceNewDeployment: true }]);
  });

  it.each([
    ["of another secret", `${SECRET}2`, PATTERN, "ENABLED"],
    ["where the rule is off", SECRET, PATTERN, "DISABLED"],
    ["where the rule waits for another label", SECRET, { ...PATTERN, detail: { labelUpdated: ["mine"] } }, "ENABLED"],
    ["where the rule waits for something else", SECRET, { source: ["aws.ecs"] }, "ENABLED"],
  ])("redeploys nothing %s", async (_case, arn, pattern, state) => {
    expect(await putInto(arn, pattern, state)).toEqual([]);
  });
});

describe("the tags of a scalable target", () => {
  const made = () => asking(scalingTags(), fakeMoto(() => '{"ScalableTargetARN":"arn:target"}').moto);
  const tags = async ({ json }: ReturnType<typeof made>) =>
    (await json("ListTagsForResource", { ResourceARN: "arn:target" })).value.Tags;

  it("are those it was registered with", async () => {
    const target = made();
    await target.json("RegisterScalableTarget", { Tags: { Application: "a" } });
    expect(await tags(target)).toEqual({ Application: "a" });
  });

  it("stay when it is registered again without any", async () => {
    const target = made();
    await target.json("RegisterScalableTarget", { Tags: { Application: "a" } });
    await target.json("RegisterScalableTarget", { MaxCapacity: 5 });
    expect(await tags(target)).toEqual({ Application: "a" });
  });

  it("can be added and removed", async () => {
    const target = made();
    await target.json("TagResource", { ResourceARN: "arn:target", Tags: { a: "1", b: "2" } });
    await target.json("UntagResource", { ResourceARN: "arn:target", TagKeys: ["a"] });
    expect(await tags(target)).toEqual({ b: "2" });
  });

  it("are none for a target that was never tagged", async () => {
    expect(await tags(made())).toEqual({});
  });
});

describe("an ECS service", () => {
  const asMotoShowsIt = {
    serviceArn: "arn:service",
    status: "ACTIVE",
    taskDefinition: "app:2",
    desiredCount: 2,
    runningCount: 0,
    pendingCount: 2,
    deployments: [{ id: "1", taskDefinition: "app:1", desiredCount: 0, rolloutState: "IN_PROGRESS" }],
  };
  const service = (shown: object = asMotoShowsIt) =>
    asking(
      serviceSettings(),
      fakeMoto((call) => {
        const isList = call.action === "DescribeServices";
        return JSON.stringify(isList ? { services: [shown], failures: [] } : { service: shown });
      }).moto,
    );

  it("shows the settings it was made with and those it was changed to", async () => {
    const { json } = service();
    await json("CreateService", { enableExecuteCommand: true, healthCheckGracePeriodSeconds: 60, serviceName: "app" });
    await json("UpdateService", { healthCheckGracePeriodSeconds: 90, service: "app" });
    const { value } = await json("DescribeServices", { services: ["app"] });
    expect(value.services[0]).toMatchObject({ enableExecuteCommand: true, healthCheckGracePeriodSeconds: 90 });
    expect(value.services[0]).not.toHaveProperty("serviceName");
  });

  it("keeps its launch type where the strategy that was asked for is empty", async () => {
    const { json } = service({ ...asMotoShowsIt, launchType: "FARGATE" });
    await json("CreateService", { capacityProviderStrategy: [], serviceName: "app" });
    expect((await json("DescribeServices", { services: ["app"] })).value.services[0]).toMatchObject({
      launchType: "FARGATE",
    });
  });

  it("shows the capacity that it runs on, and then no launch type", async () => {
    const { json } = service({ ...asMotoShowsIt, launchType: "EC2" });
    const capacityProviderStrategy = [{ capacityProvider: "FARGATE_SPOT", base: 0, weight: 1 }];
    await json("CreateService", { capacityProviderStrategy, serviceName: "app" });
    const { value } = await json("DescribeServices", { services: ["app"] });
    expect(value.services[0]).toMatchObject({ capacityProviderStrategy });
    expect(value.services[0]).not.toHaveProperty("launchType");
    expect(value.failures).toEqual([]);
  });

  it("forgets the settings of its namesake that was there before", async () => {
    const { json } = service();
    await json("CreateService", { enableExecuteCommand: true });
    await json("CreateService", {});
    const { value } = await json("DescribeServices", {});
    expect(value.services[0]).not.toHaveProperty("enableExecuteCommand");
  });

  it("has as many tasks as are wanted, and a deployment of its task definition that has come to an end", async () => {
    const { value } = await service().json("DescribeServices", {});
    expect(value.services[0]).toMatchObject({
      runningCount: 2,
      pendingCount: 0,
      deployments: [{ id: "1", taskDefinition: "app:2", runningCount: 2, rolloutState: "COMPLETED" }],
    });
  });

  it("stays as moto shows it once it is inactive", async () => {
    const inactive = { ...asMotoShowsIt, status: "INACTIVE" };
    expect((await service(inactive).json("DescribeServices", {})).value.services[0]).toEqual(inactive);
  });

  it("passes a refusal through", async () => {
    const refusal = { status: 400, rawHeaders: [], body: Buffer.from('{"__type":"ClusterNotFoundException"}') };
    const { status, value } = await asking(serviceSettings(), fakeMoto(() => refusal).moto).json("CreateService", {});
    expect([status, value]).toEqual([400, { __type: "ClusterNotFoundException" }]);
  });
});

describe("the description of a security group's rule", () => {
  const rule =
    "<item><securityGroupRuleId>sgr-1</securityGroupRuleId><tagSet><item><key>a</key></item></tagSet></item>";
  const rules = () =>
    asking(ruleDescriptions(), fakeMoto(() => `<securityGroupRuleSet>${rule}</securityGroupRuleSet>`).moto);

  it.each([
    ["AuthorizeSecurityGroupIngress", "Groups"],
    ["AuthorizeSecurityGroupEgress", "PrefixListIds"],
  ])("is shown after %s with %s", async (action, list) => {
    const { query } = rules();
    await query(action, { [`IpPermissions.1.${list}.1.Description`]: "nginx & app" });
    const { text } = await query("DescribeSecurityGroupRules");
    expect(elements(text, "description")).toEqual(["nginx &amp; app"]);
  });

  it("is the new one after a change", async () => {
    const { query } = rules();
    await query("AuthorizeSecurityGroupIngress", { "IpPermissions.1.Groups.1.Description": "old" });
    await query("ModifySecurityGroupRules", {
      "SecurityGroupRule.1.SecurityGroupRuleId": "sgr-1",
      "SecurityGroupRule.1.SecurityGroupRule.Description": "new",
    });
    expect(elements((await query("DescribeSecurityGroupRules")).text, "description")).toEqual(["new"]);
  });

  it("is left to moto for a rule that names an address range", async () => {
    const { query } = rules();
    await query("AuthorizeSecurityGroupIngress", { "IpPermissions.1.IpRanges.1.Description": "web" });
    expect(elements((await query("DescribeSecurityGroupRules")).text, "description")).toEqual([]);
  });
});

describe("what a web ACL hides", () => {
  it("is read back as it was last asked for", async () => {
    const { moto } = fakeMoto(() => JSON.stringify({ WebACL: { Name: "a" } }));
    const { json } = asking(webAcls(), moto);
    const of = { Name: "a", Scope: "REGIONAL" };
    expect((await json("GetWebACL", of)).value.WebACL).toEqual({ Name: "a" });
    for (const action of ["CreateWebACL", "UpdateWebACL"]) {
      await json(action, { ...of, DataProtectionConfig: { by: action } });
      expect((await json("GetWebACL", of)).value.WebACL).toEqual({ Name: "a", DataProtectionConfig: { by: action } });
    }
  });
});
