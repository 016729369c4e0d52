/** The region that AWS's tools take from variables: of its SDKs, or else of its command line. */
export function regionOfVariables({ AWS_REGION, AWS_DEFAULT_REGION } = process.env): string | undefined {
  return AWS_REGION || AWS_DEFAULT_REGION || undefined;
}
