import { describeRule } from "../../support/rules.ts";
import { BUCKET, buckets } from "./buckets.ts";

const cors = (allowed_methods: string[], allowed_origins: string[]) => ({
  main: { bucket: BUCKET, cors_rule: [{ allowed_methods, allowed_origins }] },
});

describeRule(
  "BKT-008",
  {
    "a method that S3 does not know": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT", "OPTIONS"], ["*"]);
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT", "GET"], ["https://*.example.com", "${var.origin}"]);
      },
      says: 'aws_s3_bucket_cors_configuration.main has "OPTIONS" in allowed_methods. Write some of GET, PUT, POST, DELETE, HEAD.',
    },
    "an origin with a slash at its end": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT"], ["https://app.example.com/"]);
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT"], ["https://app.example.com", "http://localhost:3000"]);
      },
      says: 'aws_s3_bucket_cors_configuration.main has "https://app.example.com/" in allowed_origins, which no browser sends. Write scheme and host, such as "https://app.example.com".',
    },
    "an origin without a scheme": {
      bad: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT"], ["app.example.com"]);
      },
      good: ({ resource }) => {
        resource.aws_s3_bucket_cors_configuration = cors(["PUT"], ["*"]);
      },
      says: 'aws_s3_bucket_cors_configuration.main has "app.example.com" in allowed_origins, which no browser sends. Write scheme and host, such as "https://app.example.com".',
    },
  },
  buckets,
);
