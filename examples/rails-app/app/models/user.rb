# What this app itself knows of a user. Passwords and second factors are Cognito's.
class User < ApplicationRecord
  # The user of an identity, made at the first login. The login is counted.
  def self.log_in(identity)
    create_or_find_by!(sub: identity.sub) { |user| user.name = identity.name }.tap do |user|
      user.update!(name: identity.name)
      update_counters(user.id, logins: 1, touch: true)
      user.reload
    end
  end
end
