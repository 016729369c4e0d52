/** Values of all secrets that an emulator keeps, to be looked for where none may be. */
export async function secretValues(endpoint: string): Promise<string[]> {
  const { SecretList } = await ask(endpoint, "ListSecrets", {});
  const answers = (SecretList as { ARN: string }[]).map(({ ARN }) =>
    ask(endpoint, "GetSecretValue", { SecretId: ARN }),
  );
  return (await Promise.all(answers)).map(({ SecretString }) => secretPart(String(SecretString)));
}

/** The password in the JSON that RDS keeps, or in an address; else all of it. */
function secretPart(value: string): string {
  if (value.startsWith("{")) return JSON.parse(value).password;
  return value.includes("://") ? new URL(value).password : value;
}

/** One call to Secrets Manager, signed only as far as an emulator reads a signature. */
async function ask(endpoint: string, action: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(endpoint, {
    method: "POST",
    body: JSON.stringify(body),
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `secretsmanager.${action}`,
      authorization:
        "AWS4-HMAC-SHA256 Credential=local/20260101/ap-northeast-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0",
    },
  });
  if (!response.ok) throw new Error(`${action}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}
