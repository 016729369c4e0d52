import { ListBucketsCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Gap } from "../emulator/gaps/gap.ts";

/**
 * Stands in for S3's host names, for containers and for a browser on this machine alike: a URL that the app signs is opened by
 * both. A browser takes every name under `localhost` for this machine, and such an address for a safe one, as it does HTTPS.
 */
const HOST = "s3.localhost";

/** Where an AWS SDK in a container finds S3. */
export const bucketEndpoint = (awsPort: number) => `http://${HOST}:${awsPort}`;

/** Names that lead to this machine in a container: of S3, and of each bucket that there is. */
export async function bucketHosts(s3: S3Client): Promise<string[]> {
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}));
  return [HOST, ...Buckets.map(({ Name }) => `${Name}.${HOST}`)];
}

/**
 * Requests of pages that a browser has by `localhost`, as if they were the domain's, whose the rules of a bucket are.
 *
 * @param deployed the origin for which such a one stands; any other as it is
 */
export function bucketsForBrowsers(deployed: (origin: string) => string): Gap[] {
  return [
    {
      service: "s3",
      action: "",
      why: "a bucket takes uploads from pages of the app's domain, and a browser on this machine has them by localhost",
      standIn: "moto's own answer to the domain's page, led back to localhost",
      async answer(call, moto) {
        const origin = headerOf(call.rawHeaders, "origin");
        if (origin === undefined || deployed(origin) === origin) return moto.forward(call);
        const asked = { ...call, rawHeaders: replaced(call.rawHeaders, "origin", origin, deployed(origin)) };
        const reply = await moto.forward(asked);
        const allowed = "access-control-allow-origin";
        return { ...reply, rawHeaders: replaced(reply.rawHeaders, allowed, deployed(origin), origin) };
      },
    },
  ];
}

const isNamed = (headers: readonly string[], index: number, name: string) =>
  index % 2 === 1 && headers[index - 1]?.toLowerCase() === name;

const headerOf = (headers: readonly string[], name: string) =>
  headers.find((_text, index) => isNamed(headers, index, name));

const replaced = (headers: readonly string[], name: string, from: string, to: string) =>
  headers.map((text, index) => (isNamed(headers, index, name) && text === from ? to : text));
