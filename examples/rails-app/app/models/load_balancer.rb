# The load balancer, where it logs people in itself: it then adds to each request a token that it has signed.
# Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html
class LoadBalancer
  # The token is not one that our load balancer has signed, or is too old.
  class Forged < StandardError; end

  # @param arn of the load balancer, or how it begins, up to the name: the rest is known only once it is there
  def initialize(arn, region:, keys: "https://public-keys.auth.elb.#{region}.amazonaws.com")
    @arn = arn
    @keys = keys
  end

  # From the header `x-amzn-oidc-data`.
  def identity(token)
    head, body, signature = token.split(".")
    header, claims = [ head, body ].map { |part| JSON.parse(Base64.urlsafe_decode64(part)) }
    check(header, "#{head}.#{body}", Base64.urlsafe_decode64(signature))
    Identity.new(sub: claims.fetch("sub"), name: claims["username"] || claims.fetch("sub"))
  rescue ArgumentError, NoMethodError, TypeError, KeyError, JSON::ParserError, OpenSSL::PKey::PKeyError
    raise Forged, "x-amzn-oidc-data can't be read"
  end

  private

  def check(header, signed, signature)
    raise Forged, "signed by #{header["signer"]}" unless header.fetch("signer").start_with?(@arn)
    raise Forged, "expired" if Time.at(header.fetch("exp")).past?
    raise Forged, "#{header["alg"]} is not ES256" unless header["alg"] == "ES256"
    raise Forged, "not signed by this key" unless key(header.fetch("kid")).verify("SHA256", der(signature), signed)
  end

  # JWS has the two numbers of the signature side by side, OpenSSL wants them in ASN.1.
  def der(signature)
    numbers = [ signature[0, 32], signature[32..] ].map { |part| OpenSSL::ASN1::Integer(OpenSSL::BN.new(part, 2)) }
    OpenSSL::ASN1::Sequence(numbers).to_der
  end

  def key(id)
    raise Forged, "no key #{id}" unless id.match?(/\A[\w-]+\z/)

    pem = Rails.cache.fetch([ "load-balancer-key", id ], expires_in: 1.hour, skip_nil: true) do
      response = Http.get("#{@keys}/#{id}")
      response.body if response.is_a?(Net::HTTPSuccess)
    end
    OpenSSL::PKey.read(pem || raise(Forged, "no key #{id}"))
  end
end
