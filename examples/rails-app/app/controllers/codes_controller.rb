# The second factor of a user who has one.
class CodesController < ApplicationController
  rescue_from Cognito::Refused, with: :show_again
  before_action -> { login_under_way("SOFTWARE_TOKEN_MFA") }

  def show; end

  def create
    answer = cognito.answer_code(@login["username"], params[:code].to_s.gsub(/\D/, ""), @login["session"])
    follow answer, @login["username"]
  end
end
