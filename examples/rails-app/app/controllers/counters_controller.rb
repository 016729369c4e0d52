# Reads MySQL and Redis for whoever asks: for measurements.
class CountersController < ActionController::API
  def show
    render json: { version: Rails.configuration.x.version, users: User.count, visits: Visits.add }
  end
end
