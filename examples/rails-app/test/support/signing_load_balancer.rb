require_relative "fake_http_server"

# Signs tokens as a load balancer does that has logged somebody in, and gives out its public key.
class SigningLoadBalancer
  # How ARNs begin, as they are known before there is a load balancer.
  ARN = "arn:aws:elasticloadbalancing:ap-northeast-1:123456789012:loadbalancer/app/operation-app/".freeze
  CLAIMS = { sub: "sub-1", username: "taro" }.freeze

  def initialize
    @key = OpenSSL::PKey::EC.generate("prime256v1")
    @server = FakeHttpServer.new { @key ? [ 200, @key.public_to_pem ] : [ 404, "" ] }
  end

  def keys = @server.url

  def stop = @server.stop

  def forget_key = @key = nil

  # Padding included, unlike other tokens.
  def token(key: @key, **header)
    header = { alg: "ES256", kid: SecureRandom.uuid, signer: "#{ARN}0123456789abcdef", exp: 1.minute.from_now.to_i, **header }
    signed = [ header, CLAIMS ].map { |part| Base64.urlsafe_encode64(part.to_json) }.join(".")
    numbers = OpenSSL::ASN1.decode(key.sign("SHA256", signed)).value.map { |number| number.value.to_s(2).rjust(32, "\0") }
    "#{signed}.#{Base64.urlsafe_encode64(numbers.join)}"
  end
end
