import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { SecretVariable } from "../secret.ts";

export interface ContainerProps {
  readonly name: string;
  readonly image: string;
  readonly region: string;
  readonly logGroup: CloudwatchLogGroup;
  /** @default the image's own */
  readonly command?: readonly string[];
  /** User, and group, by number: `1000:1000`. @default the image's own */
  readonly user?: string;
  /** Port that it listens on, and that Service Connect and load balancers know by the container's name. */
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: Readonly<Record<string, SecretVariable>>;
  /** Command that exits with 0 while the container is well. */
  readonly healthCheck?: readonly string[];
  /** Seconds between `SIGTERM` and `SIGKILL`, at most 120. @default 30 */
  readonly stopTimeout?: number;
  /** Names of containers of the same task that must be well before this one starts. */
  readonly startsAfter?: readonly string[];
}

/** Requests and jobs in hand may end. */
const STOP_TIMEOUT = 30;
/** Seconds that Rails gets to boot before a failing health check counts. */
const START_PERIOD = 60;

/**
 * One element of a task definition's `container_definitions`.
 *
 * Lists are sorted by name, so that the text changes only when something in it does: any change is a new revision.
 */
export function containerDefinition(props: ContainerProps): object {
  const {
    name,
    image,
    command,
    user,
    port,
    environment = {},
    secrets = {},
    healthCheck,
    startsAfter,
    stopTimeout = STOP_TIMEOUT,
  } = props;
  return {
    name,
    image,
    essential: true,
    ...(command && { command }),
    ...(user && { user }),
    ...(port !== undefined && { portMappings: [{ name, containerPort: port, hostPort: port, protocol: "tcp" }] }),
    environment: sortedEntries(environment).map(([key, value]) => ({ name: key, value })),
    secrets: sortedEntries(secrets).map(([key, { valueFrom }]) => ({ name: key, valueFrom })),
    ...(healthCheck && {
      healthCheck: { command: healthCheck, interval: 15, timeout: 5, retries: 3, startPeriod: START_PERIOD },
    }),
    ...(startsAfter && { dependsOn: startsAfter.map((containerName) => ({ containerName, condition: "HEALTHY" })) }),
    // An init process hands signals on and reaps what ECS Exec leaves behind.
    linuxParameters: { initProcessEnabled: true },
    stopTimeout,
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": props.logGroup.name,
        "awslogs-region": props.region,
        "awslogs-stream-prefix": name,
        // Logs that can't be delivered are dropped after a while instead of stopping the app.
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    },
  };
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Asks Rails over HTTP with the Ruby that its image has for sure, as if the request had come in by HTTPS. */
export function railsHealthCheck(port: number, path: string): readonly string[] {
  const script =
    `require 'net/http'; ` +
    `exit Net::HTTP.start('127.0.0.1', ${port}, read_timeout: 4) { |http| ` +
    `http.get('${path}', 'X-Forwarded-Proto' => 'https') }.is_a?(Net::HTTPSuccess)`;
  return ["CMD", "ruby", "-e", script];
}
