class ApplicationController < ActionController::Base
  rescue_from Http::Unreachable, with: :login_service_is_away

  helper_method :current_user

  private

  def current_user
    @current_user ||= User.find_by(id: session[:user_id]) if session[:user_id]
  end

  def cognito = @cognito ||= Cognito.new

  # Goes where Cognito's answer leads: a code, the enrolment of an authenticator app, or the end of the login.
  def follow(answer, username)
    return complete(answer.identity) if answer.identity

    session[:login] = { "username" => username, "challenge" => answer.challenge, "session" => answer.session }
    case answer.challenge
    when "SOFTWARE_TOKEN_MFA" then redirect_to code_path
    when "MFA_SETUP" then redirect_to enrolment_path
    else raise Cognito::Refused.new(answer.challenge, "a challenge that this app can't answer")
    end
  end

  # A new session, so that nobody who knew the old one's key is logged in as well.
  def complete(identity)
    locale = session[:locale]
    reset_session
    session[:locale] = locale
    session[:user_id] = User.log_in(identity).id
    redirect_to root_path
  end

  def want_login
    redirect_to login_path unless current_user
  end

  # The login that is under way, or the page where one begins.
  def login_under_way(challenge)
    @login = session[:login]
    redirect_to login_path unless @login && @login["challenge"] == challenge
  end

  # Shows the form again, with Cognito's refusal as a sentence.
  def show_again(refused)
    logger.info { refused.message }
    @problem = helpers.sentence_for(refused.code)
    render :show, status: 422
  end

  def login_service_is_away(error)
    logger.error { error.message }
    @problem = t("problems.unreachable")
    render "home/problem", status: :service_unavailable
  end

  # Around everything, as refusals are shown where no around_action reaches.
  def process_action(*)
    chosen = params[:locale].presence_in(%w[en ja])
    session[:locale] = chosen if chosen
    I18n.with_locale(chosen || session[:locale] || browsers_language) { super }
  end

  # The first of the browser's languages that this app has.
  def browsers_language
    wanted = request.headers["Accept-Language"].to_s.scan(/([a-z]{2})[^,;]*(?:;q=([0-9.]+))?/i)
    wanted.sort_by.with_index { |(_, q), index| [ -(q || 1).to_f, index ] }
          .filter_map { |language, _| language.downcase.presence_in(%w[en ja]) }.first || "en"
  end
end
