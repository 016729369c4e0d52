module ApplicationHelper
  # What Cognito refuses, in plain words: those of the page if it has some, else those that are the same everywhere.
  def sentence_for(code)
    t("#{controller_name}.problems.#{code}", default: [ :"problems.#{code}", :"problems.other" ], code:)
  end

  def other_language
    I18n.locale == :ja ? :en : :ja
  end

  # As authenticator apps read it.
  # Source: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
  def key_as_qr_code(username, key)
    issuer = t("app", locale: :en)
    uri = "otpauth://totp/#{ERB::Util.url_encode("#{issuer}:#{username}")}?" + { secret: key, issuer: }.to_query
    RQRCode::QRCode.new(uri, level: :m).as_svg(use_path: true, viewbox: true, svg_attributes: { role: "img", "aria-label": t("enrolments.show.qr_code") }).html_safe
  end
end
