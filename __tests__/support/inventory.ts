import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { emulatorClient } from "../../tools/local/aws-environment.ts";

/** What AWS, too, goes on listing for a while, or for ever, as deleted or inactive. */
const LISTED_AFTER_DELETION = /:(natgateway|cluster|service|task-definition)\//;

/** ARNs of everything in an emulator that carries the app's tag, as all that the stack makes does. */
export async function inventory(endpoint: string, app: string): Promise<string[]> {
  const client = new ResourceGroupsTaggingAPIClient(emulatorClient({ endpoint, region: "ap-northeast-1" }));
  const { ResourceTagMappingList = [] } = await client.send(
    new GetResourcesCommand({ TagFilters: [{ Key: "Application", Values: [app] }] }),
  );
  return ResourceTagMappingList.map(({ ResourceARN = "" }) => ResourceARN)
    .filter((arn) => !LISTED_AFTER_DELETION.test(arn))
    .sort();
}
