import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { setTimeout } from "node:timers/promises";
import { inspect } from "node:util";
import { createGunzip, gunzipSync, gzipSync } from "node:zlib";
import { DescribeDBInstancesCommand } from "@aws-sdk/client-rds";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { StartSessionCommand } from "@aws-sdk/client-ssm";
import { mockClient } from "aws-sdk-client-mock";
import { describe, expect, it, vi } from "vitest";
import { putExecutable, temporaryDirectory } from "../../../packages/preflight/tests/support/temporary.ts";
import {
  dumpArguments,
  findClient,
  findDatabase,
  optionFile,
  runClient,
} from "../../../tools/operate/database-client.ts";
import { openDestination, openSource } from "../../../tools/operate/dump-place.ts";
import { openTunnel } from "../../../tools/operate/tunnel.ts";
import { session, taskArn } from "./deployed.ts";
import { instance } from "./restore/restorable-database.ts";

const PASSWORD = 'a"b\\c#d e';
const noS3 = () => {
  throw new Error("S3 was asked");
};

/** What a connection gives that ends in the midst of it. */
function closedEarly(): Readable {
  const stream = new PassThrough();
  stream.write("SELECT 1;\n", () => stream.destroy());
  return stream;
}

function* repeat<T>(one: () => T): Generator<T> {
  for (;;) yield one();
}

describe("a program of MySQL's", () => {
  it("gets the password through a pipe, and shows it in no argument and no variable", async () => {
    const directory = temporaryDirectory();
    const record = join(directory, "record");
    const program = putExecutable(
      join(directory, "mysql"),
      `#!/bin/sh\necho "args: $*" > ${record}\nenv >> ${record}\ncat "\${1#--defaults-file=}" > ${record}.options\ncat > ${record}.input\necho out\nexit 3\n`,
    );
    const options = optionFile({ username: "me", password: PASSWORD }, 13306);
    const output = new PassThrough();
    const printed = text(output);
    const input = Readable.from(["SELECT 1;"]);
    expect(await runClient({ program, args: ["app"], options, input, output })).toBe(3);
    expect(await printed).toBe("out\n");
    expect(readFileSync(`${record}.input`, "utf8")).toBe("SELECT 1;");
    expect(readFileSync(`${record}.options`, "utf8")).toBe(
      '[client]\nuser="me"\npassword="a\\"b\\\\c#d e"\nhost=127.0.0.1\nport=13306\nssl-mode=REQUIRED\n',
    );
    const seen = readFileSync(record, "utf8");
    // And no other options: those of ~/.my.cnf and ~/.mylogin.cnf may lead to another database.
    expect(seen).toMatch(/^args: --defaults-file=\/dev\/fd\/3 app$/m);
    expect(seen).toMatch(/^MYSQL_TEST_LOGIN_FILE=\/dev\/null$/m);
    expect(seen).not.toContain(PASSWORD);
  });

  it("ends with its exit code, though it has read nothing", async () => {
    const program = putExecutable(join(temporaryDirectory(), "mysql"), "#!/bin/sh\nexit 1\n");
    const input = Readable.from([Buffer.alloc(4 * 1024 * 1024)]);
    expect(await runClient({ program, args: [], options: "", input, output: new PassThrough().resume() })).toBe(1);
  });

  it.each([
    ["is a cut file", () => Readable.from([gzipSync("SELECT 1;").subarray(0, 15)]).pipe(createGunzip())],
    ["is closed before its end", () => closedEarly()],
  ])("is not done with an input that %s, though it ends well", async (_, source) => {
    const program = putExecutable(join(temporaryDirectory(), "mysql"), "#!/bin/sh\ncat > /dev/null\n");
    const ended = runClient({ program, args: [], options: "", input: Readable.from(source()) });
    await expect(ended).rejects.toThrow(/^The input ended early \(.+\): only the statements before that were run\.$/);
  });

  it("is MySQL's own, and on the PATH", () => {
    const PATH = temporaryDirectory();
    expect(() => findClient("mysqldump", { PATH })).toThrow(
      "This needs mysqldump, which is not on the PATH. Install MySQL's",
    );
    const file = putExecutable(join(PATH, "mysqldump"), "#!/bin/sh\necho 'mysqldump from 11.8.3-MariaDB'\n");
    expect(() => findClient("mysqldump", { PATH })).toThrow(`${file} is MariaDB's. Install MySQL's own client`);
    putExecutable(join(PATH, "mysql"), "#!/bin/sh\necho 'mysql  Ver 8.4.6 for Linux'\n");
    expect(findClient("mysql", { PATH })).toBe(join(PATH, "mysql"));
  });

  it("dumps what is consistent, without what RDS's master user may not read", () => {
    expect(dumpArguments("app")).toEqual(expect.arrayContaining(["--single-transaction", "--no-tablespaces", "app"]));
  });
});

