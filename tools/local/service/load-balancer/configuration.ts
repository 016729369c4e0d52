import { type ACMClient, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import {
  DescribeLoadBalancerAttributesCommand,
  DescribeTargetGroupAttributesCommand,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  paginateDescribeListenerCertificates,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
  paginateDescribeTargetGroups,
  type Rule,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";

/** The keys and values that `Describe…Attributes` shows. */
export type Attributes = Readonly<Record<string, string>>;

export interface DeployedListener extends Listener {
  readonly Port: number;
  /** By priority; the default rule is the last. */
  readonly rules: readonly Rule[];
  /** Names in its certificates. */
  readonly domainNames: readonly string[];
}

export interface DeployedTargetGroup extends TargetGroup {
  readonly TargetGroupArn: string;
  readonly attributes: Attributes;
}

/** An Application Load Balancer as it is deployed, whole. */
export interface DeployedLoadBalancer extends LoadBalancer {
  readonly LoadBalancerArn: string;
  readonly LoadBalancerName: string;
  readonly attributes: Attributes;
  readonly listeners: readonly DeployedListener[];
  readonly targetGroups: readonly DeployedTargetGroup[];
}

/** Where that is read. */
export interface Clients {
  readonly elb: ElasticLoadBalancingV2Client;
  readonly acm: ACMClient;
}

/** Reads every Application Load Balancer. Network and Gateway Load Balancers are left out. */
export async function readLoadBalancers(clients: Clients): Promise<DeployedLoadBalancer[]> {
  const found = await all(paginateDescribeLoadBalancers({ client: clients.elb }, {}), (page) => page.LoadBalancers);
  const balancers = found.filter(({ Type }) => Type === "application");
  return Promise.all(balancers.map((balancer) => readLoadBalancer(clients, balancer)));
}

async function readLoadBalancer(clients: Clients, balancer: LoadBalancer): Promise<DeployedLoadBalancer> {
  const { elb: client } = clients;
  const { LoadBalancerArn = "", LoadBalancerName = "" } = balancer;
  const listeners = await all(paginateDescribeListeners({ client }, { LoadBalancerArn }), (page) => page.Listeners);
  const groups = await all(paginateDescribeTargetGroups({ client }, { LoadBalancerArn }), (page) => page.TargetGroups);
  const { Attributes } = await client.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn }));
  return {
    ...balancer,
    LoadBalancerArn,
    LoadBalancerName,
    attributes: byKey(Attributes),
    listeners: await Promise.all(listeners.map((listener) => readListener(clients, listener))),
    targetGroups: await Promise.all(groups.map((group) => readTargetGroup(client, group))),
  };
}

async function readListener(clients: Clients, listener: Listener): Promise<DeployedListener> {
  const { ListenerArn, Port = 80, Protocol } = listener;
  const rules = await all(paginateDescribeRules({ client: clients.elb }, { ListenerArn }), (page) => page.Rules);
  const domainNames = Protocol === "HTTPS" ? await readDomainNames(clients, listener) : [];
  return { ...listener, Port, rules: rules.sort((a, b) => rank(a) - rank(b)), domainNames };
}

async function readDomainNames({ elb, acm }: Clients, { ListenerArn, Certificates = [] }: Listener): Promise<string[]> {
  const pages = paginateDescribeListenerCertificates({ client: elb }, { ListenerArn });
  const certificates = [...Certificates, ...(await all(pages, (page) => page.Certificates))];
  const described = await Promise.all(
    certificates.map(({ CertificateArn }) =>
      acm.send(new DescribeCertificateCommand({ CertificateArn })).catch(() => ({ Certificate: undefined })),
    ),
  );
  return [
    ...new Set(
      described.flatMap(({ Certificate: { DomainName, SubjectAlternativeNames = [] } = {} }) => [
        ...(DomainName ? [DomainName] : []),
        ...SubjectAlternativeNames,
      ]),
    ),
  ];
}

async function readTargetGroup(elb: ElasticLoadBalancingV2Client, group: TargetGroup): Promise<DeployedTargetGroup> {
  const { TargetGroupArn = "" } = group;
  const { Attributes } = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
  return { ...group, TargetGroupArn, attributes: byKey(Attributes) };
}

const rank = ({ Priority }: Rule) => (Priority === "default" ? Number.POSITIVE_INFINITY : Number(Priority));

function byKey(attributes: readonly { Key?: string; Value?: string }[] = []): Attributes {
  return Object.fromEntries(attributes.map(({ Key = "", Value = "" }) => [Key, Value]));
}

async function all<Page, Item>(pages: AsyncIterable<Page>, items: (page: Page) => Item[] | undefined): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}
