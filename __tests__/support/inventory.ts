import { DescribeInstancesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { emulatorClient } from "../../tools/local/aws-environment.ts";

/** What AWS, too, goes on listing for a while, or for ever, as deleted or inactive. */
const LISTED_AFTER_DELETION = /:(natgateway|instance|cluster|service|task-definition)\//;

/** ARNs of everything in an emulator that carries the app's tag, as all that the stack makes does; ids of machines that run. */
export async function inventory(endpoint: string, app: string): Promise<string[]> {
  const settings = emulatorClient({ endpoint, region: "ap-northeast-1" });
  const client = new ResourceGroupsTaggingAPIClient(settings);
  const { ResourceTagMappingList = [] } = await client.send(
    new GetResourcesCommand({ TagFilters: [{ Key: "Application", Values: [app] }] }),
  );
  const arns = ResourceTagMappingList.map(({ ResourceARN = "" }) => ResourceARN);
  return [...arns.filter((arn) => !LISTED_AFTER_DELETION.test(arn)), ...(await machines(settings, app))].sort();
}

async function machines(settings: ReturnType<typeof emulatorClient>, app: string): Promise<string[]> {
  const Filters = [
    { Name: "tag:Application", Values: [app] },
    { Name: "instance-state-name", Values: ["pending", "running", "stopping", "stopped", "shutting-down"] },
  ];
  const { Reservations = [] } = await new EC2Client(settings).send(new DescribeInstancesCommand({ Filters }));
  return Reservations.flatMap(({ Instances = [] }) => Instances.map(({ InstanceId = "" }) => InstanceId));
}
