ENV["RAILS_ENV"] = "test"
require_relative "support/fake_cognito"

COGNITO = FakeCognito.new
ENV.update(
  "AWS_ENDPOINT_URL" => COGNITO.url, "AWS_ACCESS_KEY_ID" => "key", "AWS_SECRET_ACCESS_KEY" => "secret",
  "COGNITO_REGION" => "ap-northeast-1", "COGNITO_USER_POOL_ID" => "ap-northeast-1_pool",
  "COGNITO_CLIENT_ID" => "client", "COGNITO_CLIENT_SECRET" => "client-secret"
)

require_relative "../config/environment"
require "rails/test_help"

class ActiveSupport::TestCase
  setup { COGNITO.forget }

  def id_token(sub: "sub-1", name: "taro")
    "head.#{Base64.urlsafe_encode64({ sub:, "cognito:username": name }.to_json, padding: false)}.signature"
  end

  def tokens(**) = { AuthenticationResult: { IdToken: id_token(**) } }
end
