/** A text in the two languages of the map. */
export interface Words {
  readonly en: string;
  readonly ja: string;
}

/** Where a kind of thing is drawn. */
export type Site =
  /** In the rows of its VPC, by its subnets. */
  | "network"
  /** In the column of endpoints, at the edge of its VPC. */
  | "door"
  /** Between the internet and the VPC. */
  | "front"
  /** Beside the VPC. */
  | "aws";

export interface KindOfThing {
  readonly name: Words;
  /** What it is for, to a reader who does not know AWS. */
  readonly what: Words;
  readonly site: Site;
  /** Data is lost with it. */
  readonly keepsData?: boolean;
}

function kind(site: Site, en: string, ja: string, what: string, whatJa: string, keepsData = false): KindOfThing {
  return { site, name: { en, ja }, what: { en: what, ja: whatJa }, keepsData };
}

/** Kinds of things, by the name of their sign. */
export const KINDS = {
  people: kind("front", "People", "利用者", "Use it in a browser", "ブラウザーで使う人たち"),
  internet: kind("front", "The internet", "インターネット", "Everybody outside", "外のすべて"),
  dns: kind("front", "Name (DNS)", "名前（DNS）", "Leads a name to an address", "名前からアドレスを引く"),
  cdn: kind(
    "front",
    "Content network (CDN)",
    "配信網（CDN）",
    "Answers near the user, and asks what is behind it",
    "利用者の近くで応答し、奥へ取り次ぐ",
  ),
  api: kind(
    "front",
    "API gateway",
    "API ゲートウェイ",
    "Takes requests, and calls what is behind it",
    "リクエストを受けて奥を呼ぶ",
  ),
  filter: kind(
    "front",
    "Web firewall (WAF)",
    "Web ファイアウォール（WAF）",
    "Refuses bad requests",
    "悪いリクエストを断る",
  ),
  balancer: kind(
    "network",
    "Load balancer",
    "ロードバランサー",
    "Takes requests, and shares them out",
    "リクエストを受けて振り分ける",
  ),
  service: kind("network", "Service", "サービス", "Runs your program in containers", "プログラムをコンテナで動かす"),
  server: kind("network", "Server", "サーバー", "A machine that runs your program", "プログラムを動かすマシン"),
  function: kind("network", "Function", "関数", "Runs a program when it is called", "呼ばれたときに動くプログラム"),
  cluster: kind("network", "Kubernetes", "Kubernetes", "Runs containers", "コンテナを動かす"),
  database: kind("network", "Database", "データベース", "Keeps the data", "データを保つ", true),
  cache: kind("network", "Cache", "キャッシュ", "Keeps what must be fast to read", "速く読むものを保つ", true),
  files: kind(
    "network",
    "Files",
    "ファイル",
    "Files that several machines share",
    "複数のマシンで共有するファイル",
    true,
  ),
  search: kind("network", "Search", "検索", "Finds text in data", "データから文を探す", true),
  broker: kind("network", "Messages", "メッセージ", "Passes messages on", "メッセージを渡す", true),
  nat: kind(
    "network",
    "Way out (NAT)",
    "出口（NAT）",
    "Lets out what has no public address; nothing comes in",
    "公開アドレスのないものを外へ通す。外からは入れない",
  ),
  link: kind("network", "Connection", "接続", "Joins this network with another", "別のネットワークとつなぐ"),
  door: kind(
    "door",
    "Private door",
    "専用口",
    "Leads to a service of AWS without the internet (a VPC endpoint)",
    "インターネットを通らずに AWS のサービスへ",
  ),
  images: kind(
    "aws",
    "Container images (ECR)",
    "コンテナイメージ（ECR）",
    "Keeps the programs that services run",
    "サービスが動かすプログラムを置く",
    true,
  ),
  logs: kind("aws", "Logs (CloudWatch)", "ログ（CloudWatch）", "What programs write down", "プログラムが書いた記録"),
  secrets: kind("aws", "Secrets", "シークレット", "Keeps passwords and keys", "パスワードや鍵をしまう", true),
  login: kind(
    "aws",
    "Login (Cognito)",
    "ログイン（Cognito）",
    "Knows the users and their passwords",
    "利用者とパスワードを知っている",
    true,
  ),
  storage: kind(
    "aws",
    "Storage (S3)",
    "ストレージ（S3）",
    "Keeps files, and layers of images",
    "ファイルとイメージの層を置く",
    true,
  ),
  table: kind(
    "aws",
    "Table (DynamoDB)",
    "テーブル（DynamoDB）",
    "Keeps data without a server",
    "サーバーなしでデータを保つ",
    true,
  ),
  queue: kind("aws", "Queue", "キュー", "Keeps messages until they are read", "読まれるまでメッセージを持つ", true),
  topic: kind("aws", "Notifications", "通知", "Tells people or programs", "人やプログラムに知らせる"),
  keys: kind("aws", "Keys (KMS)", "鍵（KMS）", "Encrypts what others keep", "ほかが保つものを暗号化する", true),
  alarms: kind("aws", "Alarms", "アラーム", "Watches, and tells when something is wrong", "見張り、異常を知らせる"),
  schedule: kind(
    "aws",
    "Events",
    "イベント",
    "Starts things at a time, or when something happens",
    "時刻や出来事で動かす",
  ),
  shell: kind(
    "aws",
    "Shell access (SSM)",
    "シェル接続（SSM）",
    "A shell in a running container or machine",
    "動いている中に入るシェル",
  ),
  other: kind("aws", "AWS service", "AWS のサービス", "Another service of AWS", "そのほかの AWS のサービス"),
} as const satisfies Readonly<Record<string, KindOfThing>>;

