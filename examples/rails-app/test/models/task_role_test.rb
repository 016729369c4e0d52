require "test_helper"

class TaskRoleTest < ActiveSupport::TestCase
  ISSUED = { AccessKeyId: "issued", SecretAccessKey: "s", Token: "session-token", Expiration: "2030-01-01T00:00:00Z" }.freeze

  setup do
    @asked = []
    @endpoint = FakeHttpServer.new { |request| @asked << request and [ 200, ISSUED.to_json ] }
  end

  teardown { @endpoint.stop }

  def signature(env)
    TaskRole.new(env).signer("cognito-idp", "ap-northeast-1")
            .sign_request(http_method: "POST", url: "https://example.com/", body: "").headers
  end

  test "credentials are those that the container's endpoint gives out for its token" do
    headers = signature("AWS_CONTAINER_CREDENTIALS_FULL_URI" => "#{@endpoint.url}/role", "AWS_CONTAINER_AUTHORIZATION_TOKEN" => "t")

    assert_match(/Credential=issued/, headers["authorization"])
    assert_equal "session-token", headers["x-amz-security-token"]
    assert_equal [ "/role", "t" ], [ @asked.first.path, @asked.first.headers["authorization"] ]
  end

  test "credentials of the environment go before" do
    env = { "AWS_ACCESS_KEY_ID" => "own", "AWS_SECRET_ACCESS_KEY" => "s", "AWS_CONTAINER_CREDENTIALS_FULL_URI" => @endpoint.url }

    assert_match(/Credential=own/, signature(env)["authorization"])
    assert_empty @asked
  end
end
