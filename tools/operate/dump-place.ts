import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import { PassThrough, pipeline, type Readable, type Writable } from "node:stream";
import { createGunzip, createGzip } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { InputError } from "@operation-app/preflight/input";

/** Where a dump goes. */
export interface Destination {
  readonly output: Writable;
  /** Everything is there. */
  done(): Promise<void>;
  /** Leaves nothing behind. */
  discard(): Promise<void>;
}

/** S3 takes no smaller part but the last, and 10,000 of them: this is enough for 160 GB. */
const PART_BYTES = 16 * 1024 * 1024;

/**
 * Opens a file, which must not be there yet, or an object in S3. What ends with `.gz` is compressed.
 *
 * @throws InputError where it can't be written
 */
export function openDestination(place: string, s3: () => S3Client): Destination {
  const to = place.startsWith("s3://") ? objectOf(place, s3()) : fileOf(place);
  if (!place.endsWith(".gz")) return to;
  const gzip = createGzip();
  // What writes into it hears of a full disk, and does not wait for ever.
  pipeline(gzip, to.output, () => {});
  return { ...to, output: gzip };
}

/** A file that has its name once all of it is there: what a kill leaves is not taken for a whole one. */
function fileOf(file: string): Destination {
  const part = `${file}.part`;
  if (existsSync(file)) throw new InputError(`${file}: already exists. Name another file.`);
  if (existsSync(part))
    throw new InputError(
      `${part}: belongs to a run that is in progress, or was killed. Delete it, or name another file.`,
    );
  const output = createWriteStream(part, { flags: "wx", mode: 0o600 });
  const closed = new Promise<void>((resolve, reject) => output.on("close", resolve).on("error", reject));
  closed.catch(() => {});
  return {
    output,
    async done() {
      await closed;
      renameSync(part, file);
    },
    async discard() {
      output.destroy();
      rmSync(part, { force: true });
    },
  };
}

function objectOf(url: string, s3: S3Client): Destination {
  const of = objectIn(url);
  const output = new PassThrough();
  const uploaded = upload(s3, of, output);
  uploaded.catch((error) => output.destroy(error as Error));
  return {
    output,
    done: () => uploaded,
    async discard() {
      output.destroy(new Error("discarded"));
      await uploaded.catch(() => {});
    },
  };
}

/** An upload of which nobody knows how long it gets. What is interrupted leaves no parts that cost. */
async function upload(s3: S3Client, of: { Bucket: string; Key: string }, stream: Readable): Promise<void> {
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(of));
  const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
  try {
    for await (const Body of inParts(stream)) {
      const PartNumber = Parts.length + 1;
      const { ETag } = await s3.send(new UploadPartCommand({ ...of, UploadId, PartNumber, Body }));
      Parts.push({ PartNumber, ETag });
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...of, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand({ ...of, UploadId })).catch(() => {});
    throw error;
  }
}

/** At least one part, even of nothing. */
async function* inParts(stream: Readable): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  let parts = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    waiting.push(chunk);
    bytes += chunk.length;
    if (bytes < PART_BYTES) continue;
    yield Buffer.concat(waiting);
    [waiting, bytes, parts] = [[], 0, parts + 1];
  }
  if (bytes > 0 || parts === 0) yield Buffer.concat(waiting);
}

/** Reads a file or an object in S3, decompressed where it ends with `.gz`. @throws InputError where it is not there */
export async function openSource(place: string, s3: () => S3Client): Promise<Readable> {
  const found = place.startsWith("s3://") ? await readObject(place, s3()) : readFile(place);
  if (!place.endsWith(".gz")) return found;
  // An error, and an end that comes too early, are those of what is read.
  return pipeline(found, createGunzip(), () => {});
}

function readFile(file: string): Readable {
  if (!existsSync(file)) throw new InputError(`${file}: is not there.`);
  return createReadStream(file);
}

async function readObject(url: string, s3: S3Client): Promise<Readable> {
  try {
    const { Body } = await s3.send(new GetObjectCommand(objectIn(url)));
    return Body as Readable;
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") throw new InputError(`${url}: is not there.`);
    throw error;
  }
}

/** @throws InputError where it is no URL of an object */
function objectIn(url: string): { Bucket: string; Key: string } {
  const [, Bucket, Key] = url.match(/^s3:\/\/([^/]+)\/(.+[^/])$/) ?? [];
  if (!Bucket || !Key)
    throw new InputError(`${url}: is not an S3 object. Write one such as s3://bucket/dumps/app.sql.gz.`);
  return { Bucket, Key };
}
