# What this app itself knows of a user. Passwords and second factors are Cognito's.
class User < ApplicationRecord
  has_one_attached :picture
  validate :picture_can_be_shown, if: -> { attachment_changes.key?("picture") }

  PICTURES = %w[image/gif image/jpeg image/png image/webp].freeze

  # The user of an identity, made at the first login. The login is counted.
  def self.log_in(identity)
    create_or_find_by!(sub: identity.sub) { |user| user.name = identity.name }.tap do |user|
      user.update!(name: identity.name)
      update_counters(user.id, logins: 1, touch: true)
      user.reload
    end
  end

  private

  # What is in the file goes before what the browser says of it.
  def picture_can_be_shown
    return unless picture.attached?

    errors.add(:picture, :invalid) unless picture.content_type.in?(PICTURES) && picture.byte_size <= 10.megabytes
  end
end
