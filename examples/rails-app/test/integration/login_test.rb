require "test_helper"

class LoginTest < ActionDispatch::IntegrationTest
  # Fills in the form of the page that is shown, and sends it with its token, as a browser does.
  def submit(**fields)
    form = css_select("main form").first
    hidden = form.css("input[type=hidden]").to_h { |input| [ input["name"], input["value"] ] }
    post form["action"], params: hidden.merge(fields.stringify_keys)
  end

  def log_in(answer = tokens, name: "taro")
    COGNITO.says :InitiateAuth, answer
    get login_path
    submit username: name, password: "Correct-horse-1"
  end

  def challenge(name) = { ChallengeName: name, Session: "session-1" }

  test "somebody new signs up, enrols an authenticator app, and is logged in" do
    COGNITO.says :SignUp, { UserConfirmed: false }
    COGNITO.says :AdminConfirmSignUp, {}
    COGNITO.says :InitiateAuth, challenge("MFA_SETUP")
    COGNITO.says :AssociateSoftwareToken, { SecretCode: "ABCDEFGHIJ", Session: "session-2" }
    COGNITO.says :VerifySoftwareToken, { Status: "SUCCESS", Session: "session-3" }
    COGNITO.says :RespondToAuthChallenge, tokens

    get sign_up_path
    submit username: "taro", password: "Correct-horse-1"
    assert_redirected_to enrolment_path
    follow_redirect!
    assert_select "svg[role=img]"
    assert_select "#key", "ABCD EFGH IJ"

    submit code: "123 456"
    assert_equal({ "Session" => "session-2", "UserCode" => "123456" }, COGNITO.parameters_of(:VerifySoftwareToken))
    follow_redirect!
    assert_select "h1", "Hello, taro"
    assert_select "#logins", "1"
  end

  test "the page of an enrolment that is loaded again shows the same key" do
    COGNITO.says :AssociateSoftwareToken, { SecretCode: "FIRST", Session: "2" }, { SecretCode: "SECOND", Session: "3" }
    log_in challenge("MFA_SETUP")
    2.times { get enrolment_path }

    assert_select "#key", "FIRS T"
  end

  test "password and code log in, and the login is counted" do
    COGNITO.says :RespondToAuthChallenge, tokens
    2.times do
      log_in challenge("SOFTWARE_TOKEN_MFA")
      follow_redirect!
      submit code: "123456"
    end
    follow_redirect!

    assert_select "#logins", "2"
    assert_equal 1, User.count
    assert_equal "session-1", COGNITO.parameters_of(:RespondToAuthChallenge)["Session"]
  end

  test "a pool that asks for no second factor logs in by the password alone" do
    log_in tokens
    follow_redirect!

    assert_select "h1", "Hello, taro"
  end

  test "a browser that speaks Japanese is greeted in Japanese" do
    log_in tokens
    get root_path, headers: { "Accept-Language" => "ja" }

    assert_select "h1", "こんにちは、taro さん"
  end

  test "a password alone leads nowhere while a code is asked for" do
    log_in challenge("SOFTWARE_TOKEN_MFA")
    get root_path

    assert_select "h1", "Welcome"
  end

  test "a login gets a new session" do
    log_in challenge("SOFTWARE_TOKEN_MFA")
    before = cookies["_operation_app_session"]
    COGNITO.says :RespondToAuthChallenge, tokens
    follow_redirect!
    submit code: "123456"

    assert_not_equal before, cookies["_operation_app_session"]
  end

  test "logging out ends the session" do
    log_in tokens
    follow_redirect!
    submit
    follow_redirect!

    assert_select "h1", "Welcome"
  end

  test "a wrong code is refused in plain words, and can be corrected" do
    log_in challenge("SOFTWARE_TOKEN_MFA")
    follow_redirect!
    COGNITO.refuses :RespondToAuthChallenge, "CodeMismatchException"
    submit code: "000000"

    assert_response 422
    assert_select "[role=alert]", /This code is wrong/
    COGNITO.says :RespondToAuthChallenge, tokens
    submit code: "123456"
    assert_redirected_to root_path
  end

  test "a code page without a login leads to the login" do
    [ code_path, enrolment_path ].each do |path|
      get path
      assert_redirected_to login_path
    end
  end

  test "an enrolment that Cognito has forgotten leads to the login, and says why" do
    COGNITO.refuses :AssociateSoftwareToken, "NotAuthorizedException"
    log_in challenge("MFA_SETUP")
    2.times { follow_redirect! }

    assert_equal login_path, path
    assert_select "[role=alert]", "That took too long. Log in again."
  end

  test "a challenge that the app can't answer is named" do
    log_in challenge("NEW_PASSWORD_REQUIRED")

    assert_select "[role=alert]", /NEW_PASSWORD_REQUIRED/
  end

  test "every refusal that the app knows has a sentence in both languages" do
    codes = I18n.t("problems", locale: :en).keys - %i[unreachable other]

    codes.product(%w[en ja]).each do |code, locale|
      COGNITO.refuses :InitiateAuth, code.to_s
      get login_path(locale:)
      submit username: "taro", password: "x"
      sentence = I18n.t("logins.problems.#{code}", locale:, default: :"problems.#{code}", code: "")
      assert_select "html[lang=#{locale}] [role=alert]", sentence
    end
  end

  test "while Cognito is away, a page says so" do
    COGNITO.says :InitiateAuth, [ 502, "<html>" ]
    get login_path
    submit username: "taro", password: "x"

    assert_response 503
    assert_select "[role=alert]", "The login service can't be reached. Try again in a moment."
  end

  test "a form without its token is refused" do
    post login_path, params: { username: "taro", password: "x" }

    assert_response 422
    assert_empty COGNITO.asked
  end

  test "passwords, codes and tokens stay out of the log" do
    filter = ActiveSupport::ParameterFilter.new(Rails.application.config.filter_parameters)

    assert_equal [ "[FILTERED]" ], filter.filter("password" => "x", "code" => "x", "authenticity_token" => "x").values.uniq
  end
end
