# A picture of the user's own, which the browser brings to the bucket by itself.
class PicturesController < ApplicationController
  before_action :want_login

  def show; end

  def create
    return redirect_to picture_path if current_user.update(picture: params.require(:picture))

    redirect_to picture_path, alert: t("pictures.problems.invalid")
  end

  def destroy
    current_user.picture.purge
    redirect_to picture_path
  end
end
