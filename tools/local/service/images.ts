/** What the stand-ins run, as registries name it. */
export const VALKEY_IMAGE = "docker.io/valkey/valkey:8";
export const REGISTRY_IMAGE = "docker.io/library/registry:3";
/** @param version such as `8.4` */
export const mysqlImage = (version: string) => `docker.io/library/mysql:${version}`;

/** What is fetched before a run begins. */
export const IMAGES = ["docker.io/library/debian:trixie-slim", REGISTRY_IMAGE, VALKEY_IMAGE, mysqlImage("8.4")];
