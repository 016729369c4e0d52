class HomeController < ApplicationController
  before_action :take_load_balancers_word

  def show
    @visits = Visits.add if current_user
  end

  private

  # Where the load balancer logs people in, whoever comes here is logged in.
  def take_load_balancers_word
    arn = ENV["LOAD_BALANCER_ARN"].presence
    token = request.headers["X-Amzn-Oidc-Data"]
    return unless arn && token

    keys = ENV["LOAD_BALANCER_KEYS_URL"].presence
    identity = LoadBalancer.new(arn, region: ENV.fetch("COGNITO_REGION"), **{ keys: }.compact).identity(token)
    complete(identity) unless current_user&.sub == identity.sub
  rescue LoadBalancer::Forged => error
    logger.warn { error.message }
    head :forbidden
  end
end
