module ApplicationHelper
  # What Cognito refuses, in plain words: those of the page if it has some, else those that are the same everywhere.
  def sentence_for(code)
    t("#{controller_name}.problems.#{code}", default: [ :"problems.#{code}", :"problems.other" ], code:)
  end

  def other_language
    I18n.locale == :ja ? :en : :ja
  end

  # A task's own disk is no place for files.
  def keeps_files? = !Rails.env.production? || ENV.key?("STORAGE_BUCKET")

  # By CloudFront, where the environment has it.
  def address_of(file) = ENV["STORAGE_CDN_HOST"] ? cdn_file_url(file) : rails_blob_path(file)

  def sends_mail? = !Rails.env.production? || ENV.key?("MAIL_FROM")

  # As authenticator apps read it.
  # Source: https://github.com/google/google-authenticator/wiki/Key-Uri-Format
  def key_as_qr_code(username, key)
    issuer = t("app", locale: :en)
    uri = "otpauth://totp/#{ERB::Util.url_encode("#{issuer}:#{username}")}?" + { secret: key, issuer: }.to_query
    RQRCode::QRCode.new(uri, level: :m).as_svg(use_path: true, viewbox: true, svg_attributes: { role: "img", "aria-label": t("enrolments.show.qr_code") }).html_safe
  end
end
