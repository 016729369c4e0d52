# An authenticator app becomes the second factor of a user who has none.
class EnrolmentsController < ApplicationController
  rescue_from Cognito::Refused, with: :show_again
  before_action -> { login_under_way("MFA_SETUP") }
  before_action :ask_for_key

  def show; end

  def create
    answer = cognito.enrol(@login["username"], params[:code].to_s.gsub(/\D/, ""), @login["session"])
    follow answer, @login["username"]
  end

  private

  # One key a login: a page that is loaded again shows the same.
  def ask_for_key
    return if @login["key"]

    @login["key"], @login["session"] = cognito.associate(@login["session"])
    session[:login] = @login
  rescue Cognito::Refused => refused
    redirect_to login_path, alert: helpers.sentence_for(refused.code)
  end
end