export type Kind = keyof typeof KINDS;

/** What each type is drawn as. Types that are not here belong to another thing, or are listed beside the map. */
const TYPES: readonly (readonly [RegExp, Kind])[] = [
  [/^aws_(lb|alb|elb)$/, "balancer"],
  [/^aws_ecs_service$|^aws_apprunner_service$/, "service"],
  [/^aws_instance$|^aws_spot_instance_request$|^aws_autoscaling_group$|^aws_batch_compute_environment$/, "server"],
  [/^aws_lambda_function$/, "function"],
  [/^aws_eks_(cluster|node_group|fargate_profile)$/, "cluster"],
  [
    /^aws_(db_instance|rds_cluster|docdb_cluster|neptune_cluster|redshift_cluster|db_proxy|memorydb_cluster)$/,
    "database",
  ],
  [/^aws_redshiftserverless_workgroup$/, "database"],
  [/^aws_elasticache_(cluster|replication_group|serverless_cache)$|^aws_dax_cluster$/, "cache"],
  [/^aws_efs_mount_target$|^aws_fsx_/, "files"],
  [/^aws_(opensearch|elasticsearch)_domain$/, "search"],
  [/^aws_mq_broker$|^aws_msk_(serverless_)?cluster$/, "broker"],
  [/^aws_nat_gateway$|^aws_network_interface$/, "nat"],
  [/^aws_(vpn_gateway|ec2_transit_gateway_vpc_attachment|vpc_peering_connection|ec2_client_vpn_endpoint)$/, "link"],
  [/^aws_apigatewayv2_vpc_link$/, "link"],
  [/^aws_vpc_endpoint$/, "door"],
  [/^aws_cloudfront_distribution$|^aws_globalaccelerator_accelerator$/, "cdn"],
  [/^aws_api_gateway_rest_api$|^aws_apigatewayv2_api$|^aws_appsync_graphql_api$/, "api"],
  [/^aws_route53_record$/, "dns"],
  [/^aws_wafv2_web_acl$/, "filter"],
  [/^aws_ecr_repository$/, "images"],
  [/^aws_cloudwatch_log_group$/, "logs"],
  [/^aws_(secretsmanager_secret|ssm_parameter)$/, "secrets"],
  [/^aws_cognito_user_pool$/, "login"],
  [/^aws_s3_bucket$/, "storage"],
  [/^aws_dynamodb_table$/, "table"],
  [/^aws_sqs_queue$|^aws_kinesis_(stream|firehose_delivery_stream)$/, "queue"],
  [/^aws_sns_topic$/, "topic"],
  [/^aws_kms_key$/, "keys"],
  [/^aws_cloudwatch_(metric|composite)_alarm$|^aws_cloudwatch_dashboard$/, "alarms"],
  [/^aws_cloudwatch_event_rule$|^aws_scheduler_schedule$|^aws_sfn_state_machine$/, "schedule"],
];

/** What a resource is drawn as; undefined for what is a part of another, or has no picture. */
export function kindOfType(type: string): Kind | undefined {
  return TYPES.find(([types]) => types.test(type))?.[1];
}

/** Services of AWS by the names of their endpoints, and the kind that keeps what they keep. */
export function kindOfService(service: string): Kind {
  const found = SERVICES.find(([names]) => names.test(service));
  return found?.[1] ?? "other";
}

const SERVICES: readonly (readonly [RegExp, Kind])[] = [
  [/^ecr\./, "images"],
  [/^s3/, "storage"],
  [/^logs$/, "logs"],
  [/^(secretsmanager|ssm)$/, "secrets"],
  [/^(ssmmessages|ec2messages)$/, "shell"],
  [/^cognito-/, "login"],
  [/^dynamodb$/, "table"],
  [/^(sqs|kinesis-.*)$/, "queue"],
  [/^sns$/, "topic"],
  [/^kms$/, "keys"],
  [/^monitoring$/, "alarms"],
  [/^(events|scheduler|states)$/, "schedule"],
];
