require "test_helper"

class CognitoTest < ActiveSupport::TestCase
  test "a login sends the hash that Cognito wants of a client with a secret" do
    COGNITO.says :InitiateAuth, tokens
    Cognito.new.log_in("taro", "password")

    # printf taroclient | openssl dgst -sha256 -hmac client-secret -binary | base64
    assert_equal({ "USERNAME" => "taro", "PASSWORD" => "password",
                   "SECRET_HASH" => "BK7eMgYQXKrdn2wABeltx2rEzSOjWVpf1ui5U9YRDb0=" }, COGNITO.parameters_of(:InitiateAuth)["AuthParameters"])
  end

  test "a client without a secret sends no hash" do
    COGNITO.says :InitiateAuth, tokens
    Cognito.new(ENV.to_h.except("COGNITO_CLIENT_SECRET")).log_in("taro", "password")

    assert_equal %w[USERNAME PASSWORD], COGNITO.parameters_of(:InitiateAuth)["AuthParameters"].keys
  end

  test "whoever is logged in is known by the ID token" do
    COGNITO.says :InitiateAuth, tokens(sub: "s", name: "太郎")

    assert_equal Identity.new(sub: "s", name: "太郎"), Cognito.new.log_in("taro", "password").identity
  end

  test "a new user is confirmed by a call that is signed with the task's role" do
    COGNITO.says :SignUp, { UserConfirmed: false }
    COGNITO.says :AdminConfirmSignUp, {}
    Cognito.new.sign_up("taro", "password")

    call, parameters, headers = COGNITO.asked.last
    assert_equal [ "AdminConfirmSignUp", { "UserPoolId" => "ap-northeast-1_pool", "Username" => "taro" } ], [ call, parameters ]
    assert_match %r{\AAWS4-HMAC-SHA256 Credential=key/\d{8}/ap-northeast-1/cognito-idp/aws4_request}i, headers["authorization"]
  end

  test "a user whom a trigger of the pool has confirmed is not confirmed again" do
    COGNITO.says :SignUp, { UserConfirmed: true }
    Cognito.new.sign_up("taro", "password")

    assert_equal [ "SignUp" ], COGNITO.asked.map(&:first)
  end

  test "an enrolment goes on with the session that the call before has given" do
    COGNITO.says :VerifySoftwareToken, { Status: "SUCCESS", Session: "second" }
    COGNITO.says :RespondToAuthChallenge, tokens
    Cognito.new.enrol("taro", "123456", "first")

    assert_equal({ "Session" => "first", "UserCode" => "123456" }, COGNITO.parameters_of(:VerifySoftwareToken))
    assert_equal %w[MFA_SETUP second], COGNITO.parameters_of(:RespondToAuthChallenge).values_at("ChallengeName", "Session")
  end

  test "a code that is not accepted enrols nobody" do
    COGNITO.says :VerifySoftwareToken, { Status: "ERROR" }

    assert_raises(Cognito::Refused) { Cognito.new.enrol("taro", "123456", "first") }
    assert_equal [ "VerifySoftwareToken" ], COGNITO.asked.map(&:first)
  end

  test "a refusal has Cognito's name for it" do
    COGNITO.says :InitiateAuth, [ 400, { __type: "com.amazonaws.cognito#NotAuthorizedException", message: "No." } ]

    assert_equal "NotAuthorizedException", assert_raises(Cognito::Refused) { Cognito.new.log_in("taro", "x") }.code
  end

  test "an answer that is not Cognito's is no answer" do
    COGNITO.says :InitiateAuth, [ 502, "<html>Bad Gateway</html>" ]
    assert_raises(Http::Unreachable) { Cognito.new.log_in("taro", "x") }

    COGNITO.says :InitiateAuth, [ 500, {} ]
    assert_raises(Http::Unreachable) { Cognito.new.log_in("taro", "x") }
  end

  test "a place where nothing listens is unreachable" do
    nowhere = FakeHttpServer.new {}.tap(&:stop).url
    error = assert_raises(Http::Unreachable) { Cognito.new(ENV.to_h.merge("AWS_ENDPOINT_URL" => nowhere)).log_in("taro", "x") }
    assert_match(/refused/, error.message)
  end

  test "the endpoint of the service goes before that of all services" do
    COGNITO.says :InitiateAuth, tokens
    env = ENV.to_h.merge("AWS_ENDPOINT_URL" => "http://127.0.0.1:1", "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER" => COGNITO.url)

    assert Cognito.new(env).log_in("taro", "password").identity
  end
end
