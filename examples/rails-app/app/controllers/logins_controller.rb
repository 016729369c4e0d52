class LoginsController < ApplicationController
  rescue_from Cognito::Refused, with: :show_again

  def show; end

  def create
    username, password = params.values_at(:username, :password).map(&:to_s)
    follow cognito.log_in(username, password), username
  end

  def destroy
    reset_session
    redirect_to root_path
  end
end
