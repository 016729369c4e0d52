import { createHash, randomBytes } from "node:crypto";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Gap } from "../../../tools/local/emulator/gaps/gap.ts";
import { createGaps } from "../../../tools/local/emulator/gaps/index.ts";
import { jsonReply, queryReply } from "../../../tools/local/emulator/gaps/replies.ts";
import { createProxy } from "../../../tools/local/emulator/proxy.ts";
import { listening } from "./fake-moto.ts";

async function proxyTo(motoPort: number, gaps: Gap[] = createGaps(), onRequest?: () => void): Promise<number> {
  const proxy = createProxy({ motoPort, gaps, onRequest });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return (proxy.address() as AddressInfo).port;
}

interface Sent {
  method: string;
  path: string;
  headers: string[];
  body?: Buffer;
}

function send(port: number, { method, path, headers, body }: Sent) {
  return new Promise<{ status?: number; rawHeaders: string[]; body: Buffer }>((resolve, reject) => {
    const all = ["Host", `127.0.0.1:${port}`, "Connection", "close", ...headers];
    const sent = request({ host: "127.0.0.1", port, method, path, headers: all, setHost: false }, async (answer) => {
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      resolve({ status: answer.statusCode, rawHeaders: answer.rawHeaders, body: Buffer.concat(chunks) });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const signedFor = (service: string) => [
  "Authorization",
  `AWS4-HMAC-SHA256 Credential=local/20260101/ap-northeast-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
];
const form = ["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"];

describe("the proxy", () => {
  it.each(["s3", "rds"])("passes a call to %s and its answer through, byte for byte", async (service) => {
    const up = randomBytes(300_000);
    const down = randomBytes(300_000);
    const seen: { method?: string; url?: string; rawHeaders: string[]; hash: string }[] = [];
    const moto = await listening(({ method, url, rawHeaders }, body) => {
      seen.push({ method, url, rawHeaders, hash: createHash("sha256").update(body).digest("hex") });
      return { status: 206, headers: ["X-Odd-Case", "a", "x-odd-case", "b", "Content-Length", "300000"], body: down };
    });
    const port = await proxyTo(moto);
    const path = "/bucket/a%2Fb//c?x-id=PutObject&empty=&q=%E3%81%82";
    const headers = [...signedFor(service), "X-Twice", "1", "X-Twice", "2", "Content-Length", "300000"];
    const answer = await send(port, { method: "PUT", path, headers, body: up });

    expect(seen).toEqual([
      {
        method: "PUT",
        url: path,
        rawHeaders: ["Host", `127.0.0.1:${port}`, "Connection", "close", ...headers],
        hash: createHash("sha256").update(up).digest("hex"),
      },
    ]);
    expect(answer.status).toBe(206);
    expect(answer.body.equals(down)).toBe(true);
    expect(answer.rawHeaders.join("\n")).toContain("X-Odd-Case\na\nx-odd-case\nb\nContent-Length\n300000");
  });

  it("passes a body through that comes in chunks", async () => {
    const moto = await listening((_, body) => ({ body }));
    const port = await proxyTo(moto);
    const headers = [...signedFor("s3"), "Transfer-Encoding", "chunked"];
    const { body } = await send(port, { method: "PUT", path: "/", headers, body: Buffer.from("in chunks") });
    expect(body.toString()).toBe("in chunks");
  });

  it("answers a call that moto lacks, in either protocol, without asking moto", async () => {
    const asked: string[] = [];
    const moto = await listening(({ url }) => {
      asked.push(url ?? "");
      return {};
    });
    const gap = (service: string, action: string): Gap => ({
      service,
      action,
      why: "a test",
      standIn: "a test",
      answer: async (call) => queryReply(call, "urn:test", { Name: call.parameters.get("Name") ?? call.region }),
    });
    const port = await proxyTo(moto, [gap("elasticache", "DeleteX"), gap("ecs", "DescribeY")]);

    const query = await send(port, {
      method: "POST",
      path: "/",
      headers: [...signedFor("elasticache"), ...form],
      body: Buffer.from("Action=DeleteX&Name=a%26b&Version=1"),
    });
    expect(query.body.toString()).toContain("<DeleteXResult><Name>a&amp;b</Name></DeleteXResult>");

    const json = await send(port, {
      method: "POST",
      path: "/",
      headers: [...signedFor("ecs"), "X-Amz-Target", "Service.DescribeY"],
      body: Buffer.from("{}"),
    });
    expect(json.body.toString()).toContain("<Name>ap-northeast-1</Name>");
    expect(asked).toEqual([]);
  });

  it("leaves the same action of another service to moto", async () => {
    const moto = await listening(() => ({ body: Buffer.from("moto") }));
    const gap: Gap = { service: "ecs", action: "TagResource", why: "", standIn: "", answer: () => Promise.reject() };
    const port = await proxyTo(moto, [gap]);
    const headers = [...signedFor("ecr"), "X-Amz-Target", "Ecr.TagResource"];
    expect((await send(port, { method: "POST", path: "/", headers })).body.toString()).toBe("moto");
  });

  it("answers for Cognito what users send without a signature", async () => {
    const standIn: Gap = {
      service: "cognito-idp",
      action: "SignUp",
      why: "a test",
      standIn: "a test",
      answer: async () => jsonReply({ by: "the stand-in" }),
    };
    const port = await proxyTo(await listening(() => ({ body: Buffer.from("moto") })), [standIn]);
    const sendAction = async (target: string) => {
      const headers = ["X-Amz-Target", target];
      return (await send(port, { method: "POST", path: "/", headers, body: Buffer.from("{}") })).body.toString();
    };
    expect(await sendAction("AWSCognitoIdentityProviderService.SignUp")).toBe('{"by":"the stand-in"}');
    expect(await sendAction("AWSCognitoIdentityProviderService.GetUser")).toBe("moto");
    expect(await sendAction("Another.SignUp")).toBe("moto");
  });

  it("says so when moto is gone", async () => {
    const port = await proxyTo(1);
    for (const headers of [[], signedFor("rds")]) {
      const { status, body } = await send(port, { method: "GET", path: "/", headers });
      expect(status).toBe(502);
      expect(body.toString()).toContain("did not answer");
    }
  });

  it("says it so that an AWS SDK shows it, whatever its protocol is", async () => {
    const endpoint = `http://127.0.0.1:${await proxyTo(1)}`;
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const to = { endpoint, credentials, region: "ap-northeast-1", maxAttempts: 1 };
    await expect(new CloudWatchLogsClient(to).send(new DescribeLogGroupsCommand({}))).rejects.toThrow("did not answer");
    await expect(new RDSClient(to).send(new DescribeDBInstancesCommand({}))).rejects.toThrow("did not answer");
  });

  it("tells of every request, so that an idle emulator can be ended", async () => {
    let requests = 0;
    const port = await proxyTo(await listening(() => ({})), createGaps(), () => {
      requests += 1;
    });
    await send(port, { method: "GET", path: "/", headers: [] });
    await send(port, { method: "GET", path: "/", headers: signedFor("ecs") });
    expect(requests).toBe(2);
  });
});

describe("the list of gaps", () => {
  it("has one entry for each call, and each says why it is there and what it does instead", () => {
    const gaps = createGaps();
    const calls = gaps.map(({ service, action }) => `${service}:${action}`);
    expect(new Set(calls).size).toBe(calls.length);
    for (const { why, standIn } of gaps) expect(Math.min(why.length, standIn.length)).toBeGreaterThan(10);
  });
});
