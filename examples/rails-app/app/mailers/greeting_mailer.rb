# From MAIL_FROM, and in the language in which it was asked for.
class GreetingMailer < ActionMailer::Base
  def hello(user, address)
    @name = user.name
    mail to: address
  end
end
