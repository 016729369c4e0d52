# Active Storage's own controllers ask for no login: without this, whoever has a page of the app may fill the bucket.
Rails.application.config.to_prepare do
  ActiveStorage::DirectUploadsController.before_action { head :forbidden unless session[:user_id] }
end
