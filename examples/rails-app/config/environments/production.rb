Rails.application.configure do
  up = ->(request) { request.path == "/up" }

  config.enable_reloading = false
  config.eager_load = true
  config.consider_all_requests_local = false
  config.action_controller.perform_caching = true

  # On, unless the environment has no domain, and so no TLS.
  config.force_ssl = ENV["FORCE_SSL"] != "false"
  config.ssl_options = { redirect: { exclude: up } }

  # Of the environment's domain. None: any.
  config.hosts = ENV.fetch("APP_HOSTS", "").split(",")
  config.host_authorization = { exclude: up }

  config.log_tags = [ :request_id ]
  config.logger = ActiveSupport::TaggedLogging.new(ActiveSupport::Logger.new($stdout))
  config.log_level = ENV.fetch("RAILS_LOG_LEVEL", "info")
  config.silence_healthcheck_path = "/up" # Rails 8

  config.cache_store = :redis_cache_store, { url: ENV["REDIS_URL"] }

  # Without `storage` in the environment, there is no page for files, and without `mail` none for mail.
  config.active_storage.service = ENV["STORAGE_BUCKET"] ? :amazon : :local

  config.action_mailer.delivery_method = :ses_v2
  config.action_mailer.ses_v2_settings = { region: ENV["MAIL_REGION"] }
  config.action_mailer.default_options = { from: ENV["MAIL_FROM"] }
  config.action_mailer.default_url_options = { host: ENV.fetch("APP_HOSTS", "").split(",").first, protocol: "https" }

  config.active_record.dump_schema_after_migration = false
  config.active_record.attributes_for_inspect = [ :id ]
end
