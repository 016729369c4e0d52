/** Variable of a local run: the architecture of the machine that stands in for Fargate, as the OCI writes it. */
export const LOCAL_ARCHITECTURE = "INFRA_LOCAL_ARCHITECTURE";
