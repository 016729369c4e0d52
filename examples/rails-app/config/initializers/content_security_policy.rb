# Where files are: a picture is shown from there, and goes there from the browser.
bucket = -> { ActiveStorage::Blob.service.try(:bucket)&.then { |bucket| URI(bucket.url).origin } }

Rails.application.config.content_security_policy do |policy|
  policy.default_src :none
  policy.style_src :self
  policy.script_src :self
  policy.img_src :self, bucket, *ENV["STORAGE_CDN_HOST"]&.then { |host| "https://#{host}" }
  policy.connect_src :self, bucket
  policy.form_action :self
  policy.base_uri :none
  policy.frame_ancestors :none
end
