require "test_helper"
require "support/signing_load_balancer"

class LoadBalancerLoginTest < ActionDispatch::IntegrationTest
  setup do
    @load_balancer = SigningLoadBalancer.new
    @settings = { "LOAD_BALANCER_ARN" => SigningLoadBalancer::ARN, "LOAD_BALANCER_KEYS_URL" => @load_balancer.keys }
    ENV.update(@settings)
  end

  teardown do
    @settings.each_key { |name| ENV.delete(name) }
    @load_balancer.stop
  end

  def visit(token) = get(root_path, headers: { "X-Amzn-Oidc-Data" => token })

  test "whoever the load balancer has logged in is logged in here, once" do
    token = @load_balancer.token
    visit token
    assert_redirected_to root_path
    2.times { visit token }

    assert_select "h1", "Hello, taro"
    assert_select "#logins", "1"
  end

  test "a forged token is refused" do
    visit @load_balancer.token(key: OpenSSL::PKey::EC.generate("prime256v1"))

    assert_response 403
  end

  test "while the load balancer's keys can't be reached, a page says so" do
    token = @load_balancer.token
    @load_balancer.stop
    visit token

    assert_response 503
  end

  test "without LOAD_BALANCER_ARN, a token counts for nothing" do
    ENV.delete("LOAD_BALANCER_ARN")
    visit @load_balancer.token

    assert_response 200
    assert_select "h1", "Welcome"
  end
end
