class SignUpsController < ApplicationController
  rescue_from Cognito::Refused, with: :show_again

  def show; end

  def create
    username, password = params.values_at(:username, :password).map(&:to_s)
    cognito.sign_up(username, password)
    follow cognito.log_in(username, password), username
  end
end
