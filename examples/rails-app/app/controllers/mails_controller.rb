# Mail to an address that the user gives, to see that it arrives.
class MailsController < ApplicationController
  before_action :want_login
  rate_limit to: 5, within: 1.hour, only: :create, by: -> { session[:user_id] },
             with: -> { redirect_to mail_path, alert: t("problems.LimitExceededException") }
  rescue_from Aws::Errors::ServiceError, with: :refused

  def show; end

  def create
    address = params[:address].to_s
    return redirect_to mail_path, alert: t("mails.problems.address") unless address.match?(URI::MailTo::EMAIL_REGEXP)

    GreetingMailer.hello(current_user, address).deliver_now
    redirect_to mail_path, notice: t("mails.show.sent", address:)
  end

  private

  def refused(error)
    logger.error { error.message }
    redirect_to mail_path, alert: t("mails.problems.refused", code: error.code)
  end
end
