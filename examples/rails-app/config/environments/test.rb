Rails.application.configure do
  config.enable_reloading = false
  config.eager_load = true
  config.consider_all_requests_local = true
  config.cache_store = :memory_store
  config.action_dispatch.show_exceptions = :rescuable
  # As in production: a form without its token is refused.
  config.action_controller.allow_forgery_protection = true
  config.logger = ActiveSupport::Logger.new(nil)
  config.i18n.raise_on_missing_translations = true
end
