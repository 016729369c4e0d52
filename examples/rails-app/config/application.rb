require_relative "boot"

require "active_support/core_ext/numeric/time"
require "rails"
require "active_record/railtie"
require "active_storage/engine"
require "action_controller/railtie"
require "action_mailer/railtie"
require "action_view/railtie"
require "action_cable/engine"
require "rails/test_unit/railtie"

Bundler.require(*Rails.groups)

module OperationApp
  class Application < Rails::Application
    config.load_defaults 7.2

    config.x.version = ENV.fetch("APP_VERSION", "development")
    config.action_dispatch.default_headers["X-App-Version"] = config.x.version

    config.i18n.available_locales = %i[en ja]

    # Pictures are shown as they came: nothing looks into them, or makes smaller ones.
    config.active_storage.analyzers = []

    # What a browser keeps is a random key; the session itself is in Redis, where every task finds it.
    config.session_store :cache_store, key: "_operation_app_session", expire_after: 12.hours, same_site: :lax
  end
end
