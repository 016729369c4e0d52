require "test_helper"

class LoadBalancerLoginTest < ActionDispatch::IntegrationTest
  test "without LOAD_BALANCER_ARN, a header that says who somebody is counts for nothing" do
    get root_path, headers: { "X-Amzn-Oidc-Data" => "whatever" }

    assert_response 200
    assert_select "h1", "Welcome"
  end

  test "with it, a forged header is refused" do
    ENV["LOAD_BALANCER_ARN"] = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/operation-app/"
    get root_path, headers: { "X-Amzn-Oidc-Data" => "whatever" }

    assert_response 403
  ensure
    ENV.delete("LOAD_BALANCER_ARN")
  end
end
