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
export async function readStateVersion(environment: Environment, VersionId: string): Promise<string> {
  const object = { Bucket: environment.state.bucket, Key: stateKey(environment), VersionId };
  return withS3(environment.region, async (s3) => {
    const { Body } = await s3.send(new GetObjectCommand(object));
    return (await Body?.transformToString()) ?? "";
  });
}
