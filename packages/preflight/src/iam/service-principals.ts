import { closest, distance } from "fastest-levenshtein";
import { serviceNames } from "./action-names.ts";

/**
 * Services that roles and policies often name, by what stands before `.amazonaws.com`.
 * Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html and the
 * guides of each.
 */
const OFTEN_NAMED = (
  "apigateway application-autoscaling appsync athena autoscaling backup batch bedrock build.apprunner chatbot cloudformation " +
  "cloudfront cloudtrail cloudwatch codebuild codecommit codedeploy codepipeline cognito-idp config datasync " +
  "delivery.logs dlm dms dynamodb ec2 ec2fleet ecr ecs ecs-tasks edgelambda eks eks-fargate-pods elasticache elasticbeanstalk " +
  "elasticfilesystem elasticloadbalancing elasticmapreduce email.cognito-idp events firehose glue guardduty imagebuilder inspector " +
  "iot kinesis kinesisanalytics kms lakeformation lambda logdelivery.elasticloadbalancing logger.cloudfront logging.s3 logs " +
  "mediaconvert monitoring.rds ops.apigateway opensearchservice pipes pods.eks quicksight rds redshift replicator.lambda route53 " +
  "s3 sagemaker scheduler secretsmanager ses sns spot spotfleet sqs ssm states synthetics tasks.apprunner transfer translate " +
  "vpc-flow-logs wafv2 xray"
).split(" ");

/** Others whose names are near to those, and right. */
const OTHERS = (
  "airflow-env amazonmq apidestinations.events batchoperations.s3 billingconductor cloudwatch-crossaccount codestar " +
  "costalerts cur diode dlm ecs.application-autoscaling ec2scheduled ecr-public elastictranscoder es events-legacy " +
  "greengrass lexv2 lex logs-delivery management.s3 mediapackage metering-marketplace monitoring ram rds-data " +
  "rds-enhanced-monitoring s3-outposts sms ssm-incidents streams.metrics.cloudwatch sts swf vpce workspaces"
).split(" ");

const SUFFIX = /\.amazonaws\.com(?:\.cn)?$/;
const REGION = /\.[a-z]{2}(?:-[a-z]+)+-\d+$/;

let known: ReadonlySet<string> | undefined;

/**
 * What a service principal that looks misspelled most likely means.
 *
 * @param principal such as `ecs.tasks.amazonaws.com`
 * @returns such as `ecs-tasks.amazonaws.com`; undefined where it is known, or like none that is
 */
export function meantPrincipal(principal: string): string | undefined {
  const [suffix] = SUFFIX.exec(principal) ?? [];
  if (suffix === undefined) return undefined;
  const name = principal.slice(0, -suffix.length).replace(REGION, "");
  known ??= new Set([...serviceNames(), ...OFTEN_NAMED, ...OTHERS]);
  if (known.has(name)) return undefined;
  const letters = lettersOf(name);
  const nearest = closest(name, OFTEN_NAMED);
  const isNear = distance(name, nearest) <= (name.length < 8 ? 1 : 2);
  const meant =
    OFTEN_NAMED.find((one) => lettersOf(one) === letters) ?? (name.length > 3 && isNear ? nearest : undefined);
  return meant && `${meant}${suffix}`;
}

const lettersOf = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
