import { GetObjectCommand, ListObjectVersionsCommand, type ListObjectVersionsOutput } from "@aws-sdk/client-s3";
import { type Environment, stateKey } from "../../../environments/schema/index.ts";
import { withS3 } from "./account.ts";

/** One of the contents that the object of an environment's state has had. */
export interface StateVersion {
  /** S3's id of it. */
  readonly id: string;
  readonly at: Date;
  /** Bytes; 0 for a deletion. */
  readonly size: number;
  /** It is what the object has now. */
  readonly isLatest: boolean;
  /** The object was deleted then: a delete marker, behind which the contents still are. */
  readonly isDeletion: boolean;
}

/** All versions of an environment's state in its bucket, newest first. @throws AwsError when S3 can't be asked */
export async function listStateVersions(environment: Environment): Promise<StateVersion[]> {
  const key = stateKey(environment);
  const of = { Bucket: environment.state.bucket, Prefix: key };
  return withS3(environment.region, async (s3) => {
    const found: StateVersion[] = [];
    let page: ListObjectVersionsOutput | undefined;
    do {
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page ?? {};
      page = await s3.send(new ListObjectVersionsCommand({ ...of, KeyMarker, VersionIdMarker }));
      const kept = (page.Versions ?? []).map((one) => ({ ...one, isDeletion: false }));
      const deleted = (page.DeleteMarkers ?? []).map((one) => ({ ...one, Size: 0, isDeletion: true }));
      // A prefix: the lock's name begins with that of the state.
      for (const {
        Key,
        VersionId: id = "null",
        LastModified: at = new Date(0),
        Size: size = 0,
        IsLatest,
        isDeletion,
      } of [...kept, ...deleted])
        if (Key === key) found.push({ id, at, size, isLatest: IsLatest === true, isDeletion });
    } while (page.IsTruncated);
    return found.sort((a, b) => Number(b.isLatest) - Number(a.isLatest) || b.at.getTime() - a.at.getTime());
  });
}

/** The text of a version. @throws AwsError when S3 can't be asked */
export async function readStateVersion(environment: Environment, id: string): Promise<string> {
  const [text = ""] = await readStateVersions(environment, [id], (read) => read);
  return text;
}

/** How many states are read at the same time: each is some hundred KB, and held whole while it is parsed. */
const AT_ONCE = 8;

/**
 * What is made of the text of each of several versions, in their order.
 *
 * @throws AwsError when S3 can't be asked
 */
export async function readStateVersions<T>(
  environment: Environment,
  ids: readonly string[],
  use: (text: string) => T,
): Promise<T[]> {
  const object = { Bucket: environment.state.bucket, Key: stateKey(environment) };
  return withS3(environment.region, async (s3) => {
    const made: T[] = [];
    const waiting = [...ids.entries()];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [index, VersionId] = next;
        const { Body } = await s3.send(new GetObjectCommand({ ...object, VersionId }));
        made[index] = use((await Body?.transformToString()) ?? "");
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return made;
  });
}
