Rails.application.routes.draw do
  root "home#show"

  # The paths of a page and of its form are one, so that a refused form can be loaded again, or in the other language.
  resource :sign_up, only: %i[show create]
  resource :login, only: %i[show create destroy]
  resource :enrolment, only: %i[show create]
  resource :code, only: %i[show create]

  resource :picture, only: %i[show create destroy]
  resource :mail, only: %i[show create]

  # CloudFront asks for /rails/active_storage and what stands behind its name.
  direct :cdn_file do |file|
    "https://#{ENV["STORAGE_CDN_HOST"]}#{rails_storage_proxy_path(file).delete_prefix("/rails/active_storage")}"
  end

  get "counter" => "counters#show"
  get "up" => "rails/health#show", as: :rails_health_check
end
