# Who somebody is, as a token of Cognito or of the load balancer says.
Identity = Data.define(:sub, :name) do
  # From the ID token of an answer that came from Cognito itself over TLS, which is why its signature is not checked.
  # Source: https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation (3.1.3.7, 6)
  def self.from_id_token(token)
    claims = JSON.parse(Base64.urlsafe_decode64(token.split(".").fetch(1)))
    new(sub: claims.fetch("sub"), name: claims.fetch("cognito:username"))
  end
end