describe("the database of a deployment", () => {
  const asked = (SecretString = JSON.stringify({ username: "me", password: PASSWORD })) => {
    const one = session();
    mockClient(one.clients.rds)
      .on(DescribeDBInstancesCommand)
      .rejects(Object.assign(new Error("none"), { name: "DBInstanceNotFoundFault" }))
      .on(DescribeDBInstancesCommand, { DBInstanceIdentifier: "operation-app" })
      .resolves({ DBInstances: [instance({ DBName: "operation_app", MasterUsername: "me" })] });
    mockClient(one.clients.secrets).on(GetSecretValueCommand).resolves({ SecretString });
    return one;
  };

  it("is where RDS says, with the password that it keeps", async () => {
    expect(await findDatabase(asked())).toEqual({
      host: "operation-app.abc.ap-northeast-1.rds.amazonaws.com",
      port: 3306,
      databaseName: "operation_app",
      username: "me",
      password: PASSWORD,
    });
  });

  it("is not told with what its secret has, where that is no login", async () => {
    const error: Error = await findDatabase(asked("hunter2")).catch((thrown) => thrown);
    expect(error.message).toMatch(/^The secret .+ is not a database login: JSON with a password\.$/);
    expect(inspect(error)).not.toContain("hunter2");
  });

  it("may be another one, if that is there", async () => {
    await expect(findDatabase(asked(), "other")).rejects.toThrow(
      "There is no database instance other. See: bin/infra restore production --list",
    );
  });
});

describe("a tunnel", () => {
  const place = { cluster: "operation-app", taskArn: taskArn("0123"), container: "app", runtimeId: "0123-1" };
  const remote = { host: "db.internal", port: 3306 };
  const asked = () => {
    const one = session();
    mockClient(one.clients.ssm)
      .on(StartSessionCommand)
      .resolves({ SessionId: "1", StreamUrl: "wss://stream", TokenValue: "a-token" });
    return one;
  };

  it("goes through the container to the host, is open when the plugin says so, and ends with it", async () => {
    const directory = temporaryDirectory();
    const record = join(directory, "record");
    const plugin = putExecutable(
      join(directory, "session-manager-plugin"),
      `#!/bin/sh\nprintf '%s\\n' "$@" > ${record}\necho 'Waiting for connections...'\nexec sleep 60\n`,
    );
    const tunnel = await openTunnel(asked(), place, remote, 13306, plugin);
    expect(tunnel.port).toBe(13306);
    await tunnel.close();
    const [, region, operation, , wanted = "", endpoint] = readFileSync(record, "utf8").split("\n");
    expect([region, operation, endpoint]).toEqual([
      "ap-northeast-1",
      "StartSession",
      "https://ssm.ap-northeast-1.amazonaws.com/",
    ]);
    expect(JSON.parse(wanted)).toEqual({
      Target: "ecs:operation-app_0123_0123-1",
      DocumentName: "AWS-StartPortForwardingSessionToRemoteHost",
      Parameters: { host: ["db.internal"], portNumber: ["3306"], localPortNumber: ["13306"] },
    });
    expect(readFileSync(record, "utf8")).not.toContain("a-token");
  });

  it.each(["SIGTERM", "SIGHUP"] as const)(
    "ends with this process at %s, and leaves Ctrl-C to what uses it",
    async (signal) => {
      const before = process.listenerCount(signal);
      const plugin = putExecutable(
        join(temporaryDirectory(), "plugin"),
        "#!/bin/sh\necho 'Waiting for connections...'\nexec sleep 60\n",
      );
      const tunnel = await openTunnel(asked(), place, remote, 13306, plugin);
      process.emit("SIGINT", "SIGINT");
      expect(await Promise.race([tunnel.ended.then(() => "ended"), setTimeout(100, "open")])).toBe("open");
      process.emit(signal, signal);
      await tunnel.ended;
      expect(process.listenerCount(signal)).toBe(before);
    },
  );

  it("that is interrupted while it opens leaves no plugin behind", async () => {
    const directory = temporaryDirectory();
    const plugin = putExecutable(join(directory, "plugin"), `#!/bin/sh\necho $$ > ${directory}/pid\nexec sleep 60\n`);
    const opening = openTunnel(asked(), place, remote, 13306, plugin);
    await vi.waitFor(() => expect(readFileSync(`${directory}/pid`, "utf8")).toMatch(/\n/));
    process.emit("SIGINT", "SIGINT");
    await expect(opening).rejects.toThrow("Interrupted. No tunnel was opened.");
    expect(() => process.kill(Number(readFileSync(`${directory}/pid`, "utf8")), 0)).toThrow("ESRCH");
  });

  it("that is not opened says what the plugin says", async () => {
    const plugin = putExecutable(
      join(temporaryDirectory(), "plugin"),
      "#!/bin/sh\necho 'bind: address already in use'\nexit 1\n",
    );
    await expect(openTunnel(asked(), place, remote, 13306, plugin)).rejects.toThrow(
      "No tunnel was opened. The session-manager-plugin says:\nbind: address already in use",
    );
  });
});

