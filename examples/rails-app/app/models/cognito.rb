# The user pool, by Cognito's public API: JSON over HTTPS, most calls unsigned, as they are made in the user's name.
#
# A login is a chain of answers. Each has either a `challenge` and a `session`, which the next call has to bring along, or
# an `identity`.
class Cognito
  # Cognito said no. `code` is its name for why, such as `UsernameExistsException`.
  class Refused < StandardError
    attr_reader :code

    def initialize(code, message)
      @code = code
      super("#{code}: #{message}")
    end
  end

  Answer = Data.define(:challenge, :session, :identity)

  def initialize(env = ENV)
    @env = env
    @region = env.fetch("COGNITO_REGION")
    @client_id = env.fetch("COGNITO_CLIENT_ID")
    @client_secret = env["COGNITO_CLIENT_SECRET"]
  end

  # Makes a user who can log in at once. Users have no address to which a code could be sent, so it is the app that
  # confirms them, unless a trigger of the pool has done so.
  def sign_up(username, password)
    made = call("SignUp", ClientId: @client_id, Username: username, Password: password, SecretHash: secret_hash(username))
    confirm(username) unless made["UserConfirmed"]
  end

  def log_in(username, password)
    parameters = { USERNAME: username, PASSWORD: password, SECRET_HASH: secret_hash(username) }
    answer call("InitiateAuth", ClientId: @client_id, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: parameters.compact)
  end

  # The second factor of a user who has one.
  def answer_code(username, code, session)
    respond("SOFTWARE_TOKEN_MFA", username, session, SOFTWARE_TOKEN_MFA_CODE: code)
  end

  # Key for an authenticator app, in Base32, and the session to go on with.
  def associate(session)
    call("AssociateSoftwareToken", Session: session).values_at("SecretCode", "Session")
  end

  # Enrols the authenticator app that shows this code, and so ends the login that asked for it.
  def enrol(username, code, session)
    verified = call("VerifySoftwareToken", Session: session, UserCode: code)
    raise Refused.new("EnableSoftwareTokenMFAException", verified["Status"]) unless verified["Status"] == "SUCCESS"

    respond("MFA_SETUP", username, verified["Session"])
  end

  private

  def confirm(username)
    call("AdminConfirmSignUp", signer: TaskRole.new(@env).signer("cognito-idp", @region),
         UserPoolId: @env.fetch("COGNITO_USER_POOL_ID"), Username: username)
  end

  def respond(challenge, username, session, responses = {})
    responses = { USERNAME: username, SECRET_HASH: secret_hash(username), **responses }.compact
    answer call("RespondToAuthChallenge", ClientId: @client_id, ChallengeName: challenge, Session: session,
                                          ChallengeResponses: responses)
  end

  def answer(body)
    token = body.dig("AuthenticationResult", "IdToken")
    Answer.new(challenge: body["ChallengeName"], session: body["Session"],
               identity: token && Identity.from_id_token(token))
  end

  # A client without a secret needs none.
  def secret_hash(username)
    return unless @client_secret

    Base64.strict_encode64(OpenSSL::HMAC.digest("SHA256", @client_secret, username + @client_id))
  end

  def call(action, signer: nil, **parameters)
    body = parameters.compact.to_json
    headers = { "content-type" => "application/x-amz-json-1.1",
                "x-amz-target" => "AWSCognitoIdentityProviderService.#{action}" }
    signature = signer&.sign_request(http_method: "POST", url: endpoint, headers:, body:)
    response = Http.post(endpoint, body, headers.merge(signature&.headers.to_h))
    result = JSON.parse(response.body)
    return result if response.is_a?(Net::HTTPSuccess)

    raise Refused.new(result.fetch("__type").split("#").last, result["message"] || result["Message"])
  rescue JSON::ParserError, KeyError
    raise Http::Unreachable, "#{action}: HTTP #{response.code}, and no answer of Cognito's"
  end

  # The variables are those of AWS's SDKs.
  def endpoint
    given = @env["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"].presence || @env["AWS_ENDPOINT_URL"].presence
    "#{(given || "https://cognito-idp.#{@region}.amazonaws.com").chomp("/")}/"
  end
end
