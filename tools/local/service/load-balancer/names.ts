import type { Target } from "./targets.ts";

// Files of haproxy in its container, and names in its configuration.

export const CONFIGURATION_FILE = "/etc/haproxy/haproxy.cfg";
/** What haproxy knew of its targets before a reload. */
export const STATE_FILE = "/var/lib/haproxy/state";
/** With its key, for the listener of a port. */
export const certificateFile = (port: number) => `/etc/haproxy/${port}.pem`;
/** Values by session, for a header that a session adds. */
export const sessionFile = (header: string) => `/etc/haproxy/${header}.map`;
export const SESSION_HEADERS = ["x-amzn-oidc-data", "x-amzn-oidc-identity", "x-amzn-oidc-accesstoken"] as const;
/** Where a login comes back to, at the load balancer itself. */
export const LOGIN_RETURN_PATH = "/oauth2/idpresponse";
export const LOGIN_BACKEND = "login";
/** Says to the login what the rule asks for: `LoginSettings` as JSON, in base64url. */
export const LOGIN_HEADER = "x-elb-login";

/** What a rule says of the login before it. */
export interface LoginSettings {
  readonly loadBalancerArn: string;
  readonly userPoolArn: string;
  readonly clientId: string;
  readonly scope: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly cookie: string;
  /** Of a session, in seconds. */
  readonly timeout: number;
}

/** A target, and the group that it is in. */
export interface GroupTarget extends Target {
  readonly groupArn: string;
}

export const backendName = (targetGroupArn: string) => targetGroupArn.split("/").slice(1).join(".");
/** The backend with all targets of the group, whatever their health: ELB fails open. */
export const openBackendName = (targetGroupArn: string) => `${backendName(targetGroupArn)}${OPEN}`;
const OPEN = ".open";

/** ELB's health checks have it as their host. */
export const serverAddress = ({ address, port }: Target) => `${address}:${port}`;
/** Of the server that has health checks. */
export const serverName = (target: GroupTarget) => `${backendName(target.groupArn)}/${serverAddress(target)}`;
/** Of the other server of the same target. */
export const openServerName = (name: string) => name.replace("/", `${OPEN}/`);
