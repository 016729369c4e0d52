require "test_helper"
require "minitest/mock"

class MailsTest < ActionDispatch::IntegrationTest
  setup { Rails.cache.clear }

  def log_in
    COGNITO.says :InitiateAuth, tokens
    get login_path
    submit login_path, username: "taro", password: "x"
  end

  def submit(path, **fields)
    post path, params: { authenticity_token: css_select("main input[name=authenticity_token]").first["value"], **fields }
    follow_redirect! if response.redirect?
  end

  def ask(address, **)
    get mail_path(**)
    submit mail_path, address:
  end

  test "a mail goes to the address that was given, in the language of the page, with a link to the app" do
    log_in
    ask "taro@example.org", locale: "ja"
    mail = ActionMailer::Base.deliveries.last

    assert_select "#sent", "taro@example.org に送信しました。"
    assert_equal [ [ "taro@example.org" ], [ "no-reply@example.com" ] ], [ mail.to, mail.from ]
    assert_equal "Operation App からのテストメール", mail.subject
    assert_includes mail.body.decoded.force_encoding("UTF-8"), "こんにちは、taro さん"
    assert_includes mail.body.decoded, "https://app.example.com/"
  end

  test "what is no address gets no mail" do
    log_in
    assert_no_difference("ActionMailer::Base.deliveries.size") { ask "taro\nBcc: others@example.org" }
    assert_select "[role=alert]", "This is not an e-mail address."
  end

  test "a mail that SES refuses is told with SES's word for why" do
    log_in
    GreetingMailer.stub(:hello, ->(*) { raise Aws::Errors::ServiceError.new(nil, "No.") }) { ask "taro@example.org" }
    assert_select "[role=alert]", /was not sent/
  end

  test "nobody sends mail without end" do
    log_in
    6.times { ask "taro@example.org" }
    assert_select "[role=alert]", "That was too often. Try again in a while."
  end

  test "who is not logged in sends none" do
    get mail_path
    assert_redirected_to login_path
  end
end
