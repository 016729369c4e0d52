require "test_helper"

class PicturesTest < ActionDispatch::IntegrationTest
  PNG = Base64.decode64("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

  def log_in
    COGNITO.says :InitiateAuth, tokens
    get login_path
    post login_path, params: { username: "taro", password: "x", authenticity_token: }
  end

  def authenticity_token = css_select("main input[name=authenticity_token]").first["value"]

  # As the browser announces a file, which it then sends to where it is told.
  def announce(bytes, content_type)
    get picture_path
    announced = { filename: "me.png", content_type:, byte_size: bytes.bytesize, checksum: Digest::MD5.base64digest(bytes) }
    post css_select("input[type=file]").first["data-direct-upload-url"], params: { blob: announced }, as: :json,
         headers: { "X-CSRF-Token" => css_select("meta[name=csrf-token]").first["content"] }
    response.parsed_body
  end

  def upload(bytes, content_type = "image/png")
    announced = announce(bytes, content_type)
    put announced["direct_upload"]["url"], params: bytes, headers: announced["direct_upload"]["headers"]
    assert_response :no_content
    get picture_path
    post picture_path, params: { picture: announced["signed_id"], authenticity_token: }
    follow_redirect!
  end

  test "a picture that the browser has brought is shown, and can be had back and removed" do
    log_in
    upload PNG
    shown = css_select(".picture").first["src"]
    get css_select("#download").first["href"]
    follow_redirect!
    assert_equal PNG, response.body.b
    assert_match(/attachment; filename="me.png"/, response.headers["Content-Disposition"])

    get picture_path
    delete picture_path, params: { authenticity_token: css_select("form:has(.quiet) [name=authenticity_token]").first["value"] }
    get shown
    assert_response 404
  end

  test "a picture comes by CloudFront where the environment has it, from where Rails sends it" do
    log_in
    upload PNG
    ENV["STORAGE_CDN_HOST"] = "files.example.net"
    get picture_path
    address = URI(css_select(".picture").first["src"])
    assert_equal "files.example.net", address.host
    get "/rails/active_storage#{address.path}"
    assert_equal PNG, response.body.b
    assert_match(/public/, response.headers["Cache-Control"])
  ensure
    ENV.delete("STORAGE_CDN_HOST")
  end

  test "what only calls itself a picture is refused, and goes with the next purge" do
    log_in
    upload "%PDF-1.4"
    assert_select "[role=alert]", /can't be shown/
    assert_select ".picture", 0

    Rails.application.load_tasks unless Rake::Task.task_defined?("uploads:purge_unattached")
    assert_output("Deleted 1 files that nothing refers to\n") { Rake::Task["uploads:purge_unattached"].execute(hours: 0) }
    assert_equal 0, ActiveStorage::Blob.count
  end

  test "who is not logged in can neither open the page nor upload" do
    get picture_path
    assert_redirected_to login_path
    ActionController::Base.allow_forgery_protection = false
    post rails_direct_uploads_path, params: { blob: { filename: "a" } }
    assert_response :forbidden
  ensure
    ActionController::Base.allow_forgery_protection = true
  end
end
