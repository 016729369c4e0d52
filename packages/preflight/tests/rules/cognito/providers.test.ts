import { describeRule, type Json } from "../../support/rules.ts";
import { client, POOL_ID } from "./stack.ts";

const provider = (more: Json = {}) => ({
  google: {
    user_pool_id: POOL_ID,
    provider_name: "Google",
    provider_type: "Google",
    provider_details: { client_id: "x", client_secret: "${var.secret}", authorize_scopes: "email" },
    ...more,
  },
});

describeRule("COG-058", {
  "a social provider under another name": {
    bad: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider({ provider_name: "MyGoogle" });
    },
    good: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider();
    },
    says: 'aws_cognito_identity_provider.google has provider_type = "Google" and provider_name = "MyGoogle". Write provider_name = "Google".',
  },
  "a provider without its scopes": {
    bad: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider();
      delete stack.resource.aws_cognito_identity_provider.google.provider_details.authorize_scopes;
    },
    good: (stack) => {
      stack.resource.aws_cognito_identity_provider = provider({ provider_details: "${var.details}" });
    },
    says: 'aws_cognito_identity_provider.google has provider_type = "Google", and no authorize_scopes in provider_details. Add authorize_scopes to provider_details.',
  },
  "SAML without metadata": {
    bad: (stack) => {
      const more = { provider_type: "SAML", provider_name: "corp", provider_details: { IDPSignout: "true" } };
      stack.resource.aws_cognito_identity_provider = provider(more);
    },
    good: (stack) => {
      const more = { provider_type: "SAML", provider_name: "corp", provider_details: { MetadataFile: '${file("x")}' } };
      stack.resource.aws_cognito_identity_provider = provider(more);
    },
    says: 'aws_cognito_identity_provider.google has provider_type = "SAML", and no MetadataURL or MetadataFile in provider_details. Add MetadataURL to provider_details.',
  },
});

describeRule("COG-059", {
  "a provider that the pool does not have": {
    bad: (stack) => client(stack).supported_identity_providers.push("Google"),
    good: (stack) => {
      client(stack).supported_identity_providers.push("Google");
      stack.resource.aws_cognito_identity_provider = provider();
    },
    says: 'aws_cognito_user_pool_client.alb names "Google" in supported_identity_providers, which aws_cognito_user_pool.main does not have. Add an aws_cognito_identity_provider with provider_name = "Google".',
  },
  "Cognito in small letters": {
    bad: (stack) => {
      client(stack).supported_identity_providers = ["Cognito"];
    },
    says: 'aws_cognito_user_pool_client.alb names "Cognito" in supported_identity_providers, which aws_cognito_user_pool.main does not have. Write "COGNITO", in capitals.',
  },
});
