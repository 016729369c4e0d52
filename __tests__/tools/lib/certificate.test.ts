import { ACMClient, DescribeCertificateCommand, ResourceNotFoundException } from "@aws-sdk/client-acm";
import { mockClient } from "aws-sdk-client-mock";
import { beforeEach, describe, expect, it } from "vitest";
import { refuseUnfitCertificate } from "../../../tools/lib/aws/certificate.ts";
import { checked, environmentWith } from "../../support/synthesize.ts";

const certificateArn = "arn:aws:acm:ap-northeast-1:123456789012:certificate/0123";
const environment = checked(
  environmentWith({ domain: { certificateArn, aliases: [{ name: "www.example.com" }, { name: "a.b.example.com" }] } }),
);
const NAMES = ["operation-app.example.com", "www.example.com", "a.b.example.com"];

const acm = mockClient(ACMClient);
const has = (
  DomainName: string,
  SubjectAlternativeNames: readonly string[] = [],
  Status: "ISSUED" | "EXPIRED" = "ISSUED",
) =>
  acm.on(DescribeCertificateCommand, { CertificateArn: certificateArn }).resolves({
    Certificate: { DomainName, SubjectAlternativeNames: [DomainName, ...SubjectAlternativeNames], Status },
  });

beforeEach(() => acm.reset());

describe("a certificate of one's own", () => {
  it.each([
    ["with each name", NAMES[0], NAMES],
    ["with a wildcard for names of its level", "*.example.com", ["*.b.example.com"]],
  ])("is taken %s", async (_, name = "", others) => {
    has(name, others);
    await expect(refuseUnfitCertificate(environment)).resolves.toBeUndefined();
  });

  it.each<[string, string, string[], string]>([
    ["for another name", "example.com", [], NAMES.join(", ")],
    ["without an alias", "operation-app.example.com", ["www.example.com"], "a.b.example.com"],
    ["whose wildcard is a level above", "*.example.com", [], "a.b.example.com"],
    [
      "whose wildcard is a level below",
      "operation-app.example.com",
      ["*.www.example.com", "*.b.example.com"],
      "www.example.com",
    ],
  ])("is refused before a plan %s", async (_, name, others, missing) => {
    has(name, others);
    await expect(refuseUnfitCertificate(environment)).rejects.toThrow(
      `environments/production.ts: domain.certificateArn: this certificate is for ${[name, ...others].join(", ")}, not for ${missing}. Use one`,
    );
  });

  it("is refused where it is not in force", async () => {
    has("*.example.com", ["a.b.example.com"], "EXPIRED");
    await expect(refuseUnfitCertificate(environment)).rejects.toThrow("its status is EXPIRED");
  });

  it("is left to Terraform where ACM has none of this ARN", async () => {
    acm.on(DescribeCertificateCommand).rejects(new ResourceNotFoundException({ message: "none", $metadata: {} }));
    await expect(refuseUnfitCertificate(environment)).resolves.toBeUndefined();
  });

  it("is not asked for where the stack makes it", async () => {
    await refuseUnfitCertificate(checked(environmentWith()));
    expect(acm.calls()).toHaveLength(0);
  });
});
