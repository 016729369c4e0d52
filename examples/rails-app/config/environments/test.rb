Rails.application.configure do
  config.enable_reloading = false
  config.eager_load = true
  config.consider_all_requests_local = true
  config.cache_store = :memory_store
  config.action_dispatch.show_exceptions = :rescuable
  # As in production: a form without its token is refused.
  config.action_controller.allow_forgery_protection = true
  config.active_storage.service = :test
  config.action_mailer.delivery_method = :test
  config.action_mailer.default_options = { from: "no-reply@example.com" }
  config.action_mailer.default_url_options = { host: "app.example.com", protocol: "https" }
  config.logger = ActiveSupport::Logger.new(nil)
  config.i18n.raise_on_missing_translations = true
end
