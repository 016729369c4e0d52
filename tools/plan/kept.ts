import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, NoSuchKey, PutObjectCommand } from "@aws-sdk/client-s3";
import { UserError } from "@operation-app/preflight/input";
import type { Environment } from "../../environments/schema/index.ts";
import { plansPrefix } from "../../modules/github-actions/names.ts";
import { withS3 } from "../lib/aws/account.ts";
import { ABOUT_FILE, type About, KEPT_FILES, readAbout } from "./about.ts";

/** A commit, as git names it. */
const COMMIT = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

/** Where the plan of a commit lies in the environment's state bucket. */
export function keptPrefix(environment: string, commit: string): string {
  if (!COMMIT.test(commit))
    throw new UserError(`${commit}: is not a full commit hash. Write all 40 digits: git rev-parse HEAD.`);
  return `${plansPrefix(environment)}${commit}/`;
}

/** Keeps a plan in the environment's state bucket, encrypted, under its commit. @returns where */
export async function keepPlan(environment: Environment, directory: string, commit: string): Promise<string> {
  const prefix = keptPrefix(environment.name, commit);
  const { bucket } = environment.state;
  await withS3(environment.region, async (s3) => {
    // What says that it is whole comes last.
    for (const file of [...KEPT_FILES, ABOUT_FILE]) {
      const object = { Bucket: bucket, Key: `${prefix}${file}`, Body: readFileSync(join(directory, file)) };
      await s3.send(new PutObjectCommand({ ...object, ServerSideEncryption: "AES256" }));
    }
  });
  return `s3://${bucket}/${prefix}`;
}

/** Keeps a state that could not be written where it belongs, encrypted. @returns where */
export async function keepErroredState(environment: Environment, file: string): Promise<string> {
  const { bucket: Bucket } = environment.state;
  const Key = `${plansPrefix(environment.name)}errored-${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}.tfstate`;
  await withS3(environment.region, (s3) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: readFileSync(file), ServerSideEncryption: "AES256" })),
  );
  return `s3://${Bucket}/${Key}`;
}

/**
 * Fetches the plan of a commit into a directory.
 *
 * @returns what it is of
 * @throws UserError where there is none, or it is another environment's or another commit's
 */
export async function fetchPlan(environment: Environment, commit: string, directory: string): Promise<About> {
  const { name, region } = environment;
  const { bucket } = environment.state;
  const prefix = keptPrefix(name, commit);
  const place = `s3://${bucket}/${prefix}`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  await withS3(region, async (s3) => {
    for (const file of [ABOUT_FILE, ...KEPT_FILES]) {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: `${prefix}${file}` }));
        writeFileSync(join(directory, file), (await Body?.transformToByteArray()) ?? "", { mode: 0o600 });
      } catch (error) {
        if (!(error instanceof NoSuchKey)) throw error;
        throw new UserError(
          `There is no plan of commit ${commit} for ${name} (${place}). Create one: bin/infra plan --environment ${name} --keep.`,
        );
      }
    }
  });
  const about = readAbout(directory, place);
  if (about.environment === name && about.commit === commit) return about;
  throw new UserError(
    `${place} is the plan of ${about.environment} at ${about.commit ?? "no commit"}, not of ${name} at ${commit}. Plan again.`,
  );
}