describe("the place of a dump", () => {
  it("is a new file that only its owner reads, compressed where its name says so", async () => {
    const file = join(temporaryDirectory(), "a.sql.gz");
    const to = openDestination(file, noS3);
    to.output.end("SELECT 1;");
    await to.done();
    expect(gunzipSync(readFileSync(file)).toString()).toBe("SELECT 1;");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await text(await openSource(file, noS3))).toBe("SELECT 1;");
    expect(() => openDestination(file, noS3)).toThrow(`${file}: already exists. Name another file.`);
  });

  it("is left without a trace where the dump fails", async () => {
    const file = join(temporaryDirectory(), "a.sql");
    const to = openDestination(file, noS3);
    to.output.write("half");
    await to.discard();
    expect(readdirSync(dirname(file))).toEqual([]);
  });

  it("has its name once all of it is there, whatever kills the dump before", async () => {
    const file = join(temporaryDirectory(), "a.sql");
    const to = openDestination(file, noS3);
    await new Promise((resolve) => to.output.write("half", resolve));
    expect(existsSync(file)).toBe(false);
    expect(() => openDestination(file, noS3)).toThrow(
      `${file}.part: belongs to a run that is in progress, or was killed.`,
    );
    to.output.end();
    await to.done();
    expect(readdirSync(dirname(file))).toEqual(["a.sql"]);
  });

  it("is an object in S3, in parts of which none but the last is small", async () => {
    const s3 = new S3Client({ region: "ap-northeast-1" });
    const parts: number[] = [];
    const mock = mockClient(s3)
      .on(CreateMultipartUploadCommand)
      .resolves({ UploadId: "1" })
      .on(UploadPartCommand)
      .callsFake(({ Body }) => {
        parts.push(Body.length);
        return { ETag: String(parts.length) };
      })
      .on(CompleteMultipartUploadCommand)
      .resolves({});
    const to = openDestination("s3://bucket/dumps/a.sql", () => s3);
    const mebibyte = Buffer.alloc(1024 * 1024);
    Readable.from(Array.from({ length: 17 }, () => mebibyte)).pipe(to.output);
    await to.done();
    expect(parts).toEqual([16 * mebibyte.length, mebibyte.length]);
    expect(mock.commandCalls(CompleteMultipartUploadCommand)[0]?.args[0].input).toMatchObject({
      Bucket: "bucket",
      Key: "dumps/a.sql",
      MultipartUpload: {
        Parts: [
          { PartNumber: 1, ETag: "1" },
          { PartNumber: 2, ETag: "2" },
        ],
      },
    });
  });

  it("keeps no parts in S3 where the dump fails", async () => {
    const s3 = new S3Client({ region: "ap-northeast-1" });
    const mock = mockClient(s3).on(CreateMultipartUploadCommand).resolves({ UploadId: "1" });
    mock.on(AbortMultipartUploadCommand).resolves({});
    const to = openDestination("s3://bucket/a.sql", () => s3);
    to.output.on("error", () => {});
    await to.discard();
    expect(mock.commandCalls(AbortMultipartUploadCommand)).toHaveLength(1);
    expect(mock.commandCalls(CompleteMultipartUploadCommand)).toHaveLength(0);
  });

  it.each(["a.sql", "a.sql.gz"])("that can't be written ends what writes it, as %s", async (name) => {
    const s3 = new S3Client({ region: "ap-northeast-1" });
    mockClient(s3).on(CreateMultipartUploadCommand).rejects(new Error("no such bucket"));
    const to = openDestination(`s3://bucket/${name}`, () => s3);
    const endless = Readable.from(repeat(() => randomBytes(64 * 1024)));
    await expect(pipeline(endless, to.output)).rejects.toThrow("no such bucket");
    await to.discard();
  });

  it("is read from S3, too", async () => {
    const s3 = new S3Client({ region: "ap-northeast-1" });
    const Body = Readable.from([gzipSync("SELECT 1;")]) as never;
    mockClient(s3).on(GetObjectCommand, { Bucket: "bucket", Key: "a.sql.gz" }).resolves({ Body });
    expect(await text(await openSource("s3://bucket/a.sql.gz", () => s3))).toBe("SELECT 1;");
  });

  it.each(["s3://bucket", "s3://bucket/", "s3://bucket/dumps/"])("is not %s", async (url) => {
    const s3 = () => new S3Client({ region: "ap-northeast-1" });
    await expect(openSource(url, s3)).rejects.toThrow(
      `${url}: is not an S3 object. Write one such as s3://bucket/dumps/`,
    );
  });

  it("breaks off where what is read does, compressed as well", async () => {
    const s3 = new S3Client({ region: "ap-northeast-1" });
    const Body = closedEarly() as never;
    mockClient(s3).on(GetObjectCommand).resolves({ Body });
    await expect(text(await openSource("s3://bucket/a.sql.gz", () => s3))).rejects.toThrow("Premature close");
  });

  it("is there, where it is read", async () => {
    await expect(openSource("none.sql", noS3)).rejects.toThrow("none.sql: is not there.");
  });
});
