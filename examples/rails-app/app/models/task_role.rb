# The role that the app's task has. Its credentials are asked for each time: they change every few hours, and are needed
# rarely. Those of the environment go before, as in AWS's SDKs.
class TaskRole
  # Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
  RELATIVE_TO = "http://169.254.170.2"

  def initialize(env = ENV)
    @env = env
  end

  def signer(service, region)
    Aws::Sigv4::Signer.new(service:, region:, **credentials)
  end

  private

  def credentials
    return from_environment if @env["AWS_ACCESS_KEY_ID"]

    issued = JSON.parse(Http.get(address, { "authorization" => @env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] }.compact).body)
    { access_key_id: issued["AccessKeyId"], secret_access_key: issued["SecretAccessKey"], session_token: issued["Token"] }
  rescue JSON::ParserError
    raise Http::Unreachable, "#{address} gives no credentials"
  end

  def from_environment
    { access_key_id: @env["AWS_ACCESS_KEY_ID"], secret_access_key: @env["AWS_SECRET_ACCESS_KEY"],
      session_token: @env["AWS_SESSION_TOKEN"] }
  end

  def address
    relative = @env["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"]
    relative ? RELATIVE_TO + relative : @env.fetch("AWS_CONTAINER_CREDENTIALS_FULL_URI")
  end
end
