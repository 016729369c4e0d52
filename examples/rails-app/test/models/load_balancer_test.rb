require "test_helper"

class LoadBalancerTest < ActiveSupport::TestCase
  ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/operation-app/".freeze
  CLAIMS = { sub: "sub-1", username: "taro" }.freeze

  setup do
    @key = OpenSSL::PKey::EC.generate("prime256v1")
    @status = 200
    @keys = FakeHttpServer.new { [ @status, @key.public_to_pem ] }
    @load_balancer = LoadBalancer.new(ARN, region: "ap-northeast-1", keys: @keys.url)
  end

  teardown { @keys.stop }

  # As the load balancer writes it, padding included.
  def token(key: @key, **header)
    header = { alg: "ES256", kid: SecureRandom.uuid, signer: "#{ARN}0123456789abcdef", exp: 1.minute.from_now.to_i, **header }
    signed = [ header, CLAIMS ].map { |part| Base64.urlsafe_encode64(part.to_json) }.join(".")
    numbers = OpenSSL::ASN1.decode(key.sign("SHA256", signed)).value.map { |number| number.value.to_s(2).rjust(32, "\0") }
    "#{signed}.#{Base64.urlsafe_encode64(numbers.join)}"
  end

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
    @status = 404

    assert_raises(LoadBalancer::Forged) { @load_balancer.identity(token) }
  end
end
