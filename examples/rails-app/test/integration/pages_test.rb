require "test_helper"

class PagesTest < ActionDispatch::IntegrationTest
  {
    "ja" => "ja", "ja-JP,ja;q=0.9,en;q=0.8" => "ja", "en-US,en;q=0.9,ja;q=0.8" => "en", "en;q=0.5,ja" => "ja", "fr,ja;q=0.5" => "ja",
    "fr" => "en", "*" => "en", "" => "en"
  }.each do |accepted, language|
    test "a browser that asks for #{accepted.inspect} gets #{language}" do
      get root_path, headers: { "Accept-Language" => accepted }

      assert_select "html[lang=#{language}]"
    end
  end

  test "a chosen language stays" do
    get root_path(locale: "ja")
    get login_path, headers: { "Accept-Language" => "en" }

    assert_select "h1", "ログイン"
  end

  test "both languages have the same texts" do
    texts = %w[en ja].map { |locale| YAML.load_file(Rails.root.join("config/locales/#{locale}.yml"))[locale] }
    paths = ->(texts, at = []) { texts.flat_map { |key, text| text.is_a?(Hash) ? paths[text, [ *at, key ]] : [ [ *at, key ] ] } }

    assert_equal(*texts.map { |all| paths[all].sort })
  end

  test "a page says which version it is of" do
    get root_path

    assert_equal Rails.configuration.x.version, response.headers["X-App-Version"]
    assert_select "footer", /#{Rails.configuration.x.version}/
  end

  test "a page loads nothing from elsewhere, and no script unless files are uploaded there" do
    get root_path

    assert_match(/default-src 'none'/, response.headers["Content-Security-Policy"])
    assert_select "script", 0
  end

  test "the counter reads the database and the cache, without a session" do
    get counter_path
    first = response.parsed_body
    get counter_path

    assert_equal first["visits"] + 1, response.parsed_body["visits"]
    assert_equal User.count, first["users"]
    assert_nil response.headers["Set-Cookie"]
  end

  test "/up answers" do
    get "/up"

    assert_response 200
  end
end
