require "test_helper"
require "support/signing_load_balancer"

class LoadBalancerTest < ActiveSupport::TestCase
  ARN = SigningLoadBalancer::ARN

  setup do
    @signing = SigningLoadBalancer.new
    @load_balancer = LoadBalancer.new(ARN, region: "ap-northeast-1", keys: @signing.keys)
  end

  teardown { @signing.stop }

  def token(**) = @signing.token(**)

  test "a token of our load balancer says who somebody is" do
    assert_equal Identity.new(sub: "sub-1", name: "taro"), @load_balancer.identity(token)
  end

  {
    "signed by another load balancer" => -> { token(signer: ARN.sub("123456789012", "999999999999")) },
    "signed by another key" => -> { token(key: OpenSSL::PKey::EC.generate("prime256v1")) },
    "expired" => -> { token(exp: 1.minute.ago.to_i) },
    "not signed at all" => -> { token(alg: "none") },
    "cut short" => -> { token.rpartition(".").first + "." },
    "changed" => -> { token.then { |it| it.sub(it.split(".")[1], Base64.urlsafe_encode64({ sub: "admin" }.to_json)) } },
    "a key that is elsewhere" => -> { token(kid: "../other") },
    "not a token" => -> { "x" },
    "empty" => -> { "" }
  }.each do |what, forged|
    test "a token that is #{what} is refused" do
      assert_raises(LoadBalancer::Forged) { @load_balancer.identity(instance_exec(&forged)) }
    end
  end

  test "a token by a key that nobody knows is refused" do
    signed = token
    @signing.forget_key

    assert_raises(LoadBalancer::Forged) { @load_balancer.identity(signed) }
  end
end
