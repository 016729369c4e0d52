Rails.application.routes.draw do
  root "home#show"

  # The paths of a page and of its form are one, so that a refused form can be loaded again, or in the other language.
  resource :sign_up, only: %i[show create]
  resource :login, only: %i[show create destroy]
  resource :enrolment, only: %i[show create]
  resource :code, only: %i[show create]

  get "counter" => "counters#show"
  get "up" => "rails/health#show", as: :rails_health_check
end
