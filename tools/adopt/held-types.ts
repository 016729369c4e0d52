/**
 * The types that move in, and their arguments: what a configuration can say, and not what AWS alone decides. `id` and
 * provider 6's `region` are left out, and `user_pool_id`, which is a reference here.
 * Source: the provider's schema (`terraform providers schema -json`), majors 5 and 6.
 */
export const HELD_TYPES: Readonly<Record<string, readonly string[]>> = {
  aws_cognito_user_pool: [
    "account_recovery_setting",
    "admin_create_user_config",
    "alias_attributes",
    "auto_verified_attributes",
    "deletion_protection",
    "device_configuration",
    "email_configuration",
    "email_mfa_configuration",
    "email_verification_message",
    "email_verification_subject",
    "lambda_config",
    "mfa_configuration",
    "name",
    "password_policy",
    "schema",
    "sign_in_policy",
    "sms_authentication_message",
    "sms_configuration",
    "sms_verification_message",
    "software_token_mfa_configuration",
    "tags",
    "user_attribute_update_settings",
    "user_pool_add_ons",
    "user_pool_tier",
    "username_attributes",
    "username_configuration",
    "verification_message_template",
    "web_authn_configuration",
  ],
  aws_cognito_user_pool_client: [
    "access_token_validity",
    "allowed_oauth_flows",
    "allowed_oauth_flows_user_pool_client",
    "allowed_oauth_scopes",
    "analytics_configuration",
    "auth_session_validity",
    "callback_urls",
    "default_redirect_uri",
    "enable_propagate_additional_user_context_data",
    "enable_token_revocation",
    "explicit_auth_flows",
    "generate_secret",
    "id_token_validity",
    "logout_urls",
    "name",
    "prevent_user_existence_errors",
    "read_attributes",
    "refresh_token_rotation",
    "refresh_token_validity",
    "supported_identity_providers",
    "token_validity_units",
    "write_attributes",
  ],
  aws_cognito_user_pool_domain: ["certificate_arn", "domain", "managed_login_version"],
  aws_cognito_resource_server: ["identifier", "name", "scope"],
  aws_cognito_user_group: ["description", "name", "precedence", "role_arn"],
  aws_cognito_identity_provider: [
    "attribute_mapping",
    "idp_identifiers",
    "provider_details",
    "provider_name",
    "provider_type",
  ],
  aws_cognito_risk_configuration: [
    "account_takeover_risk_configuration",
    "client_id",
    "compromised_credentials_risk_configuration",
    "risk_exception_configuration",
  ],
  aws_cognito_user_pool_ui_customization: ["client_id", "css", "image_file"],
};

/** Whether objects of a type move in. */
export function isHeld(type: string): boolean {
  return type in HELD_TYPES;
}
